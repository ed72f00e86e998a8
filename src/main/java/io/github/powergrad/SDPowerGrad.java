package io.github.powergrad;

import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.api.ops.impl.loss.SoftmaxCrossEntropyLoss;

/**
 * The PowerGrad Transform in SameDiff graphs: in place of {@code sd.loss().softmaxCrossEntropy}, the same value with
 * the gradient p' &minus; q.
 *
 * <table>
 * <caption>With logits z [..., C], p = softmax(z), labels q [..., C]</caption>
 * <tr><td>forward, unchanged</td><td>L = &minus;&Sigma;<sub>i</sub> q<sub>i</sub> log p<sub>i</sub></td></tr>
 * <tr><td>backward</td><td>&part;L/&part;z := p' &minus; q with p' = softmax(&alpha; z)</td></tr>
 * <tr><td>label smoothing &epsilon;</td><td>(1 &minus; &epsilon;) q + &epsilon;/C in place of q, in both</td></tr>
 * </table>
 *
 * <pre>{@code
 * SameDiff sd = SameDiff.create();
 * SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 4);
 * SDVariable y = sd.placeHolder("y", DataType.FLOAT, -1, 3);
 * SDVariable w = sd.var("w", new XavierInitScheme('c', 4, 3), DataType.FLOAT, 4, 3);
 * SDVariable logits = x.mmul("logits", w);
 * SDPowerGrad.softmaxCrossEntropy(sd, "loss", y, logits, 0.25);
 * sd.setTrainingConfig(TrainingConfig.builder().updater(new Adam(0.05))
 *         .dataSetFeatureMapping("x").dataSetLabelMapping("y").build());
 * sd.fit(iterator, 20);
 * }</pre>
 *
 * <p><b>Construction.</b> L = CE(z&#772;) + &Sigma; (z &minus; z&#772;) &#8857; (p' &minus; q), where z&#772; is z
 * behind a StopGradient op: the second term is zero and has the gradient p' &minus; q. Only operations that ND4J brings
 * are used, so a saved graph loads and trains on anywhere, also without this library. &alpha; is written into the
 * graph.
 *
 * <p><b>Gradients.</b> Equal to {@link LossPowerGrad}'s, labels that do not sum to 1 included; the labels get none.
 * Unlike the gradient of {@code sd.loss().softmaxCrossEntropy}, it obeys the chain rule: the loss may be scaled or go
 * into further operations, such as weights for the examples.
 *
 * <pre>{@code
 * SDVariable each = SDPowerGrad.softmaxCrossEntropy(sd, "each", y, logits, 0.25, 0, LossReduce.NONE);
 * sd.setLossVariables(each.mul(weights).mean("loss"));
 * }</pre>
 *
 * <p><b>Shapes and types.</b> Classes are the last dimension; before it come the examples (any number of them: -1 in a
 * placeholder is fine) and time steps, if any. Logits are of a floating type, which the loss has too; HALF and BFLOAT16
 * are computed in FLOAT. Labels have the shape of the logits and any numeric type.
 *
 * <p>Source: arXiv:2111.12495v3, eq. (1) and (2).
 *
 * @see LossPowerGrad for layers of a MultiLayerNetwork or ComputationGraph
 */
public final class SDPowerGrad {

    private SDPowerGrad() {}

    /**
     * The mean cross-entropy over all examples, marked as a loss of the graph, with gradient (p' &minus; q)/N.
     *
     * @param sd the graph
     * @param name name of the loss variable; null for a generated one
     * @param labels q, one-hot or soft, of the shape of the logits
     * @param logits z, before any softmax, [..., C]
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @return the loss, a scalar
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN, logits are not of a floating type or labels
     *         not numeric, or a variable belongs to another graph
     * @throws IllegalStateException if the graph has a variable of that name already
     */
    public static SDVariable softmaxCrossEntropy(SameDiff sd, String name, SDVariable labels, SDVariable logits,
            double alpha) {
        return softmaxCrossEntropy(sd, name, labels, logits, alpha, 0, LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT);
    }

