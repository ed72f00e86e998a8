package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.folder.EncodedImages;
import java.io.Serializable;

/** How prepared images are turned into what the network gets. Immutable. */
final class Reading implements Serializable {

    /** In place of an epoch: not augmented. */
    static final int TEST = -1;

    private static final long serialVersionUID = 1L;

    final int imageSize;
    final int classes;
    private final long seed;
    private final int epoch;

    Reading(int imageSize, int classes, long seed, int epoch) {
        this.imageSize = imageSize;
        this.classes = classes;
        this.seed = seed;
        this.epoch = epoch;
    }

    EncodedImages decoder() {
        return epoch == TEST
                ? EncodedImages.forEvaluation(imageSize)
                : EncodedImages.forTraining(imageSize, seed, epoch);
    }
}
