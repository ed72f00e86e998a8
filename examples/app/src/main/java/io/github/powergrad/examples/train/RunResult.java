package io.github.powergrad.examples.train;

/** The end of one run: its last epoch, how long its training took, and whether it diverged. */
public final class RunResult {

    private final EpochResult last;
    private final LogitMeasures onTest;
    private final double seconds;
    private final double imagesPerSecond;

    RunResult(EpochResult last, LogitMeasures onTest, double seconds, double imagesPerSecond) {
        this.last = last;
        this.onTest = onTest;
        this.seconds = seconds;
        this.imagesPerSecond = imagesPerSecond;
    }

    /** Returns what was measured after the last epoch; null if no epoch was left to train. */
    public EpochResult last() {
        return last;
    }

    /** Returns what the test images gave when they were last measured; null if they never were. */
    public LogitMeasures onTest() {
        return onTest;
    }

    /** Returns the seconds of training, evaluation not counted. */
    public double seconds() {
        return seconds;
    }

    /** Returns the images trained on per second over the whole run. */
    public double imagesPerSecond() {
        return imagesPerSecond;
    }

    /** Returns whether the training ended early because loss or weights were no longer finite. */
    public boolean diverged() {
        return last != null && !last.isFinite();
    }
}
