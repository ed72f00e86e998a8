package io.github.powergrad.fashionmnist;

import java.util.zip.CRC32;

/** A training set and a test set of images of one size, and what to call them. */
public final class ImageData {

    /** Classes of Fashion-MNIST, and of every other data set in its four files. */
    public static final int CLASSES = 10;

    private final String name;
    private final ImageSet training;
    private final ImageSet test;

    ImageData(String name, ImageSet training, ImageSet test) {
        this.name = name;
        this.training = training;
        this.test = test;
    }

    /** Returns what to call the data where results are shown. */
    public String name() {
        return name;
    }

    /** Returns the images to train on. */
    public ImageSet training() {
        return training;
    }

    /** Returns the images to test on. */
    public ImageSet test() {
        return test;
    }

    /** Returns the first images of each kind, or all where there are not as many. */
    public ImageData first(int trainingImages, int testImages) {
        return new ImageData(name, training.first(Math.min(trainingImages, training.size())),
                test.first(Math.min(testImages, test.size())));
    }

    /** Returns a checksum of all pixels and labels, by which to tell one data set from another. */
    public long checksum() {
        CRC32 checksum = new CRC32();
        training.update(checksum);
        test.update(checksum);
        return checksum.getValue();
    }
}
