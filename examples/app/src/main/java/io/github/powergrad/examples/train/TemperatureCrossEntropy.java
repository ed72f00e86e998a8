package io.github.powergrad.examples.train;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Cross-entropy at a temperature: L = −Σ q log softmax(αz), forward and backward, with the gradient α (softmax(αz) − q)
 * that follows. That is α times the gradient of the PowerGrad Transform, whose forward pass alone is at temperature 1.
 */
public final class TemperatureCrossEntropy extends LossMCXENT {

    private static final long serialVersionUID = 1L;

    private final double alpha;

    /**
     * @param alpha the factor of the logits, one over the temperature; above 0
     */
    public TemperatureCrossEntropy(@JsonProperty("alpha") double alpha) {
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("alpha must be a finite number above 0, got " + alpha);
        }
        this.alpha = alpha;
    }

    /** Returns the factor of the logits. */
    public double getAlpha() {
        return alpha;
    }

    @Override
    protected INDArray scoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        return super.scoreArray(labels, preOutput.mul(alpha), activation, mask);
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        return super.computeGradient(labels, preOutput.mul(alpha), activation, mask).muli(alpha);
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return Pair.of(computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TemperatureCrossEntropy && alpha == ((TemperatureCrossEntropy) other).alpha;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(alpha);
    }

    @Override
    public String toString() {
        return "TemperatureCrossEntropy(alpha=" + alpha + ")";
    }
}
