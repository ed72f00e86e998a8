package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.Minibatches;
import io.github.powergrad.examples.data.PixelScaling;
import io.github.powergrad.examples.data.ScaledImages;
import io.github.powergrad.fashionmnist.ImageData;

/** The images of any number of runs, scaled by the training images' mean and deviation, cut for each use. */
public final class TrainingImages {

    /** Large enough to keep the cost of a call small, small enough for the processor's caches. */
    private static final int EVALUATION_BATCH = 500;

    private final Minibatches training;
    private final Minibatches trainingForEvaluation;
    private final Minibatches test;

    /**
     * @param data the images to train and test on
     * @param batchSize images a minibatch, at most as many as there are
     */
    public TrainingImages(ImageData data, int batchSize) {
        int available = data.training().size();
        if (batchSize > available) {
            throw new IllegalArgumentException("batch size must be at most the number of training images, " + available
                    + ", got " + batchSize);
        }
        PixelScaling scaling = PixelScaling.of(data.training());
        ScaledImages scaledTraining = new ScaledImages(data.training(), scaling);
        training = new Minibatches(scaledTraining, batchSize);
        trainingForEvaluation = new Minibatches(scaledTraining, EVALUATION_BATCH);
        test = new Minibatches(new ScaledImages(data.test(), scaling), EVALUATION_BATCH);
    }

    Minibatches training() {
        return training;
    }

    Minibatches trainingForEvaluation() {
        return trainingForEvaluation;
    }

    /** Returns the test images, in their order. */
    public Minibatches test() {
        return test;
    }
}
