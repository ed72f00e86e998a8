package io.github.powergrad.examples.data.folder;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A batch whose images are being prepared, each by whichever thread comes to it. */
final class PendingBatch {

    final int[] images;
    final float[] pixels;
    final CompletableFuture<Optional<INDArray>> features = new CompletableFuture<>();

    private final int size;
    private final String[] faults;
    private final AtomicInteger unprepared;

    /**
     * @param images the numbers of its images
     * @param pixels room for the values of at least that many
     * @param size height and width of an image
     */
    PendingBatch(int[] images, float[] pixels, int size) {
        this.images = images;
        this.pixels = pixels;
        this.size = size;
        this.faults = new String[images.length];
        this.unprepared = new AtomicInteger(images.length);
    }

    static int valuesPerImage(int size) {
        return ImageNetScaling.CHANNELS * size * size;
    }

    /** Prepares one image; after the last one, completes the features, which are empty if no image is whole. */
    void prepare(int row, ImagePreparation preparation) {
        try {
            try {
                preparation.put(images[row], pixels, row * valuesPerImage(size));
            } catch (BrokenImageException broken) {
                faults[row] = broken.getMessage();
            }
            if (unprepared.decrementAndGet() == 0) {
                features.complete(wholeImages());
            }
        } catch (Throwable failure) {
            // Whatever it is, also out of memory: whoever waits for this batch must hear of it.
            features.completeExceptionally(failure);
        }
    }

    /** Returns what is wrong with an image, or null; known once the features are. */
    String fault(int row) {
        return faults[row];
    }

    private Optional<INDArray> wholeImages() {
        int values = valuesPerImage(size);
        int whole = 0;
        for (int row = 0; row < images.length; row++) {
            if (faults[row] == null) {
                if (whole < row) {
                    System.arraycopy(pixels, row * values, pixels, whole * values, values);
                }
                whole++;
            }
        }
        if (whole == 0) {
            return Optional.empty();
        }
        float[] exact = whole * values == pixels.length ? pixels : Arrays.copyOf(pixels, whole * values);
        return Optional.of(Nd4j.create(exact, new long[] {whole, ImageNetScaling.CHANNELS, size, size}, 'c'));
    }
}
