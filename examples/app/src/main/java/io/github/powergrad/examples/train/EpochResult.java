package io.github.powergrad.examples.train;


/** What was measured after one epoch of one run. A value that could not be measured is NaN. */
public final class EpochResult {

    private final ComparedLoss loss;
    private final long seed;
    private final int epoch;
    private final double learningRate;
    private final Evaluation training;
    private final Evaluation test;
    private final double imagesPerSecond;

    EpochResult(
            ComparedLoss loss, long seed, int epoch, double learningRate,
            Evaluation training, Evaluation test, double imagesPerSecond) {
        this.loss = loss;
        this.seed = seed;
        this.epoch = epoch;
        this.learningRate = learningRate;
        this.training = training;
        this.test = test;
        this.imagesPerSecond = imagesPerSecond;
    }

    /**
     * Returns what an epoch of a plan has given.
     *
     * @param epoch the number of the epoch, from 1
     * @param learningRate that of its last iteration
     * @param training what the network made of the images as it was trained on them; null if it diverged
     * @param test what it makes of the test images; null if it diverged
     * @param imagesPerSecond images trained on a second
     */
    public static EpochResult of(
            TrainingPlan plan, int epoch, double learningRate, LogitMeasures training, LogitMeasures test,
            double imagesPerSecond) {
        return new EpochResult(ComparedLoss.powerGrad(plan.alpha()), plan.seed(), epoch, learningRate,
                training == null ? Evaluation.NONE : training.evaluation(),
                test == null ? Evaluation.NONE : test.evaluation(), imagesPerSecond);
    }

    /** Returns the epoch of an earlier run, as its row in {@code metrics.csv} tells. */
    public static EpochResult restored(
            ComparedLoss loss, long seed, int epoch, double learningRate, double trainLoss, double trainTop1,
            double testTop1, double testCrossEntropy, double logitNorm, double imagesPerSecond, double testTop5) {
        return new EpochResult(loss, seed, epoch, learningRate, new Evaluation(trainTop1, trainLoss, 0),
                new Evaluation(testTop1, testCrossEntropy, logitNorm, testTop5), imagesPerSecond);
    }

    /** Returns the loss trained with. */
    public ComparedLoss loss() {
        return loss;
    }

    /** Returns the seed of the run. */
    public long seed() {
        return seed;
    }

    /** Returns the number of the epoch, from 1. */
    public int epoch() {
        return epoch;
    }

    /** Returns the learning rate of the epoch's last iteration. */
    public double learningRate() {
        return learningRate;
    }

    /** Returns the mean cross-entropy of the training images, without regularization. */
    public double trainLoss() {
        return training.crossEntropy;
    }

    /** Returns the top-1 accuracy on the training images in percent. */
    public double trainTop1() {
        return training.top1;
    }

    /** Returns the top-1 accuracy on the test images in percent. */
    public double testTop1() {
        return test.top1;
    }

    /** Returns the share of test images whose class is among the five likeliest, in percent; NaN if not measured. */
    public double testTop5() {
        return test.top5;
    }

    /** Returns the mean cross-entropy of the test images. */
    public double testCrossEntropy() {
        return test.crossEntropy;
    }

    /** Returns the mean L2 norm of the test images' logits. */
    public double logitNorm() {
        return test.logitNorm;
    }

    /** Returns the images trained on a second, evaluation not counted. */
    public double imagesPerSecond() {
        return imagesPerSecond;
    }

    /** Returns whether everything that was to be measured is a finite number; if not, the training has diverged. */
    public boolean isFinite() {
        return training.isFinite() && test.isFinite();
    }
}
