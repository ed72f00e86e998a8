package io.github.powergrad.examples.data;

import java.util.List;

/** Images to train on and to test with, wherever they are read: what is known of them before the first batch. */
public interface LabelledImages extends AutoCloseable {

    /** Returns what is read, for people: "Fashion-MNIST (bundled, 20,000 + 4,000 images)". */
    String description();

    /** Returns the names of the classes; the label of an image is an index into this list. */
    List<String> classNames();

    /** Returns the number of colour channels. */
    int channels();

    /** Returns the height and width of the images as the network gets them. */
    int imageSize();

    /** Returns the number of images of a training pass. */
    int trainingImages();

    /** Returns the number of images of a test pass. */
    int testImages();

    /** Returns a number that changes when an image is added, taken away or renamed; the same in every process. */
    int namesHash();

    /** Stops reading; batches handed out stay valid. */
    @Override
    void close();
}
