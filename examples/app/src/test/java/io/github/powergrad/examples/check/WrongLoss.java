package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A loss that does what another does, but for what a test makes wrong in it. */
public class WrongLoss extends LossPowerGrad {

    private static final long serialVersionUID = 1L;

    private final transient LossPowerGrad right;

    WrongLoss(LossPowerGrad right) {
        this.right = right;
    }

    /** Makes a gradient that is too large by a share, 0.05 for 5 percent. */
    public static UnaryOperator<LossPowerGrad> gradientTooLarge(double share) {
        return right -> new WrongLoss(right) {
            @Override
            public INDArray computeGradient(
                    INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
                return super.computeGradient(labels, preOutput, activation, mask).mul(1 + share);
            }
        };
    }

    static UnaryOperator<LossPowerGrad> scoreTooLarge(double share) {
        return right -> new WrongLoss(right) {
            @Override
            public double computeScore(
                    INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
                return (1 + share) * super.computeScore(labels, preOutput, activation, mask, average);
            }
        };
    }

    /** As gradients by a loop in Java might do. */
    static UnaryOperator<LossPowerGrad> readingBack() {
        return right -> new WrongLoss(right) {
            @Override
            public INDArray computeGradient(
                    INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
                if (!preOutput.isEmpty()) {
                    preOutput.maxNumber();
                }
                return super.computeGradient(labels, preOutput, activation, mask);
            }
        };
    }

    static UnaryOperator<LossPowerGrad> alphaTooLarge(double by) {
        return right -> {
            if (right.getAlpha() + by <= 1) {
                right.setAlpha(right.getAlpha() + by);
            }
            return right;
        };
    }

    /** What the loss would give without a mask. */
    static UnaryOperator<LossPowerGrad> deafToMasks() {
        return right -> new WrongLoss(right) {
            @Override
            public INDArray computeGradient(
                    INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
                return super.computeGradient(labels, preOutput, activation, null);
            }
        };
    }

    /** A row that is NaN makes others NaN. */
    static UnaryOperator<LossPowerGrad> spreadingNaN() {
        return right -> new WrongLoss(right) {
            @Override
            public INDArray computeGradient(
                    INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
                INDArray gradient = super.computeGradient(labels, preOutput, activation, mask);
                return gradient.isEmpty() ? gradient : gradient.add(gradient.sum(0).mul(0));
            }
        };
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        return right.computeGradient(labels, preOutput, activation, mask);
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return right.computeScore(labels, preOutput, activation, mask, average);
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        return right.computeScoreArray(labels, preOutput, activation, mask);
    }
}
