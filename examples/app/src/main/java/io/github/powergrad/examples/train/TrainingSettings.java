package io.github.powergrad.examples.train;

import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * What the runs of a comparison have in common: SGD with Nesterov momentum 0.9, weight decay 5e-4 and a
 * learning rate that warms up over half an epoch and then follows a cosine to 0.
 */
public final class TrainingSettings {

    /** Momentum of the paper's protocol. */
    public static final double MOMENTUM = 0.9;

    /** Weight decay of the paper's protocol. */
    public static final double WEIGHT_DECAY = 5e-4;

    private final double learningRate;
    private final int epochs;
    private final int batchSize;
    private final GradientClipping clipping;
    private final boolean measuringTrainingImagesOnce;

    /**
     * @param learningRate the highest learning rate
     * @param epochs passes over the training images, at least 1
     * @param batchSize images a minibatch, at least 1
     */
    public TrainingSettings(double learningRate, int epochs, int batchSize) {
        this(learningRate, epochs, batchSize, GradientClipping.NONE, false);
    }

    private TrainingSettings(double learningRate, int epochs, int batchSize, GradientClipping clipping,
            boolean measuringTrainingImagesOnce) {
        this.learningRate = learningRate;
        this.epochs = epochs;
        this.batchSize = batchSize;
        this.clipping = clipping;
        this.measuringTrainingImagesOnce = measuringTrainingImagesOnce;
    }

    /** Returns the same settings with gradients clipped. */
    public TrainingSettings with(GradientClipping newClipping) {
        return new TrainingSettings(learningRate, epochs, batchSize, newClipping, measuringTrainingImagesOnce);
    }

    /** Returns the same settings with the training images measured after the last epoch only, which saves time. */
    public TrainingSettings measuringTrainingImagesOnce() {
        return new TrainingSettings(learningRate, epochs, batchSize, clipping, true);
    }

    /** Returns whether the training images are measured after an epoch. */
    boolean measuresTrainingImages(int epoch) {
        return !measuringTrainingImagesOnce || epoch == epochs;
    }

    /** Returns the highest learning rate. */
    public double learningRate() {
        return learningRate;
    }

    /** Returns the number of passes over the training images. */
    public int epochs() {
        return epochs;
    }

    /** Returns the number of images a minibatch. */
    public int batchSize() {
        return batchSize;
    }

    /** Returns how gradients are clipped. */
    public GradientClipping clipping() {
        return clipping;
    }

    /** Returns the learning rate of each iteration. */
    WarmupCosineSchedule schedule(int iterationsPerEpoch) {
        return new WarmupCosineSchedule(
                learningRate, iterationsPerEpoch / 2, Math.multiplyExact(iterationsPerEpoch, epochs));
    }

    /** Returns the updater that follows a schedule. */
    static IUpdater updater(WarmupCosineSchedule schedule) {
        return new Nesterovs(schedule, MOMENTUM);
    }
}
