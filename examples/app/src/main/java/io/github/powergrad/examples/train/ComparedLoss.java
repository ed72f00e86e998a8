package io.github.powergrad.examples.train;

import io.github.powergrad.LossPowerGrad;
import java.util.function.Supplier;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** A loss to train with: its name in the results, its α, and how to make it. */
public final class ComparedLoss {

    private final String name;
    private final double alpha;
    private final String text;
    private final Supplier<ILossFunction> maker;

    private ComparedLoss(String name, double alpha, String settings, Supplier<ILossFunction> maker) {
        this.name = name;
        this.alpha = alpha;
        this.text = name + settings;
        this.maker = maker;
    }

    /** Returns ordinary cross-entropy, for which α is 1. */
    public static ComparedLoss crossEntropy() {
        return new ComparedLoss("LossMCXENT", 1, "", LossMCXENT::new);
    }

    /** Returns cross-entropy with the PowerGrad Transform. */
    public static ComparedLoss powerGrad(double alpha) {
        return powerGrad(alpha, 0);
    }

    /** Returns cross-entropy with smoothed labels and, unless α is 1, the PowerGrad Transform. */
    public static ComparedLoss powerGrad(double alpha, double labelSmoothing) {
        return new ComparedLoss("LossPowerGrad", alpha,
                "(alpha=" + alpha + (labelSmoothing == 0 ? "" : ", smoothing=" + labelSmoothing) + ")",
                () -> LossPowerGrad.builder().alpha(alpha).labelSmoothing(labelSmoothing).build());
    }

    /** Returns cross-entropy of softmax(αz), forward and backward. */
    public static ComparedLoss temperature(double alpha) {
        return new ComparedLoss("TemperatureCrossEntropy", alpha, "(alpha=" + alpha + ")",
                () -> new TemperatureCrossEntropy(alpha));
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
        return maker.get();
    }

    @Override
    public String toString() {
        return text;
    }
}
