package io.github.powergrad.examples.data;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Cuts an image set into minibatches, in an order that depends on seed and epoch alone: whoever trains with
 * the same seed sees the same batches, whatever the loss. The last batch of an epoch may be smaller.
 */
public final class Minibatches {

    private final ScaledImages images;
    private final int batchSize;

    /**
     * @param images the images to cut
     * @param batchSize images a batch, at least 1
     */
    public Minibatches(ScaledImages images, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch size must be at least 1, got " + batchSize);
        }
        this.images = images;
        this.batchSize = batchSize;
    }

    /** Returns the number of images in an epoch. */
    public int images() {
        return images.size();
    }

    /** Returns the number of batches in an epoch. */
    public int count() {
        return (images.size() + batchSize - 1) / batchSize;
    }

    /** Returns the image numbers in the order of the file. */
    public int[] fileOrder() {
        int[] order = new int[images.size()];
        Arrays.setAll(order, i -> i);
        return order;
    }

    /** Returns the image numbers shuffled; equal seeds and epochs give equal orders. */
    public int[] shuffledOrder(long seed, int epoch) {
        int[] order = fileOrder();
        SplittableRandom random = new SplittableRandom(seed * 1_000_003L + epoch);
        for (int last = order.length - 1; last > 0; last--) {
            int chosen = random.nextInt(last + 1);
            int kept = order[last];
            order[last] = order[chosen];
            order[chosen] = kept;
        }
        return order;
    }

    /** Returns one batch of an order that this object gave. */
    public Minibatch batch(int[] order, int number) {
        int from = number * batchSize;
        return images.gather(Arrays.copyOfRange(order, from, Math.min(from + batchSize, order.length)));
    }
}
