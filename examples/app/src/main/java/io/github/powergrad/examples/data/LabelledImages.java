package io.github.powergrad.examples.data;

import java.util.List;

/** Images to train on and to test with, wherever they are read: what is known of them before the first batch. */
public abstract class LabelledImages implements AutoCloseable {

    private final String description;
    private final List<String> classNames;
    private final int channels;
    private final int imageSize;
    private final int trainingImages;
    private final int testImages;

    protected LabelledImages(String description, List<String> classNames, int channels, int imageSize,
            int trainingImages, int testImages) {
        this.description = description;
        this.classNames = classNames;
        this.channels = channels;
        this.imageSize = imageSize;
        this.trainingImages = trainingImages;
        this.testImages = testImages;
    }

    /** Returns what is read, for people: "Fashion-MNIST (bundled, 20,000 + 4,000 images)". */
    public String description() {
        return description;
    }

    /** Returns the names of the classes; the label of an image is an index into this list. */
    public List<String> classNames() {
        return classNames;
    }

    /** Returns the number of colour channels. */
    public int channels() {
        return channels;
    }

    /** Returns the height and width of the images as the network gets them. */
    public int imageSize() {
        return imageSize;
    }

    /** Returns the number of images of a training pass. */
    public int trainingImages() {
        return trainingImages;
    }

    /** Returns the number of images of a test pass. */
    public int testImages() {
        return testImages;
    }

    /** Returns a number that changes when an image is added, taken away or renamed; the same in every process. */
    public abstract int namesHash();

    /** Stops reading; batches handed out stay valid. */
    @Override
    public abstract void close();
}
