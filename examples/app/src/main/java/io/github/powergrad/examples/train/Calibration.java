package io.github.powergrad.examples.train;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Adds up how good probabilities softmax(f z) are: their cross-entropy, and how their confidence, the probability of the
 * likeliest class, fits the accuracy. Computed in double precision from the logits z.
 *
 * <p>Source of the expected calibration error: Guo et al., On Calibration of Modern Neural Networks, 2017, eq. (3).
 */
public final class Calibration implements Serializable {

    /** The number of bins of equal width, (0, 1/15] to (14/15, 1]. */
    public static final int BINS = 15;

    private static final long serialVersionUID = 1L;

    private final double factor;
    private final long[] images = new long[BINS];
    private final long[] correct = new long[BINS];
    private final double[] confidence = new double[BINS];
    private double crossEntropy;

    /** @param factor of the logits: 1 for p, α for p' */
    public Calibration(double factor) {
        this.factor = factor;
    }

    /**
     * Fills a bin with what was added up before, of which the cross-entropy is not known any more.
     *
     * @throws IndexOutOfBoundsException if there is no such bin
     */
    public void restore(int bin, long count, double accuracy, double meanConfidence) {
        images[bin] = count;
        correct[bin] = Math.round(accuracy * count);
        confidence[bin] = meanConfidence * count;
        crossEntropy = Double.NaN;
    }

    void add(float[] logits, int label, boolean isCorrect) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(factor * (logit - max));
        }
        // Exact where Deeplearning4j's own score clips the probabilities.
        crossEntropy += Math.log(sum) + factor * max - factor * logits[label];
        // Of the likeliest class: its power of e is 1.
        double likeliest = 1 / sum;
        int bin = Math.max(0, (int) Math.ceil(BINS * likeliest) - 1);
        images[bin]++;
        correct[bin] += isCorrect ? 1 : 0;
        confidence[bin] += likeliest;
    }

    /** Adds what others have added up. */
    void add(Calibration others) {
        for (int bin = 0; bin < BINS; bin++) {
            images[bin] += others.images[bin];
            correct[bin] += others.correct[bin];
            confidence[bin] += others.confidence[bin];
        }
        crossEntropy += others.crossEntropy;
    }

    double crossEntropySum() {
        return crossEntropy;
    }

    public double factor() {
        return factor;
    }

    /** Returns the mean cross-entropy. */
    public double crossEntropy() {
        return crossEntropy / images();
    }

    /** Returns the expected calibration error, in [0, 1]: the mean over all images of |accuracy − confidence| of their bin. */
    public double error() {
        double sum = 0;
        for (int bin = 0; bin < BINS; bin++) {
            sum += Math.abs(correct[bin] - confidence[bin]);
        }
        return sum / images();
    }

    /** Returns the number of images. */
    public long images() {
        return Arrays.stream(images).sum();
    }

    /** Returns the number of images in a bin. */
    public long images(int bin) {
        return images[bin];
    }

    /** Returns the mean confidence in a bin; NaN where there are no images. */
    public double confidence(int bin) {
        return confidence[bin] / images[bin];
    }

    /** Returns the accuracy in a bin, in [0, 1]; NaN where there are no images. */
    public double accuracy(int bin) {
        return (double) correct[bin] / images[bin];
    }
}
