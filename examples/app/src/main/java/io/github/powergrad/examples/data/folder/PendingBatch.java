package io.github.powergrad.examples.data.folder;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A batch whose images are being prepared, each by whichever thread comes to it. */
final class PendingBatch {

    final int[] images;
    final CompletableFuture<Optional<INDArray>> features = new CompletableFuture<>();

    private final INDArray room;
    private final int valuesPerImage;
    private final String[] faults;
    private final AtomicInteger unprepared;
    private volatile INDArray wholeOnes;

    /**
     * @param images the numbers of its images
     * @param size height and width of an image
     */
    PendingBatch(int[] images, int size) {
        this.images = images;
        this.room = Nd4j.createUninitializedDetached(DataType.FLOAT, images.length, Normalization.CHANNELS, size, size);
        this.valuesPerImage = Normalization.CHANNELS * size * size;
        this.faults = new String[images.length];
        this.unprepared = new AtomicInteger(images.length);
    }

    /** Prepares one image; after the last one, completes the features, which are empty if no image is whole. */
    void prepare(int row, DecodedBatches.Images preparation) {
        try {
            try {
                put(row, preparation.prepare(images[row]));
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

    /** Frees its memory; only when no thread prepares its images any more, and nobody has taken them. */
    void close() {
        if (!room.wasClosed()) {
            room.close();
        }
        INDArray fewer = wholeOnes;
        if (fewer != null && !fewer.wasClosed()) {
            fewer.close();
        }
    }

    /** Straight into the array's memory: building the array from one on the heap took a fifth of the whole time. */
    private void put(int row, float[] values) {
        // A pointer of its own, because a position belongs to one thread; it is not closed, because the memory is not its own.
        new FloatPointer(room.data().pointer()).position((long) row * valuesPerImage).put(values, 0, valuesPerImage);
    }

    private Optional<INDArray> wholeImages() {
        // Tells ND4J on a GPU that the values are in the memory of the host.
        Nd4j.getAffinityManager().tagLocation(room, AffinityManager.Location.HOST);
        int[] whole = IntStream.range(0, images.length).filter(row -> faults[row] == null).toArray();
        if (whole.length == images.length) {
            return Optional.of(room);
        }
        try {
            if (whole.length == 0) {
                return Optional.empty();
            }
            // A copy, because shape() hands out the array's own.
            long[] shape = room.shape().clone();
            shape[0] = whole.length;
            INDArray rows = room.reshape(images.length, valuesPerImage);
            // In an array of its own, because one that is reshaped cannot be closed.
            wholeOnes = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
            try (INDArray pulled = Nd4j.pullRows(rows, 1, whole)) {
                wholeOnes.reshape(whole.length, valuesPerImage).assign(pulled);
            }
            return Optional.of(wholeOnes);
        } finally {
            room.close();
        }
    }
}
