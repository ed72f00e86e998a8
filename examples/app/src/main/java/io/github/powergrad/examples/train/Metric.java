package io.github.powergrad.examples.train;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What is measured in an epoch. The names are those of the columns in {@code metrics.csv}; top-1 and top-5 in percent.
 * p = softmax(z) is what the network predicts, p' = softmax(αz) what it predicts once α is folded into it.
 */
public enum Metric implements ToDoubleFunction<EpochResult> {
    /** The learning rate of the epoch's last iteration. */
    LEARNING_RATE,
    /** The mean cross-entropy of the training images, without regularization. */
    TRAIN_LOSS,
    /** The top-1 accuracy on the training images. */
    TRAIN_TOP1,
    /** The top-1 accuracy on the test images. */
    TEST_TOP1,
    /** The mean cross-entropy of the test images, by p. */
    TEST_CROSS_ENTROPY,
    /** The mean L2 norm of the test images' logits. */
    LOGIT_NORM,
    /** The images trained on per second, evaluation not counted. */
    IMAGES_PER_SECOND,
    /** The share of test images whose class is among the five likeliest. */
    TEST_TOP5,
    /** The expected calibration error of p on the test images: 15 bins, top-1, in [0, 1]. */
    TEST_CALIBRATION_ERROR,
    /** The mean cross-entropy of the test images, by p'. */
    FOLDED_CROSS_ENTROPY,
    /** The expected calibration error of p' on the test images. */
    FOLDED_CALIBRATION_ERROR,
    /** How many filters have lost their weights; measured by the study alone. */
    ZEROED_FILTERS,
    /** How many filters give 0 everywhere; measured by the study alone. */
    SILENT_FILTERS;

    /** Returns the name of its column. */
    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public double applyAsDouble(EpochResult result) {
        return result.get(this);
    }
}