    /**
     * The cross-entropy with label smoothing and a chosen reduction, marked as a loss of the graph.
     *
     * @param sd the graph
     * @param name name of the loss variable; null for a generated one
     * @param labels q, one-hot or soft, of the shape of the logits
     * @param logits z, before any softmax, [..., C]
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @param labelSmoothing &epsilon;, in [0, 1)
     * @param lossReduce SUM over the examples; their mean (both MEAN reductions: they differ by weights only); or NONE
     *        for one value an example, [N, 1] for logits [N, C] and [N, T] for [N, T, C]
     * @return the loss
     * @throws IllegalArgumentException as above, or if labelSmoothing is outside [0, 1)
     * @throws IllegalStateException if the graph has a variable of that name already
     */
    public static SDVariable softmaxCrossEntropy(SameDiff sd, String name, SDVariable labels, SDVariable logits,
            double alpha, double labelSmoothing, LossReduce lossReduce) {
        PowerTransform.checkAlpha(alpha);
        LossPowerGrad.checkedSmoothing(labelSmoothing);
        checkVariable(sd, "labels", labels);
        checkVariable(sd, "logits", logits);
        if (!logits.dataType().isFPType()) {
            throw new IllegalArgumentException("logits must be of a floating type (DOUBLE, FLOAT, HALF or BFLOAT16), "
                    + "got " + logits.dataType() + " variable \"" + logits.name() + "\"; cast it first");
        }
        if (lossReduce == null) {
            throw new IllegalArgumentException("lossReduce must not be null; DL4J's default is "
                    + LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT);
        }
        String scopedName = sd.currentNameScope() == null ? name : sd.currentNameScope() + "/" + name;
        if (name != null && sd.hasVariable(scopedName)) {
            throw new IllegalStateException("A variable \"" + scopedName + "\" already exists in the graph; "
                    + "give the loss another name, or null for a generated one");
        }
        SDVariable loss;
        // sd.loss() would leave one variable in the graph: keep what it takes here out of the user's way
        try (NameScope scope = sd.withNameScope(name == null ? "softmaxCrossEntropy" : name)) {
            loss = loss(sd, labels, logits, alpha, labelSmoothing, lossReduce);
        }
        loss = sd.updateVariableNameAndReference(loss, name);
        loss.markAsLoss();
        return loss;
    }

    private static SDVariable loss(SameDiff sd, SDVariable labels, SDVariable logits, double alpha,
            double labelSmoothing, LossReduce lossReduce) {
        DataType type = logits.dataType();
        DataType workingType = type == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
        SDVariable fixedLogits = stopGradient(sd, logits);
        SDVariable z = inType(fixedLogits, workingType);
        SDVariable q = smoothed(sd, stopGradient(sd, inType(labels, workingType)), labelSmoothing);

        SDVariable crossEntropy = new SoftmaxCrossEntropyLoss(sd, q, z, null, lossReduce, 0).outputVariable();
        // The maximum comes off before the multiplication, as in PowerTransform.scaledSoftmax
        SDVariable transformed = sd.nn().softmax(z.sub(z.max(true, -1)).mul(alpha), -1);
        SDVariable zero = inType(logits.sub(fixedLogits), workingType).mul(transformed.sub(q)).sum(-1);
        return inType(crossEntropy.add(reduced(sd, zero, crossEntropy, lossReduce)), type);
    }

    /** Not left to SoftmaxCrossEntropyLoss: for sequences it divides epsilon by the number of time steps. */
    private static SDVariable smoothed(SameDiff sd, SDVariable q, double labelSmoothing) {
        if (labelSmoothing == 0) {
            return q;
        }
        SDVariable classes = sd.sizeAt(q, -1).castTo(q.dataType());
        return q.mul(1 - labelSmoothing).add(classes.rdiv(labelSmoothing));
    }

    private static SDVariable reduced(SameDiff sd, SDVariable terms, SDVariable like, LossReduce lossReduce) {
        switch (lossReduce) {
            case NONE:
                return sd.reshape(terms, like.shape()); // [N, 1] for logits [N, C], [N, T] for [N, T, C]
            case SUM:
                return terms.sum();
            default:
                return terms.mean();
        }
    }

    private static SDVariable stopGradient(SameDiff sd, SDVariable variable) {
        return new StopGradient(sd, variable).outputVariable();
    }

    private static SDVariable inType(SDVariable variable, DataType type) {
        return variable.dataType() == type ? variable : variable.castTo(type);
    }

    private static void checkVariable(SameDiff sd, String role, SDVariable variable) {
        if (variable == null) {
            throw new IllegalArgumentException(role + " must not be null; pass the variable that holds them");
        }
        if (variable.getSameDiff() != sd) {
            throw new IllegalArgumentException(role + " variable \"" + variable.name() + "\" belongs to another SameDiff "
                    + "graph; pass the graph that it was made in");
        }
        if (!variable.dataType().isNumerical()) {
            throw new IllegalArgumentException(role + " must be of a numeric type, got " + variable.dataType()
                    + " variable \"" + variable.name() + "\"; cast it first");
        }
    }
}
