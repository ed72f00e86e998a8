package io.github.powergrad;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.clip.ClipByValue;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.BooleanIndexing;
import org.nd4j.linalg.indexing.conditions.Conditions;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;

/**
 * Multi-class cross-entropy whose gradient is power-transformed: a drop-in replacement for {@link LossMCXENT}.
 *
 * <table>
 * <caption>With logits z [N, C], p = softmax(z), labels q [N, C]</caption>
 * <tr><td>score (unchanged)</td><td>L = &minus;&Sigma;<sub>i</sub> w<sub>i</sub> q<sub>i</sub> log
 *     p<sub>i</sub></td></tr>
 * <tr><td>transform</td><td>p'<sub>i</sub> = p<sub>i</sub><sup>&alpha;</sup> / &Sigma;<sub>j</sub>
 *     p<sub>j</sub><sup>&alpha;</sup> = softmax(&alpha; z)<sub>i</sub></td></tr>
 * <tr><td>gradient</td><td>&part;L/&part;z := p' &minus; q; with class weights (&Sigma;<sub>c</sub> w<sub>c</sub>
 *     q<sub>c</sub>) p' &minus; w&#8857;q</td></tr>
 * <tr><td>label smoothing &epsilon;</td><td>(1 &minus; &epsilon;) q + &epsilon;/C in place of q, in score and gradient
 *     alike</td></tr>
 * </table>
 *
 * <p>&alpha; = 1 is LossMCXENT's gradient to the last bit in FLOAT and DOUBLE; the lower &alpha;, the longer examples
 * that are already right go on to train. The score stays the cross-entropy, so it <em>rises</em> as &alpha; falls while
 * accuracy rises too: that is expected. Predictions of a given network do not change.
 *
 * <pre>{@code
 * new OutputLayer.Builder(new LossPowerGrad(0.25)).nIn(64).nOut(10).activation(Activation.SOFTMAX).build();
 *
 * LossPowerGrad loss = LossPowerGrad.builder()
 *         .alpha(0.3)
 *         .labelSmoothing(0.1)
 *         .weights(Nd4j.createFromArray(1.0, 2.0, 0.5))
 *         .build();
 * }</pre>
 *
 * <p><b>Shapes and types.</b> Labels and preOutput are [N, C] (recurrent and convolution layers reshape before they
 * call), masks are [N, 1]. Labels, weights and mask may be of any numeric type; the gradient has the type of preOutput.
 * HALF and BFLOAT16 are computed in FLOAT. No argument is modified, and nothing is kept between calls, so one instance
 * may serve several threads as long as no setter is called meanwhile.
 *
 * <p><b>Activations.</b> Softmax; or identity, where preOutput already holds probabilities, as behind a softmax layer
 * and in every imported Keras model. The gradient is then s (p'/p &minus; 1) &minus; w&#8857;q/p with
 * s = &Sigma;<sub>c</sub> w<sub>c</sub> q<sub>c</sub>, which the backward pass of the softmax turns into the gradient
 * above as long as each probability is a normal number (at least 1.2e-38 in FLOAT). Softmax in the output or loss layer
 * has no such limit.
 *
 * <p><b>Score.</b> As in LossMCXENT, softmax probabilities are clipped to [softmaxClipEps, 1 &minus; softmaxClipEps]
 * in the score, never in the gradient. {@code softmaxClipEps(0)} gives the exact value, finite for finite logits.
 *
 * <p><b>Errors.</b> Settings, shapes, types and activations that do not fit are refused with an
 * IllegalArgumentException that says what to do. Numbers never are: what infinite, NaN, huge or missing ones give, and
 * how exact the rest is, stands in
 * <a href="https://github.com/powergrad/powergrad-dl4j/blob/HEAD/docs/numerics.md">docs/numerics.md</a>.
 *
 * <p><b>Calibrated probabilities.</b> Training drives p' to the labels, so p' is calibrated and p is overconfident.
 * While &alpha; is constant, training is, step by step, ordinary training of the network whose last layer is multiplied
 * by &alpha;, with other learning rates and decays: that network predicts p'. {@link PowerGrad#foldAlpha} makes it;
 * {@link CalibratedLossCalculator} stops early by its cross-entropy. The proof stands in
 * <a href="https://github.com/powergrad/powergrad-dl4j/blob/HEAD/docs/theory.md">docs/theory.md</a>.
 *
 * <p><b>Model files.</b> A saved model names this class with its settings, so it loads only where this library is on
 * the class path. What {@link PowerGrad#foldAlpha} leaves loads anywhere. Unknown fields are ignored, missing ones
 * are at their defaults, values out of range are refused.
 *
 * <p>Source: arXiv:2111.12495v3 ("Altering Backward Pass Gradients improves Convergence", first "Softmax Gradient
 * Tampering"), eq. (1) and (2); label smoothing as in the authors' code.
 *
 * @see LossSparsePowerGrad for integer labels
 * @see PowerTransform for the transform by itself
 */
