package io.github.powergrad.examples.data;

import java.util.List;

/**
 * Images that this process reads.
 *
 * <p>Batches are DL4J DataSets with features [N, channels, size, size] in FLOAT, scaled as the network wants them, and
 * one-hot labels [N, classes]. The last batch of a pass may be smaller.
 */
public abstract class ImageSource extends LabelledImages {

    protected ImageSource(String description, List<String> classNames, int channels, int imageSize,
            int trainingImages, int testImages) {
        super(description, classNames, channels, imageSize, trainingImages, testImages);
    }

    /**
     * Starts a training pass: every image once, augmented, in an order and with an augmentation that depend on the
     * seed of this source and the epoch alone, so that a resumed run sees what an uninterrupted one would.
     *
     * @param epoch counted from 0
     * @param batch images per minibatch
     */
    public abstract BatchStream training(int epoch, int batch);

    /** Starts a test pass: every image once, in a fixed order, not augmented. */
    public abstract BatchStream test(int batch);
}
