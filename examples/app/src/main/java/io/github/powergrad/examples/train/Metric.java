package io.github.powergrad.examples.train;

import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What is measured in an epoch. The names are those of the columns in {@code metrics.csv}; top-1 and top-5 in percent. */
public enum Metric implements ToDoubleFunction<EpochResult> {
    /** The learning rate of the epoch's last iteration. */
    LEARNING_RATE,
    /** The mean cross-entropy of the training images, without regularization. */
    TRAIN_LOSS,
    /** The top-1 accuracy on the training images. */
    TRAIN_TOP1,
    /** The top-1 accuracy on the test images. */
    TEST_TOP1,
    /** The mean cross-entropy of the test images. */
    TEST_CROSS_ENTROPY,
    /** The mean L2 norm of the test images' logits. */
    LOGIT_NORM,
    /** The images trained on per second, evaluation not counted. */
    IMAGES_PER_SECOND,
    /** The share of test images whose class is among the five likeliest. */
    TEST_TOP5,
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
