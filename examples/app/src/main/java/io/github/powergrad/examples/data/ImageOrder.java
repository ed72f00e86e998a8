package io.github.powergrad.examples.data;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** The orders in which images are read, as their numbers. */
public final class ImageOrder {

    private ImageOrder() {}

    /** Returns the numbers below count. */
    public static int[] inOrder(int count) {
        return IntStream.range(0, count).toArray();
    }

    /** Returns the numbers below count, shuffled; equal random numbers give equal orders. */
    public static int[] shuffled(int count, SplittableRandom random) {
        int[] order = inOrder(count);
        for (int last = count - 1; last > 0; last--) {
            int chosen = random.nextInt(last + 1);
            int kept = order[last];
            order[last] = order[chosen];
            order[chosen] = kept;
        }
        return order;
    }
}
