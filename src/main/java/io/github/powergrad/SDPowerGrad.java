package io.github.powergrad;

import java.util.Map;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.controlflow.compat.StopGradient;
import org.nd4j.linalg.api.ops.impl.loss.SoftmaxCrossEntropyLoss;
import org.nd4j.linalg.factory.Nd4j;

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
 * are used, so a saved graph loads and trains on without this library too, on the versions below. &alpha; is written
 * into the graph.
 *
 * <p><b>Gradients.</b> Equal to {@link LossPowerGrad}'s, labels that do not sum to 1 included; labels and weights get
 * none. Unlike the gradient of {@code sd.loss().softmaxCrossEntropy}, it obeys the chain rule: the loss may be scaled
 * or go into further operations.
 *
 * <pre>{@code
 * SDVariable each = SDPowerGrad.softmaxCrossEntropy(sd, "each", y, logits, 0.25, 0, LossReduce.NONE);
 * sd.setLossVariables(each.mul(weights).mean("loss"));
 * }</pre>
 *
 * <p><b>Numbers at the edge.</b> As {@link LossPowerGrad} with its exact score, {@code softmaxClipEps(0)},
 * but computed in the type of the logits (FLOAT for the shorter ones): a logit of &minus;&infin; is a probability of 0;
 * &minus;&infin; in all classes, +&infin; or NaN make their own example NaN.
 *
 * <p><b>Versions.</b> Works on ND4J 1.0.0-M2.1 and 1.0.0-M1.1. 1.0.0-M2 is refused: SameDiff loses gradients there
 * where two operations use one variable, with operations of its own too.
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

    /**
     * 1.0.0-M2 loses, silently, the gradients of what lies before a variable that two ops use, with its own ops too,
     * and counts some gradients twice. ND4J does not tell its version, so a small graph shows whether it has the fault.
     * Can go when M2 need not be refused any more.
     */
    private static final class Differentiation {

        static final boolean IS_RIGHT = gradientOfTwoUses() == 210;

        private static double gradientOfTwoUses() {
            SameDiff sd = SameDiff.create();
            SDVariable x = sd.var("x", Nd4j.createFromArray(1.0));
            SDVariable y = x.mul(2).mul(5);
            y.add(sd.math().square(y)).sum().markAsLoss(); // 10 (1 + 2 y), with y = 10
            return sd.calculateGradients(Map.of(), "x").get("x").getDouble(0);
        }
    }

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
     * @throws UnsupportedOperationException on ND4J 1.0.0-M2
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
     *        for one value per example, [N, 1] for logits [N, C] and [N, T] for [N, T, C]
     * @return the loss
     * @throws IllegalArgumentException as above, or if labelSmoothing is outside [0, 1)
     * @throws IllegalStateException if the graph has a variable of that name already
     * @throws UnsupportedOperationException on ND4J 1.0.0-M2
     */
    public static SDVariable softmaxCrossEntropy(SameDiff sd, String name, SDVariable labels, SDVariable logits,
            double alpha, double labelSmoothing, LossReduce lossReduce) {
        return softmaxCrossEntropy(sd, name, labels, logits, null, alpha, labelSmoothing, lossReduce);
    }

    /**
     * The cross-entropy with weights for the examples, label smoothing and a chosen reduction, marked as a loss of the
     * graph.
     *
     * <p>With w<sub>n</sub> the weight of example n and L<sub>n</sub> its cross-entropy: NONE gives w<sub>n</sub>
     * L<sub>n</sub>, SUM their sum, MEAN_BY_WEIGHT their sum divided by &Sigma; w<sub>n</sub>,
     * MEAN_BY_NONZERO_WEIGHT_COUNT their sum divided by the number of weights that are not 0. Where the divisor is 0
     * the mean is 0. A weight multiplies: 0 leaves an example out, but not its NaN.
     *
     * @param sd the graph
     * @param name name of the loss variable; null for a generated one
     * @param labels q, one-hot or soft, of the shape of the logits
     * @param logits z, before any softmax, [..., C]
     * @param weights one weight per example, [N] or [N, 1] for logits [N, C]; for [N, T, C] one per time step, [N, T],
     *        or one per sequence, [N] or [N, 1]; a scalar for all; any numeric type; null for none
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @param labelSmoothing &epsilon;, in [0, 1)
     * @param lossReduce how the examples become one value, or NONE for one value per example, [N, 1] for logits [N, C]
     *        and [N, T] for [N, T, C]
     * @return the loss
     * @throws IllegalArgumentException as above, or if labelSmoothing is outside [0, 1) or weights are not numeric
     * @throws IllegalStateException if the graph has a variable of that name already
     * @throws UnsupportedOperationException on ND4J 1.0.0-M2
     */
    public static SDVariable softmaxCrossEntropy(SameDiff sd, String name, SDVariable labels, SDVariable logits,
            SDVariable weights, double alpha, double labelSmoothing, LossReduce lossReduce) {
        PowerTransform.checkAlpha(alpha);
        LossPowerGrad.checkedSmoothing(labelSmoothing);
        if (!Differentiation.IS_RIGHT) {
            throw new UnsupportedOperationException("SDPowerGrad does not work on ND4J 1.0.0-M2, whose SameDiff "
                    + "loses gradients where two operations use one variable; use 1.0.0-M2.1 or 1.0.0-M1.1");
        }
        checkVariable(sd, "labels", labels);
        checkVariable(sd, "logits", logits);
        if (weights != null) {
            checkVariable(sd, "weights", weights);
        }
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
            loss = loss(sd, labels, logits, weights, alpha, labelSmoothing, lossReduce);
        }
        loss = sd.updateVariableNameAndReference(loss, name);
        loss.markAsLoss();
        return loss;
    }

    private static SDVariable loss(SameDiff sd, SDVariable labels, SDVariable logits, SDVariable weights, double alpha,
            double labelSmoothing, LossReduce lossReduce) {
        DataType type = logits.dataType();
        DataType workingType = type == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
        SDVariable z = inType(logits, workingType);
        SDVariable fixed = withoutGradient(sd, z);
        SDVariable q = smoothed(sd, withoutGradient(sd, inType(labels, workingType)), labelSmoothing);

        // Without its maximum a row is at most 0: only its lower end can be infinite; relu keeps NaN, max would not
        SDVariable shifted = fixed.sub(fixed.max(true, -1));
        SDVariable finite = sd.nn().relu(shifted, -LossPowerGrad.largest(type));
        SDVariable crossEntropy = new SoftmaxCrossEntropyLoss(sd, q, finite, null, LossReduce.NONE, 0).outputVariable();
        SDVariable scaled = alpha == 0 ? finite.mul(0) : shifted.mul(StableSoftmax.keptAboveZero(alpha, workingType));
        // Its value is 0, its gradient that of z
        SDVariable zero = withoutMinusInfinity(sd, z).sub(withoutMinusInfinity(sd, fixed));
        SDVariable terms = zero.mul(sd.nn().softmax(scaled, -1).sub(q)).sum(-1);
        SDVariable each = crossEntropy.add(sd.reshape(terms, crossEntropy.shape())); // [N, 1] or [N, T]
        SDVariable w = sd.onesLike(crossEntropy);
        if (weights != null) {
            w = weightOfEach(sd, withoutGradient(sd, inType(weights, workingType)), w);
        }
        return inType(reduced(each, w, lossReduce), type);
    }

    /** Not left to SoftmaxCrossEntropyLoss: for sequences it divides epsilon by the number of time steps. */
    private static SDVariable smoothed(SameDiff sd, SDVariable q, double labelSmoothing) {
        if (labelSmoothing == 0) {
            return q;
        }
        SDVariable classes = sd.sizeAt(q, -1).castTo(q.dataType());
        return q.mul(1 - labelSmoothing).add(classes.rdiv(labelSmoothing));
    }

    /** The weights in the shape of the ones: [N] and [N, 1] alike stand for the examples of [N, 1]. */
    private static SDVariable weightOfEach(SameDiff sd, SDVariable weights, SDVariable ones) {
        SDVariable shape = ones.shape();
        SDVariable first = sd.constant(Nd4j.createFromArray(0));
        SDVariable sameRank = sd.slice(sd.concat(0, weights.shape(), sd.onesLike(shape)), first, shape.shape());
        return sd.reshape(ones.mul(sd.reshape(weights, sameRank)), shape); // fails where the product has grown
    }

    private static SDVariable reduced(SDVariable each, SDVariable weights, LossReduce lossReduce) {
        SDVariable weighted = each.mul(weights);
        switch (lossReduce) {
            case NONE:
                return weighted;
            case SUM:
                return weighted.sum();
            case MEAN_BY_WEIGHT:
                return quotient(weighted.sum(), weights.sum());
            default:
                return quotient(weighted.sum(), weights.neq(0).castTo(weights.dataType()).sum());
        }
    }

    /** 0 for a divisor of 0, as in SoftmaxCrossEntropyLoss. */
    private static SDVariable quotient(SDVariable dividend, SDVariable divisor) {
        SDVariable isZero = divisor.eq(0).castTo(divisor.dataType());
        return dividend.mul(isZero.rsub(1)).div(divisor.add(isZero));
    }

    private static SDVariable withoutGradient(SameDiff sd, SDVariable variable) {
        return new StopGradient(sd, variable).outputVariable();
    }

    /**
     * z with the lowest finite number in place of &minus;&infin; (and of NaN), but with the gradient of z everywhere,
     * which no clipping has: the maximum over one array, whose kernels start from that number.
     */
    private static SDVariable withoutMinusInfinity(SameDiff sd, SDVariable z) {
        return sd.math().mergeMax(z);
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
