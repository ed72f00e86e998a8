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
    /** The whole images; empty if none is whole. */
    final CompletableFuture<Optional<INDArray>> features = new CompletableFuture<>();
    /** Where the images are put. */
    final INDArray room;

    private final int valuesPerImage;
    private final String[] faults;
    private final AtomicInteger unprepared;
    private boolean reported;

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

    /** Prepares one image; after the last one, completes the features. */
    void prepare(int row, DecodedBatches.Images preparation) {
        try {
            if (!features.isDone()) {
                put(row, preparation.prepare(images[row]));
            }
        } catch (BrokenImageException broken) {
            faults[row] = broken.getMessage();
        } catch (Throwable failure) {
            // Whatever it is, also out of memory: whoever waits for this batch must hear of it.
            features.completeExceptionally(failure);
        }
        if (unprepared.decrementAndGet() == 0) {
            try {
                Optional<INDArray> whole = gathered();
                if (!features.complete(whole)) {
                    whole.ifPresent(INDArray::close);
                }
            } catch (Throwable failure) {
                features.completeExceptionally(failure);
            }
        }
    }

    /**
     * Frees its memory as soon as no thread prepares its images any more. It lies outside the heap, where the garbage
     * collector does not see how much it is. Not to be called once the features have been taken.
     */
    void abandon() {
        if (!features.cancel(false) && !features.isCompletedExceptionally()) {
            features.join().ifPresent(INDArray::close);
        }
    }

    /** Returns the numbers of the images that are whole; known once the features are. */
    int[] wholeImages() {
        return wholeRows().map(row -> images[row]).toArray();
    }

    /** Reports the images that are broken, each once; known once the features are. */
    void reportFaults(DecodedBatches.Images reader) {
        for (int row = 0; row < images.length && !reported; row++) {
            if (faults[row] != null) {
                reader.skipped(images[row], faults[row]);
            }
        }
        reported = true;
    }

    private IntStream wholeRows() {
        return IntStream.range(0, images.length).filter(row -> faults[row] == null);
    }

    /** Straight into the array's memory: building the array from one on the heap took a fifth of the whole time. */
    private void put(int row, float[] values) {
        // A pointer of its own, because a position belongs to one thread; it is not closed, because the memory is not its own.
        new FloatPointer(room.data().pointer()).position((long) row * valuesPerImage).put(values, 0, valuesPerImage);
    }

    private Optional<INDArray> gathered() {
        // Tells ND4J on a GPU that the values are in the memory of the host.
        Nd4j.getAffinityManager().tagLocation(room, AffinityManager.Location.HOST);
        int[] whole = wholeRows().toArray();
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
            // In an array of its own, because one that is reshaped cannot be closed.
            INDArray fewer = Nd4j.createUninitializedDetached(DataType.FLOAT, shape);
            try (INDArray pulled = Nd4j.pullRows(room.reshape(images.length, valuesPerImage), 1, whole)) {
                fewer.reshape(whole.length, valuesPerImage).assign(pulled);
            }
            return Optional.of(fewer);
        } finally {
            room.close();
        }
    }
}
