package io.github.powergrad.examples.training;

import io.github.powergrad.LossPowerGrad;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** One of the two losses of a comparison: its name in the results, its α, and how to make it. */
public final class ComparedLoss {

    private final String name;
    private final double alpha;
    private final boolean transformed;

    private ComparedLoss(String name, double alpha, boolean transformed) {
        this.name = name;
        this.alpha = alpha;
        this.transformed = transformed;
    }

    /** Returns ordinary cross-entropy, for which α is 1. */
    public static ComparedLoss crossEntropy() {
        return new ComparedLoss("LossMCXENT", 1, false);
    }

    /** Returns cross-entropy with the PowerGrad Transform. */
    public static ComparedLoss powerGrad(double alpha) {
        return new ComparedLoss("LossPowerGrad", alpha, true);
    }

    /** Returns the simple name of the loss class. */
    public String name() {
        return name;
    }

    /** Returns α. */
    public double alpha() {
        return alpha;
    }

    /** Returns a new loss function. */
    public ILossFunction create() {
        return transformed ? new LossPowerGrad(alpha) : new LossMCXENT();
    }

    @Override
    public String toString() {
        return transformed ? name + "(alpha=" + alpha + ")" : name;
    }
}