public class LossPowerGrad extends LossMCXENT implements Cloneable {

    /** The paper's &alpha; for ResNet-50. */
    public static final double DEFAULT_ALPHA = 0.3;

    private static final double DEFAULT_SOFTMAX_CLIP_EPS = 1e-10;
    private static final long serialVersionUID = 1L;

    /** The exponent. */
    private double alpha;
    /** The share of each label that is spread over all classes. */
    private final double labelSmoothing;

    /** The loss with &alpha; = {@value #DEFAULT_ALPHA}. */
    public LossPowerGrad() {
        this(DEFAULT_ALPHA);
    }

    /**
     * The loss with a chosen &alpha;.
     *
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN
     */
    public LossPowerGrad(double alpha) {
        this(alpha, null, null, null);
    }

    /**
     * The loss with &alpha; = {@value #DEFAULT_ALPHA} and class weights.
     *
     * @param weights one weight per class, a row vector [1, C] or [C]; null for none
     * @throws IllegalArgumentException if weights is not a row vector of finite numbers
     */
    public LossPowerGrad(INDArray weights) {
        this(null, null, null, weights);
    }

    /**
     * All settings at once, for the builder and for JSON; null stands for the default. Not public: a (double, INDArray)
     * constructor would take the clip epsilon of {@code new LossMCXENT(epsilon, weights)} for an alpha.
     *
     * @param alpha the exponent, in [0, 1]
     * @param labelSmoothing &epsilon;, in [0, 1)
     * @param softmaxClipEps clipping of the probabilities in the score, in [0, 0.5]
     * @param weights a row vector of class weights
     */
    @JsonCreator
    protected LossPowerGrad(@JsonProperty("alpha") Double alpha, @JsonProperty("labelSmoothing") Double labelSmoothing,
            @JsonProperty("softmaxClipEps") Double softmaxClipEps, @JsonProperty("weights")
            @JsonDeserialize(using = ClassWeightsDeserializer.class) INDArray weights) {
        super(checkedClipEps(Objects.requireNonNullElse(softmaxClipEps, DEFAULT_SOFTMAX_CLIP_EPS)), null);
        this.weights = owned(weights); // LossMCXENT's constructor refuses the weight of a single class in 1.0.0-M1.1
        this.alpha = checkedAlpha(Objects.requireNonNullElse(alpha, DEFAULT_ALPHA));
        this.labelSmoothing = checkedSmoothing(Objects.requireNonNullElse(labelSmoothing, 0.0));
    }

    /**
     * Starts from the defaults: &alpha; = {@value #DEFAULT_ALPHA}, no weights, no smoothing, clipping at 1e-10.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The exponent of the transform.
     *
     * @return &alpha;, in [0, 1]
     */
    public double getAlpha() {
        return alpha;
    }

    /**
     * Changes &alpha; in this object, and so in every network that holds it: clones of a network or a configuration
     * share it, and so do networks built with one loss. To change the &alpha; of one network use
     * {@link PowerGrad#applyTo} or {@link AlphaSchedule}: they put a new loss into it, which this object then no longer
     * reaches.
     *
     * @param alpha the exponent, in [0, 1]
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN; the old value then stays
     */
    public void setAlpha(double alpha) {
        this.alpha = checkedAlpha(alpha);
    }

