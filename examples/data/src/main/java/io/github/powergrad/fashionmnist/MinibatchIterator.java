package io.github.powergrad.fashionmnist;

import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Images as a network wants them: minibatches of pixels in [0, 1] and one-hot labels. */
final class MinibatchIterator implements DataSetIterator {

    private static final long serialVersionUID = 1L;
    private static final long SEED = 1;

    private final ImageSet images;
    private final int batch;
    private final List<Integer> order;
    private final Random shuffling;
    private DataSetPreProcessor preProcessor;
    private int next;

    /** @param shuffled whether each epoch has an order of its own */
    MinibatchIterator(ImageSet images, int batch, boolean shuffled) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, got " + batch);
        }
        this.images = images;
        this.batch = batch;
        this.order = IntStream.range(0, images.size()).boxed().collect(Collectors.toList());
        this.shuffling = shuffled ? new Random(SEED) : null;
        reset();
    }

    @Override
    public void reset() {
        next = 0;
        if (shuffling != null) {
            Collections.shuffle(order, shuffling);
        }
    }

    @Override
    public boolean hasNext() {
        return next < order.size();
    }

    @Override
    public DataSet next() {
        return next(batch);
    }

    @Override
    public DataSet next(int count) {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch has ended; reset() begins the next");
        }
        int size = Math.min(count, order.size() - next);
        float[][] features = new float[size][inputColumns()];
        float[][] labels = new float[size][totalOutcomes()];
        for (int row = 0; row < size; row++) {
            int image = order.get(next++);
            for (int pixel = 0; pixel < features[row].length; pixel++) {
                features[row][pixel] = images.pixel(image, pixel) / 255f;
            }
            labels[row][images.label(image)] = 1;
        }
        DataSet minibatch = new DataSet(Nd4j.create(features), Nd4j.create(labels));
        if (preProcessor != null) {
            preProcessor.preProcess(minibatch);
        }
        return minibatch;
    }

    @Override
    public int inputColumns() {
        return images.pixelsPerImage();
    }

    @Override
    public int totalOutcomes() {
        return ImageData.CLASSES;
    }

    @Override
    public int batch() {
        return batch;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public boolean asyncSupported() {
        return true;
    }

    @Override
    public List<String> getLabels() {
        return FashionMnist.CLASS_NAMES;
    }

    @Override
    public void setPreProcessor(DataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public DataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }
}
