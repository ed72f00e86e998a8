package io.github.powergrad.examples.data;

import io.github.powergrad.fashionmnist.FashionMnist;
import io.github.powergrad.fashionmnist.ImageData;
import io.github.powergrad.fashionmnist.ImageSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The bundled images of Fashion-MNIST as a source to train any network on: grey, at their own size or scaled, not
 * augmented. Pixels are scaled by mean and deviation of all bundled training images, however few of them are used.
 */
public final class FashionMnistSource implements ImageSource {

    /** Height and width of the images as they are. */
    public static final int OWN_SIZE = 28;

    private static final int LARGEST_SIZE = 64;

    private static final List<String> CLASS_NAMES = FashionMnist.CLASS_NAMES;

    private final List<String> classNames;
    private final int size;
    private final long seed;
    private final PixelScaling scaling;
    private final ScaledImages training;
    private final ScaledImages test;

    private FashionMnistSource(
            List<String> classNames, int size, long seed, PixelScaling scaling, ImageSet training, ImageSet test) {
        this.classNames = classNames;
        this.size = size;
        this.seed = seed;
        this.scaling = scaling;
        this.training = new ScaledImages(training, scaling);
        this.test = new ScaledImages(test, scaling);
    }

    /**
     * Opens the bundled images.
     *
     * @param size height and width to scale to, 0 for their own
     * @param images how many training images to use, 0 for all
     * @param classes a number of classes, or names separated by commas; nothing for all
     * @param seed decides the order of the training images
     * @throws IOException if they are not there, or are fewer than asked for
     */
    public static FashionMnistSource bundled(int size, int images, String classes, long seed) throws IOException {
        if (size < 0 || size > LARGEST_SIZE) {
            throw new DataException("--image-size must be in [1, " + LARGEST_SIZE + "] for the bundled images, got " + size
                    + "; give a folder of larger images with --data");
        }
        ImageData data = FashionMnist.bundled();
        PixelScaling scaling = PixelScaling.of(data.training());
        List<Integer> chosen = chosen(classes);
        ImageSet training = data.training();
        ImageSet test = data.test();
        if (chosen.size() < CLASS_NAMES.size()) {
            training = training.ofClasses(chosen);
            test = test.ofClasses(chosen);
        }
        if (images > training.size()) {
            throw new DataException("--images must be at most the number of bundled training images, " + training.size()
                    + ", got " + images);
        }
        if (images > 0) {
            training = training.first(images);
        }
        int wanted = size == 0 ? OWN_SIZE : size;
        List<String> names = new ArrayList<>();
        chosen.forEach(number -> names.add(CLASS_NAMES.get(number)));
        return new FashionMnistSource(
                List.copyOf(names), wanted, seed, scaling, training.resized(wanted), test.resized(wanted));
    }

    private static List<Integer> chosen(String classes) throws DataException {
        List<Integer> all = new ArrayList<>();
        for (int number = 0; number < CLASS_NAMES.size(); number++) {
            all.add(number);
        }
        if (classes.isEmpty()) {
            return all;
        }
        if (classes.matches("\\d{1,9}")) {
            int count = Integer.parseInt(classes);
            if (count < 2 || count > all.size()) {
                throw new DataException("--classes must be a number in [2, " + all.size() + "] or names, got " + classes);
            }
            return all.subList(0, count);
        }
        List<Integer> chosen = new ArrayList<>();
        for (String name : classes.split(",")) {
            int number = CLASS_NAMES.indexOf(name.trim());
            if (number < 0 || chosen.contains(number)) {
                throw new DataException("--classes must be two or more different ones of "
                        + String.join(", ", CLASS_NAMES) + ", got " + classes);
            }
            chosen.add(number);
        }
        if (chosen.size() < 2) {
            throw new DataException("--classes must name at least 2 classes, got " + classes);
        }
        return chosen;
    }

    /**
     * Prepares an image as those of this source are; it should be light on dark, as they are.
     *
     * @param image one image of any size
     * @return the image, [1, 1, size, size] in FLOAT
     */
    public INDArray prepare(ImageSet image) {
        return new ScaledImages(image.resized(size), scaling).gather(new int[1]).features();
    }

    @Override
    public String description() {
        return String.format(Locale.ROOT, "Fashion-MNIST (bundled, %,d + %,d images)", training.size(), test.size());
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int channels() {
        return 1;
    }

    @Override
    public int imageSize() {
        return size;
    }

    @Override
    public int trainingImages() {
        return training.size();
    }

    @Override
    public int testImages() {
        return test.size();
    }

    @Override
    public int namesHash() {
        // Images without names, always the same ones.
        return 0;
    }

    @Override
    public BatchStream training(int epoch, int batch) {
        Minibatches batches = new Minibatches(training, batch);
        return new Pass(batches, batches.shuffledOrder(seed, epoch));
    }

    @Override
    public BatchStream test(int batch) {
        Minibatches batches = new Minibatches(test, batch);
        return new Pass(batches, batches.fileOrder());
    }

    @Override
    public void close() {
        // Everything is in memory, and left to the garbage collector.
    }

    private final class Pass implements BatchStream {

        private final Minibatches batches;
        private final int[] order;
        private int next;

        Pass(Minibatches batches, int[] order) {
            this.batches = batches;
            this.order = Arrays.copyOf(order, order.length);
        }

        @Override
        public boolean hasNext() {
            return next < batches.count();
        }

        @Override
        public DataSet next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the pass has ended");
            }
            Minibatch batch = batches.batch(order, next++);
            INDArray labels = Nd4j.zeros(DataType.FLOAT, batch.size(), classNames.size());
            for (int row = 0; row < batch.size(); row++) {
                labels.putScalar(row, batch.label(row), 1);
            }
            return new DataSet(batch.features(), labels);
        }

        @Override
        public void close() {
            next = batches.count();
        }
    }
}