    /**
     * The share &epsilon; of the label distribution that is spread over all classes.
     *
     * @return &epsilon;, in [0, 1)
     */
    public double getLabelSmoothing() {
        return labelSmoothing;
    }

    /**
     * Changes the clipping of probabilities in the score. DL4J's GradientCheckUtil sets it to 0.
     *
     * @param softmaxClipEps in [0, 0.5]; 0 gives the exact cross-entropy
     * @throws IllegalArgumentException if it is outside [0, 0.5] or NaN
     */
    @Override
    public void setSoftmaxClipEps(double softmaxClipEps) {
        super.setSoftmaxClipEps(checkedClipEps(softmaxClipEps));
    }

    /**
     * Changes the class weights.
     *
     * @param weights one weight per class, a row vector [1, C] or [C], copied; null for none
     * @throws IllegalArgumentException if weights is not a row vector of finite numbers
     */
    @Override
    public void setWeights(INDArray weights) {
        super.setWeights(owned(weights));
    }

    /**
     * The cross-entropy of the minibatch.
     *
     * @param labels q, [N, C]
     * @param preOutput logits z, or probabilities under an identity activation, [N, C]
     * @param activationFn softmax or identity
     * @param mask [N, 1] per example, [N, C] per output, or null
     * @param average whether to divide by N
     * @return the sum over the minibatch, or its mean; 0 for an empty minibatch
     * @throws IllegalArgumentException on shapes, types, weights or an activation that do not fit
     */
    @Override
    public double computeScore(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask,
            boolean average) {
        DataType type = scoreType(preOutput, activationFn);
        INDArray q = targets(labels, preOutput, activationFn, type);
        if (preOutput.isEmpty()) {
            return 0;
        }
        double score = -logLikelihood(q, preOutput.castTo(type), activationFn, mask);
        return average ? score / preOutput.size(0) : score;
    }

    /** The sum of the terms of {@link #scoreArray}, by the labelled outputs alone where that is possible and faster. */
    private double logLikelihood(INDArray q, INDArray z, IActivation activationFn, INDArray mask) {
        if (weights != null || mask != null || softmaxClipEps == 0 || activationFn instanceof ActivationIdentity) {
            return terms(q, logProbabilities(z, activationFn), mask).sumNumber().doubleValue();
        }
        INDArray p = StableSoftmax.of(z, 1);
        return LabelledOutputs.logLikelihood(q, p, softmaxClipEps)
                .orElseGet(() -> clippedLog(p).muli(q).sumNumber().doubleValue());
    }

