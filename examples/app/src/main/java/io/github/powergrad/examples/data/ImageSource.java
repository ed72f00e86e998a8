package io.github.powergrad.examples.data;

import java.util.List;

/**
 * Images to train on and to test with, whatever they are read from: what training needs to know of its data.
 *
 * <p>Batches are DL4J DataSets with features [N, channels, size, size] in FLOAT, scaled as the network wants them, and
 * one-hot labels [N, classes]. The last batch of a pass may be smaller.
 */
public interface ImageSource extends AutoCloseable {

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

    /**
     * Starts a training pass: every image once, augmented, in an order and with an augmentation that depend on the
     * seed of this source and the epoch alone, so that a resumed run sees what an uninterrupted one would.
     *
     * @param epoch counted from 0
     * @param batch images per minibatch
     */
    BatchStream training(int epoch, int batch);

    /**
     * Starts a test pass: every image once, in a fixed order, not augmented.
     *
     * @param batch images per minibatch
     */
    BatchStream test(int batch);

    /** Stops reading; batches handed out stay valid. */
    @Override
    void close();
}
