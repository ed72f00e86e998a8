package io.github.powergrad.fashionmnist;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.BaseDatasetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.fetcher.BaseDataFetcher;
import org.nd4j.linalg.factory.Nd4j;

/** Images as a network wants them: minibatches of pixels in [0, 1] and one-hot labels. */
final class Minibatches extends BaseDataFetcher {

    private static final long serialVersionUID = 1L;
    private static final long SEED = 1;

    private final ImageSet images;
    private final List<Integer> order;
    private final Random shuffling;

    private Minibatches(ImageSet images, boolean shuffled) {
        this.images = images;
        this.order = IntStream.range(0, images.size()).boxed().collect(Collectors.toList());
        this.shuffling = shuffled ? new Random(SEED) : null;
        totalExamples = images.size();
        inputColumns = images.pixelsPerImage();
        numOutcomes = ImageData.CLASSES;
        reset();
    }

    /** @param shuffled whether each epoch has an order of its own */
    static DataSetIterator of(ImageSet images, int batch, boolean shuffled) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, got " + batch);
        }
        return new BaseDatasetIterator(batch, images.size(), new Minibatches(images, shuffled)) {
            @Override
            public List<String> getLabels() {
                return FashionMnist.CLASS_NAMES;
            }
        };
    }

    @Override
    public void reset() {
        super.reset();
        if (shuffling != null) {
            Collections.shuffle(order, shuffling);
        }
    }

    @Override
    public void fetch(int count) {
        int size = Math.min(count, totalExamples - cursor);
        float[][] features = new float[size][inputColumns];
        float[][] labels = new float[size][numOutcomes];
        for (int row = 0; row < size; row++) {
            int image = order.get(cursor++);
            for (int pixel = 0; pixel < inputColumns; pixel++) {
                features[row][pixel] = images.pixel(image, pixel) / 255f;
            }
            labels[row][images.label(image)] = 1;
        }
        curr = new DataSet(Nd4j.create(features), Nd4j.create(labels));
    }
}