    /**
     * The cross-entropy of each example.
     *
     * @param labels q, [N, C]
     * @param preOutput logits z, or probabilities under an identity activation, [N, C]
     * @param activationFn softmax or identity
     * @param mask [N, 1] per example, [N, C] per output, or null
     * @return [N, 1], in the type of preOutput
     * @throws IllegalArgumentException on shapes, types, weights or an activation that do not fit
     */
    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        INDArray terms = scoreArray(labels, preOutput, activationFn, mask);
        if (terms.isEmpty()) {
            return Nd4j.create(preOutput.dataType(), 0, 1);
        }
        return clipToRange(terms.sum(true, 1).negi(), preOutput.dataType()).castTo(preOutput.dataType());
    }

    /**
     * The power-transformed gradient at preOutput, p' &minus; q (eq. 2) and its weighted and identity forms above.
     * Reads nothing back from the device.
     *
     * @param labels q, [N, C]
     * @param preOutput logits z, or probabilities under an identity activation, [N, C]
     * @param activationFn softmax or identity
     * @param mask [N, 1] per example, or null; with identity also [N, C] per output
     * @return a new array, [N, C], in the type of preOutput
     * @throws IllegalArgumentException on shapes, types, weights or an activation that do not fit
     * @throws UnsupportedOperationException on a per-output mask with softmax, as in LossMCXENT
     */
    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        DataType type = WorkingType.of(preOutput, "preOutput");
        INDArray q = targets(labels, preOutput, activationFn, type);
        INDArray z = preOutput.castTo(type);
        boolean softmax = activationFn instanceof ActivationSoftmax;
        if (softmax && mask != null && isPerOutput(mask, preOutput)) {
            throw new UnsupportedOperationException("A per-output mask, shape " + Arrays.toString(mask.shape())
                    + ", cannot be applied to softmax outputs; use a per-example mask of shape ["
                    + preOutput.size(0) + ", 1]");
        }
        if (preOutput.isEmpty()) {
            return preOutput.ulike();
        }
        INDArray gradient = softmax
                ? masked(gradientAtLogits(q, z), mask)
                : gradientAtProbabilities(mask == null ? q : masked(q.dup(), mask), z);
        // q/p of a distribution q is at most 1/smallestNormal, which FLOAT and DOUBLE can hold; weights make it larger
        boolean mayOverflow = !softmax && (weights != null || preOutput.dataType().width() < type.width());
        if (mayOverflow) {
            clipToRange(gradient, preOutput.dataType());
        }
        return gradient.castTo(preOutput.dataType());
    }

    /**
     * Score and gradient in one call, equal to {@link #computeScore} and {@link #computeGradient}.
     *
     * @param labels q, [N, C]
     * @param preOutput logits z, or probabilities under an identity activation, [N, C]
     * @param activationFn softmax or identity
     * @param mask as for {@link #computeGradient}
     * @param average whether the score is divided by N
     * @return the score and the gradient
     */
    @Override
    public Pair<Double, INDArray> computeGradientAndScore(INDArray labels, INDArray preOutput, IActivation activationFn,
            INDArray mask, boolean average) {
        return Pair.of(computeScore(labels, preOutput, activationFn, mask, average),
                computeGradient(labels, preOutput, activationFn, mask));
    }

    /**
     * log p &#8857; q &#8857; w of each output, whose sum is minus the score. {@link #computeScore} takes only those of
     * outputs with a label where these are few, as with one-hot labels.
     *
     * @param labels as for {@link #computeScore}
     * @param preOutput as for {@link #computeScore}
     * @param activationFn as for {@link #computeScore}
     * @param mask as for {@link #computeScore}
     * @return [N, C]; DOUBLE for DOUBLE and without clipping, else FLOAT
     */
    @Override
    protected INDArray scoreArray(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        DataType type = scoreType(preOutput, activationFn);
        INDArray q = targets(labels, preOutput, activationFn, type);
        if (preOutput.isEmpty()) {
            return preOutput.ulike();
        }
        return terms(q, logProbabilities(preOutput.castTo(type), activationFn), mask);
    }

    private DataType scoreType(INDArray preOutput, IActivation activationFn) {
        DataType working = WorkingType.of(preOutput, "preOutput");
        boolean exact = softmaxClipEps == 0 && activationFn instanceof ActivationSoftmax;
        return exact ? DataType.DOUBLE : working;
    }

    /** log p &#8857; q &#8857; w, masked, in place of log p. */
    private INDArray terms(INDArray q, INDArray logP, INDArray mask) {
        INDArray terms = logP.muli(q);
        if (weights != null) {
            timesRow(terms, weights);
        }
        return masked(terms, mask);
    }

    /** log p, a new array; under a softmax clipped by LossMCXENT's own steps, or from log-sum-exp without clipping. */
    private INDArray logProbabilities(INDArray z, IActivation activationFn) {
        if (activationFn instanceof ActivationIdentity) {
            return Transforms.log(atLeast(smallestNormal(z.dataType()), z, z.ulike()), false);
        }
        if (softmaxClipEps > 0) {
            return clippedLog(StableSoftmax.of(z, 1));
        }
        INDArray shifted = z.sub(z.max(true, 1));
        INDArray logSum = Transforms.log(Transforms.exp(shifted, true).sum(true, 1), false);
        Transforms.max(shifted, -Double.MAX_VALUE, false); // logits further apart than DOUBLE reaches
        return shifted.subi(logSum);
    }

    /** log p with p clipped to [softmaxClipEps, 1 - softmaxClipEps], in place of p. */
    private INDArray clippedLog(INDArray p) {
        atLeast(softmaxClipEps, p, p);
        double ceiling = 1 - softmaxClipEps;
        if (p.dataType() == DataType.DOUBLE || (float) ceiling < 1) { // in FLOAT 1 - 1e-10 is 1, and no p is above
            BooleanIndexing.replaceWhere(p, ceiling, Conditions.greaterThan(ceiling));
        }
        return Transforms.log(p, false);
    }

    /**
     * max(x, floor) by the op that keeps NaN, so that the score shows a network that has diverged: ND4J's scalar max
     * and min take the scalar for the larger and the smaller of itself and NaN.
     */
    private static INDArray atLeast(double floor, INDArray x, INDArray result) {
        return Nd4j.exec(new RectifiedLinear(x, result, floor));
    }

    private INDArray gradientAtLogits(INDArray q, INDArray logits) {
        INDArray transformed = StableSoftmax.of(logits, alpha);
        if (weights == null) {
            return transformed.subi(q);
        }
        INDArray weighted = weighted(q);
        return timesColumn(transformed, weighted.sum(true, 1)).subi(weighted);
    }

    private INDArray gradientAtProbabilities(INDArray q, INDArray p) {
        INDArray divisor = atLeast(smallestNormal(p.dataType()), p, p.ulike());
        if (alpha == 1) {
            INDArray gradient = q.div(divisor).negi();
            return weights == null ? gradient : timesRow(gradient, weights);
        }
        INDArray weighted = weighted(q);
        INDArray share = weighted.sum(true, 1);
        INDArray transformed = timesColumn(PowerTransform.transform(p, alpha), share);
        INDArray gradient = transformed.subi(weighted).divi(divisor);
        return share.length() == 1 ? gradient.subi(share) : gradient.subiColumnVector(share); // as in timesColumn
    }

    private INDArray weighted(INDArray q) {
        return weights == null ? q : timesRow(q.dup(), weights);
    }

    /** Multiplies a row [1, C] into the array, in place, without a read-back: see {@link #timesColumn}. */
    private static INDArray timesRow(INDArray array, INDArray row) {
        INDArray r = row.castTo(array.dataType());
        return r.length() == 1 ? array.muli(r) : array.muliRowVector(r);
    }

    /**
     * Multiplies a column [N, 1] into the array, in place. Where the column is one number ND4J's method reads it back to
     * Java, which a GPU has to stop for; the multiplication that broadcasts does not.
     */
    private static INDArray timesColumn(INDArray array, INDArray column) {
        return column.length() == 1 ? array.muli(column) : array.muliColumnVector(column);
    }

    /** What both passes train towards: checked, smoothed, in the given type. May be the labels: never modified. */
    private INDArray targets(INDArray labels, INDArray preOutput, IActivation activationFn, DataType type) {
        if (!(activationFn instanceof ActivationSoftmax) && !(activationFn instanceof ActivationIdentity)) {
            throw new IllegalArgumentException(getClass().getSimpleName() + " needs a softmax activation, or identity "
                    + "behind a softmax layer, got " + activationFn + "; set activation(Activation.SOFTMAX)");
        }
        if (preOutput.rank() != 2) {
            throw new IllegalArgumentException("preOutput must be [examples, classes], got shape "
                    + Arrays.toString(preOutput.shape()) + "; for sequences and images use RnnOutputLayer, RnnLossLayer "
                    + "or CnnLossLayer, which reshape");
        }
        long classes = preOutput.size(1);
        if (classes == 0) {
            throw new IllegalArgumentException("preOutput must have at least one class, got shape "
                    + Arrays.toString(preOutput.shape()) + "; set nOut of the output layer");
        }
        if (weights != null && weights.length() != classes) {
            throw new IllegalArgumentException("Class weights must have one value per class: got " + weights.length()
                    + " weights for " + classes + " classes (preOutput of shape "
                    + Arrays.toString(preOutput.shape()) + ")");
        }
        INDArray q = labelDistribution(labels, preOutput).castTo(type);
        return labelSmoothing == 0 || q.isEmpty() ? q : q.mul(1 - labelSmoothing).addi(labelSmoothing / classes);
    }

    /** The labels as [N, C], checked against preOutput. */
    INDArray labelDistribution(INDArray labels, INDArray preOutput) {
        if (!labels.equalShapes(preOutput)) {
            throw new IllegalArgumentException("Labels and preOutput must have equal shapes, got labels of shape "
                    + Arrays.toString(labels.shape()) + " and preOutput of shape "
                    + Arrays.toString(preOutput.shape()) + "; for integer class labels use LossSparsePowerGrad");
        }
        return labels;
    }

    /** Multiplies the mask into the array, in place; a null mask leaves it. */
    private static INDArray masked(INDArray array, INDArray mask) {
        if (mask == null) {
            return array;
        }
        INDArray m = mask.castTo(array.dataType());
        return isPerOutput(mask, array) ? array.muli(m) : timesColumn(array, m);
    }

    private static boolean isPerOutput(INDArray mask, INDArray outputs) {
        if (mask.rank() == 2 && mask.size(0) == outputs.size(0) && mask.size(1) == 1) {
            return false;
        }
        if (!mask.equalShapes(outputs)) {
            throw new IllegalArgumentException("A mask must have one value per example, shape [" + outputs.size(0)
                    + ", 1], got shape " + Arrays.toString(mask.shape()) + " for preOutput of shape "
                    + Arrays.toString(outputs.shape()));
        }
        return true;
    }

    /** Puts the largest number of the type in the place of anything beyond it; NaN stays, as it would not with max. */
    private static INDArray clipToRange(INDArray array, DataType type) {
        ClipByValue clip = new ClipByValue(array, -largest(type), largest(type));
        clip.addOutputArgument(array);
        return Nd4j.exec(clip)[0];
    }

    static double largest(DataType type) {
        switch (type) {
            case DOUBLE:
                return Double.MAX_VALUE;
            case HALF:
                return 65504;
            case BFLOAT16:
                return 0x1.fep127;
            default:
                return Float.MAX_VALUE;
        }
    }

    private static double smallestNormal(DataType type) {
        return type == DataType.DOUBLE ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    }

    /**
     * A copy with class weights of its own.
     *
     * @return a new loss of the same class, subclasses included, equal to this one
     */
    @Override
    public LossPowerGrad clone() {
        try {
            LossPowerGrad copy = (LossPowerGrad) super.clone();
            copy.weights = copyOfWeights();
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e); // the class is Cloneable
        }
    }

    /** A copy that differs in alpha and shares nothing with this loss: others may hold that. */
    final LossPowerGrad withAlpha(double alpha) {
        LossPowerGrad copy = clone();
        copy.setAlpha(alpha);
        return copy;
    }

    /** The class weights in an array of their own, outside any workspace; null if there are none. */
    final INDArray copyOfWeights() {
        if (weights == null) {
            return null;
        }
        try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            return weights.dup();
        }
    }

    private static double checkedAlpha(double alpha) {
        PowerTransform.checkAlpha(alpha);
        return alpha;
    }

    static double checkedSmoothing(double labelSmoothing) {
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException("labelSmoothing must be in [0, 1), got " + labelSmoothing
                    + "; 0 is none, 0.1 is usual");
        }
        return labelSmoothing;
    }

    private static double checkedClipEps(double softmaxClipEps) {
        if (!(softmaxClipEps >= 0 && softmaxClipEps <= 0.5)) {
            throw new IllegalArgumentException("softmaxClipEps must be in [0, 0.5], got " + softmaxClipEps
                    + "; 0 gives the exact cross-entropy, 1e-10 is the default");
        }
        return softmaxClipEps;
    }

    /** A copy outside any workspace, in a type that DL4J's JSON can write. */
    private static INDArray owned(INDArray weights) {
        if (weights == null) {
            return null;
        }
        if (!weights.isRowVectorOrScalar()) {
            throw new IllegalArgumentException("Class weights must be a row vector [1, C] or [C], got shape "
                    + Arrays.toString(weights.shape()));
        }
        try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
            INDArray copy = weights.castTo(weights.dataType() == DataType.FLOAT ? DataType.FLOAT : DataType.DOUBLE)
                    .dup('c');
            double[] values = copy.toDoubleVector();
            for (int c = 0; c < values.length; c++) {
                if (!Double.isFinite(values[c])) {
                    throw new IllegalArgumentException("Class weights must be finite numbers, got " + values[c]
                            + " for class " + c + "; 1 leaves a class as it is, 0 leaves it out");
                }
            }
            return copy;
        }
    }

    /**
     * Value equality over class, &alpha;, label smoothing, clipping and weights; never equal to a LossMCXENT.
     *
     * @param other what to compare with
     * @return whether both compute the same from the same input
     */
    @Override
    public boolean equals(Object other) {
        if (other == null || other.getClass() != getClass()) {
            return false;
        }
        LossPowerGrad that = (LossPowerGrad) other;
        return Double.compare(alpha, that.alpha) == 0
                && Double.compare(labelSmoothing, that.labelSmoothing) == 0
                && Double.compare(softmaxClipEps, that.softmaxClipEps) == 0
                && Arrays.equals(weightValues(), that.weightValues());
    }

    /** Keeps {@code lossMCXENT.equals(lossPowerGrad)} false: LossMCXENT asks the other side. */
    @Override
    protected boolean canEqual(Object other) {
        return other instanceof LossPowerGrad;
    }

    @Override
    public int hashCode() {
        return Objects.hash(getClass(), alpha, labelSmoothing, softmaxClipEps, Arrays.hashCode(weightValues()));
    }

    private double[] weightValues() {
        return weights == null ? null : weights.toDoubleVector();
    }

    /**
     * Names the loss and each setting that is not at its default.
     *
     * @return such as {@code LossPowerGrad(alpha=0.25)}
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(getClass().getSimpleName()).append("(alpha=").append(alpha);
        if (labelSmoothing != 0) {
            text.append(", labelSmoothing=").append(labelSmoothing);
        }
        if (softmaxClipEps != DEFAULT_SOFTMAX_CLIP_EPS) {
            text.append(", softmaxClipEps=").append(softmaxClipEps);
        }
        if (weights != null) {
            text.append(", weights=").append(weights);
        }
        return text.append(')').toString();
    }

    /** Settings of a {@link LossPowerGrad}; a value out of range is refused by {@link #build()}. */
    public static class Builder {

        Double alpha;
        Double labelSmoothing;
        Double softmaxClipEps;
        INDArray weights;

        Builder() {}

        /**
         * Sets the exponent of the transform.
         *
         * @param alpha in [0, 1]
         * @return this builder
         */
        public Builder alpha(double alpha) {
            this.alpha = alpha;
            return this;
        }

        /**
         * Sets the class weights.
         *
         * @param weights a row vector [1, C] or [C]; null for none
         * @return this builder
         */
        public Builder weights(INDArray weights) {
            this.weights = weights;
            return this;
        }

        /**
         * Sets the class weights.
         *
         * @param weights one weight per class; null for none
         * @return this builder
         * @throws IllegalArgumentException if the array is empty
         */
        public Builder weights(double... weights) {
            if (weights == null) {
                return weights((INDArray) null);
            }
            if (weights.length == 0) {
                throw new IllegalArgumentException("Class weights must have one number per class, got none; "
                        + "for no weights leave out weights()");
            }
            try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
                return weights(Nd4j.createFromArray(weights)); // to last until build()
            }
        }

        /**
         * Sets label smoothing: q becomes (1 &minus; &epsilon;) q + &epsilon;/C.
         *
         * @param labelSmoothing &epsilon;, in [0, 1)
         * @return this builder
         */
        public Builder labelSmoothing(double labelSmoothing) {
            this.labelSmoothing = labelSmoothing;
            return this;
        }

        /**
         * Sets the clipping of probabilities in the score.
         *
         * @param softmaxClipEps in [0, 0.5]; 0 gives the exact cross-entropy
         * @return this builder
         */
        public Builder softmaxClipEps(double softmaxClipEps) {
            this.softmaxClipEps = softmaxClipEps;
            return this;
        }

        /**
         * Builds the loss.
         *
         * @return a new loss
         * @throws IllegalArgumentException naming the setting that is out of range
         */
        public LossPowerGrad build() {
            return new LossPowerGrad(alpha, labelSmoothing, softmaxClipEps, weights);
        }
    }
}
