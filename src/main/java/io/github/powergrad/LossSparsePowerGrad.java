package io.github.powergrad;

import java.util.Arrays;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.shape.OneHot;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;

/**
 * {@link LossPowerGrad} for integer labels, as LossSparseMCXENT is to LossMCXENT.
 *
 * <p>Labels are class indices 0 to C &minus; 1, [N, 1] or [N], of any numeric type. Score and gradient are those of
 * LossPowerGrad with the labels one-hot. A label that is no class index is refused with its value and row when the
 * score is computed; {@code computeGradient} does not look, as it would have to wait for the device. The labels of
 * examples that the mask leaves out are not looked at.
 *
 * <p>Not for CnnLossLayer: Deeplearning4j demands labels of the shape of the network's output there and refuses indices
 * before it asks the loss. Use {@link LossPowerGrad} with one-hot labels.
 *
 * <pre>{@code
 * new OutputLayer.Builder(new LossSparsePowerGrad(0.25)).nIn(64).nOut(10).activation(Activation.SOFTMAX).build();
 * }</pre>
 *
 * @see LossPowerGrad for formula, types, activations, errors and source
 */
public class LossSparsePowerGrad extends LossPowerGrad {

    private static final long serialVersionUID = 1L;

    /** The loss with &alpha; = {@value LossPowerGrad#DEFAULT_ALPHA}. */
    public LossSparsePowerGrad() {
        super();
    }

    /**
     * The loss with a chosen &alpha;.
     *
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN
     */
    public LossSparsePowerGrad(double alpha) {
        super(alpha);
    }

    /**
     * The loss with &alpha; = {@value LossPowerGrad#DEFAULT_ALPHA} and class weights.
     *
     * @param weights one weight per class, a row vector [1, C] or [C]; null for none
     * @throws IllegalArgumentException if weights is not a row vector of finite numbers
     */
    public LossSparsePowerGrad(INDArray weights) {
        super(weights);
    }

    /**
     * All settings at once, for the builder and for JSON; null stands for the default.
     *
     * @param alpha the exponent, in [0, 1]
     * @param labelSmoothing &epsilon;, in [0, 1)
     * @param softmaxClipEps clipping of the probabilities in the score, in [0, 0.5]
     * @param weights a row vector of class weights
     */
    @JsonCreator
    protected LossSparsePowerGrad(@JsonProperty("alpha") Double alpha,
            @JsonProperty("labelSmoothing") Double labelSmoothing,
            @JsonProperty("softmaxClipEps") Double softmaxClipEps, @JsonProperty("weights")
            @JsonDeserialize(using = ClassWeightsDeserializer.class) INDArray weights) {
        super(alpha, labelSmoothing, softmaxClipEps, weights);
    }

    /**
     * Starts from the defaults of {@link LossPowerGrad#builder()}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException also on a label outside 0 to C &minus; 1, with its value and row
     */
    @Override
    public double computeScore(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask,
            boolean average) {
        double score = super.computeScore(labels, preOutput, activationFn, mask, average);
        checkRange(labels, preOutput.size(1), mask);
        return score;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException also on a label outside 0 to C &minus; 1, with its value and row
     */
    @Override
    protected INDArray scoreArray(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        INDArray terms = super.scoreArray(labels, preOutput, activationFn, mask);
        checkRange(labels, preOutput.size(1), mask);
        return terms;
    }

    private static void checkRange(INDArray labels, long classes, INDArray mask) {
        if (labels.isEmpty()) {
            return;
        }
        double[] values = labels.reshape(labels.length()).toDoubleVector();
        for (int row = 0; row < values.length; row++) {
            double value = values[row];
            boolean isClass = value >= 0 && value < classes && value == Math.rint(value);
            if (!isClass && !(mask != null && mask.getDouble(row) == 0)) {
                throw new IllegalArgumentException("Labels must be class indices 0 to " + (classes - 1) + ", got "
                        + (value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value))
                        + " in row " + row + "; mask the row to leave it out of training");
            }
        }
    }

    @Override
    INDArray labelDistribution(INDArray labels, INDArray preOutput) {
        long examples = preOutput.size(0);
        boolean fits = labels.length() == examples && (labels.rank() == 1 || labels.rank() == 2 && labels.size(1) == 1);
        if (!fits) {
            throw new IllegalArgumentException("Labels must be class indices, shapes [" + examples + ", 1] or ["
                    + examples + "], got labels of shape " + Arrays.toString(labels.shape())
                    + " and preOutput of shape " + Arrays.toString(preOutput.shape())
                    + "; for one-hot or soft labels, and in every CnnLossLayer, use LossPowerGrad");
        }
        INDArray oneHot = preOutput.ulike();
        if (oneHot.isEmpty()) {
            return oneHot;
        }
        Nd4j.exec(new OneHot(labels.reshape(examples).castTo(DataType.INT64), oneHot, (int) preOutput.size(1)));
        return oneHot;
    }

    /** Settings of a {@link LossSparsePowerGrad}; a value out of range is refused by {@link #build()}. */
    public static class Builder extends LossPowerGrad.Builder {

        Builder() {}

        @Override
        public Builder alpha(double alpha) {
            super.alpha(alpha);
            return this;
        }

        @Override
        public Builder weights(INDArray weights) {
            super.weights(weights);
            return this;
        }

        @Override
        public Builder weights(double... weights) {
            super.weights(weights);
            return this;
        }

        @Override
        public Builder labelSmoothing(double labelSmoothing) {
            super.labelSmoothing(labelSmoothing);
            return this;
        }

        @Override
        public Builder softmaxClipEps(double softmaxClipEps) {
            super.softmaxClipEps(softmaxClipEps);
            return this;
        }

        @Override
        public LossSparsePowerGrad build() {
            return new LossSparsePowerGrad(alpha, labelSmoothing, softmaxClipEps, weights);
        }
    }
}
