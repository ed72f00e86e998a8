package io.github.powergrad.examples.train;

import java.io.IOException;

/** Is told how the training goes on. Calls come from the threads of several runs at the same time. */
public interface TrainingObserver {

    /** A minibatch of this many images has been trained on. */
    void trained(int images);

    /** What the network made of the images of the epoch so far: mean cross-entropy and top-1 accuracy in percent. */
    default void measured(double crossEntropy, double top1) {}

    /**
     * An epoch of a run has ended and was measured.
     *
     * @throws IOException if the result cannot be kept; the training then stops
     */
    void epochEnded(EpochResult result) throws IOException;

    /** A run has ended early, and this many images that were planned will not be trained on. */
    void skipped(long images);
}
