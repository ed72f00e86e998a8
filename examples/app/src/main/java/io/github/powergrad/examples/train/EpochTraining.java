package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.BatchStream;

/** Trains a network on the minibatches of an epoch: on one device, or on several. */
public interface EpochTraining {

    /** Returns the number of networks that train side by side. */
    int replicas();

    /**
     * Trains on all minibatches, or until a loss is no longer finite. The epoch is counted by the caller, who also takes the
     * listeners away that measure it.
     *
     * @param batches the minibatches of all devices
     * @param measures is told of each
     */
    void train(BatchStream batches, EpochMeasures measures);
}
