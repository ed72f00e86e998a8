package io.github.powergrad.examples.data;

import io.github.powergrad.examples.InvalidSettingException;
import io.github.powergrad.fashionmnist.FashionMnist;
import io.github.powergrad.fashionmnist.ImageData;
import io.github.powergrad.fashionmnist.ImageSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The images of Fashion-MNIST, or of a data set in the same four files, as a source to train any network on: grey, not
 * augmented. The bundled ones have their own size or another, and are scaled by mean and deviation of all bundled
 * training images, however few of them are used.
 */
public final class FashionMnistSource extends ImageSource {

    /** Height and width of the images as they are. */
    public static final int OWN_SIZE = 28;

    private static final int LARGEST_SIZE = 64;

    private final String name;
    private final long seed;
    private final int firstOrder;
    private final float[] scaling;
    private final ScaledImages training;
    private final ScaledImages test;

    private FashionMnistSource(String name, List<String> classNames, long seed, int firstOrder, float[] scaling,
            ScaledImages training, ScaledImages test) {
        super(String.format(Locale.ROOT, "%s%,d + %,d images)", name, training.size(), test.size()), classNames, 1,
                training.height(), training.size(), test.size());
        this.name = name;
        this.seed = seed;
        this.firstOrder = firstOrder;
        this.scaling = scaling;
        this.training = training;
        this.test = test;
    }

    /** Returns a source of images as they are, for {@code compare} and the study. */
    public static FashionMnistSource of(ImageData data) {
        float[] scaling = ScaledImages.scaling(data.training());
        // The study's figures come from orders that are counted from 1.
        return new FashionMnistSource(data.name() + " (",
                IntStream.range(0, ImageData.CLASSES).mapToObj(String::valueOf).collect(Collectors.toList()), 0, 1, scaling,
                new ScaledImages(data.training(), scaling), new ScaledImages(data.test(), scaling));
    }

    /** Returns the same images with another order of the training images. */
    public FashionMnistSource withSeed(long newSeed) {
        return new FashionMnistSource(name, classNames(), newSeed, firstOrder, scaling, training, test);
    }

    /** Returns a source whose test images are the training images, to measure a network on these. */
    public FashionMnistSource testingOnTraining() {
        return new FashionMnistSource(name, classNames(), seed, firstOrder, scaling, training, training);
    }

    /**
     * Opens the bundled images.
     *
     * @param size height and width to scale to, 0 for their own
     * @param images how many training images to use, 0 for all
     * @param classes a number of classes, or names separated by commas; nothing for all
     * @param seed decides the order of the training images
     * @throws IOException if they are not there
     * @throws InvalidSettingException if they are fewer than asked for, or a size or a class is not allowed
     */
    public static FashionMnistSource bundled(int size, int images, String classes, long seed) throws IOException {
        if (size < 0 || size > LARGEST_SIZE) {
            throw new InvalidSettingException("{image-size} must be in [1, " + LARGEST_SIZE + "] for the bundled images, got "
                    + size + "; give a folder of larger images with {data}");
        }
        ImageData data = FashionMnist.bundled();
        float[] scaling = ScaledImages.scaling(data.training());
        List<Integer> chosen = chosen(classes);
        ImageSet training = data.training();
        ImageSet test = data.test();
        if (chosen.size() < FashionMnist.CLASS_NAMES.size()) {
            training = training.ofClasses(chosen);
            test = test.ofClasses(chosen);
        }
        if (images > training.size()) {
            throw new InvalidSettingException("{images} must be at most the number of bundled training images, " + training.size()
                    + ", got " + images);
        }
        if (images > 0) {
            training = training.first(images);
        }
        int wanted = size == 0 ? OWN_SIZE : size;
        return new FashionMnistSource("Fashion-MNIST (bundled, ",
                chosen.stream().map(FashionMnist.CLASS_NAMES::get).collect(Collectors.toUnmodifiableList()),
                seed, 0, scaling, new ScaledImages(training.resized(wanted), scaling),
                new ScaledImages(test.resized(wanted), scaling));
    }

    private static List<Integer> chosen(String classes) {
        List<Integer> all = IntStream.range(0, FashionMnist.CLASS_NAMES.size()).boxed().collect(Collectors.toList());
        if (classes.isEmpty()) {
            return all;
        }
        if (classes.matches("\\d{1,9}")) {
            int count = Integer.parseInt(classes);
            if (count < 2 || count > all.size()) {
                throw new InvalidSettingException("{classes} must be a number in [2, " + all.size() + "] or names, got " + classes);
            }
            return all.subList(0, count);
        }
        List<Integer> chosen = new ArrayList<>();
        for (String name : classes.split(",")) {
            int number = FashionMnist.CLASS_NAMES.indexOf(name.trim());
            if (number < 0 || chosen.contains(number)) {
                throw new InvalidSettingException("{classes} must be two or more different ones of "
                        + String.join(", ", FashionMnist.CLASS_NAMES) + ", got " + classes);
            }
            chosen.add(number);
        }
        if (chosen.size() < 2) {
            throw new InvalidSettingException("{classes} must name at least 2 classes, got " + classes);
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
        return new ScaledImages(image.resized(imageSize()), scaling).features(0);
    }

    /** Returns the width of the images, which need not be square in a folder of the user's. */
    public int imageWidth() {
        return training.width();
    }

    @Override
    public int namesHash() {
        // Images without names, always the same ones.
        return 0;
    }

    @Override
    public BatchStream training(int epoch, int batch) {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003L + epoch + firstOrder);
        return pass(training, ImageOrder.shuffled(training.size(), random), batch);
    }

    @Override
    public BatchStream test(int batch) {
        return pass(test, ImageOrder.inOrder(test.size()), batch);
    }

    @Override
    public void close() {
        // Everything is in memory, and left to the garbage collector.
    }

    private BatchStream pass(ScaledImages images, int[] order, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch size must be at least 1, got " + batch);
        }
        return new BatchStream() {

            private int next;

            @Override
            public boolean hasNext() {
                return next < order.length;
            }

            @Override
            public DataSet next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("the pass has ended");
                }
                int from = next;
                next = Math.min(from + batch, order.length);
                return images.batch(Arrays.copyOfRange(order, from, next), classNames().size());
            }

            @Override
            public void close() {
                next = order.length;
            }
        };
    }
}
