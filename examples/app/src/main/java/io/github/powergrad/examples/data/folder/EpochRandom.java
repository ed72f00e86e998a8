package io.github.powergrad.examples.data.folder;

import java.util.SplittableRandom;

/**
 * The chance of one epoch. It depends on seed and epoch alone, and for an image on its number too, so that neither
 * threads nor a resumed run change it.
 */
final class EpochRandom {

    private final long epochSeed;

    EpochRandom(long seed, int epoch) {
        epochSeed = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch).nextLong();
    }

    /** Returns what decides the augmentation of one image. */
    SplittableRandom ofImage(int image) {
        return new SplittableRandom(new SplittableRandom(epochSeed + image).nextLong());
    }

    /** Returns the numbers below count, shuffled. */
    int[] order(int count) {
        int[] order = inOrder(count);
        SplittableRandom random = new SplittableRandom(epochSeed);
        for (int last = count - 1; last > 0; last--) {
            int chosen = random.nextInt(last + 1);
            int kept = order[last];
            order[last] = order[chosen];
            order[chosen] = kept;
        }
        return order;
    }

    /** Returns the numbers below count. */
    static int[] inOrder(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        return order;
    }
}
