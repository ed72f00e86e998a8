package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.ImageOrder;
import java.util.SplittableRandom;

/**
 * The random numbers of one epoch. They depend on seed and epoch alone, and for an image on its number too, so that neither
 * threads nor a resumed run change them.
 */
public final class EpochRandom {

    private final long epochSeed;

    /**
     * @param seed of the training
     * @param epoch counted from 0
     */
    public EpochRandom(long seed, int epoch) {
        epochSeed = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch).nextLong();
    }

    /** Returns what decides the augmentation of one image. */
    SplittableRandom ofImage(int image) {
        return new SplittableRandom(new SplittableRandom(epochSeed + image).nextLong());
    }

    /** Returns the numbers below count, shuffled. */
    public int[] order(int count) {
        return ImageOrder.shuffled(count, new SplittableRandom(epochSeed));
    }
}
