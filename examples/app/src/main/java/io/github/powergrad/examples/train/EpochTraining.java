package io.github.powergrad.examples.train;

/** Where a network is trained and measured: on one device, on several, or on a cluster. */
public interface EpochTraining {

    /** Returns the number of networks that train side by side. */
    int replicas();

    /**
     * Trains on all minibatches of an epoch, or until a loss is no longer finite. The caller counts the epoch and removes
     * the listeners that measure it.
     *
     * @param epoch counted from 0
     * @param measures is told of each minibatch
     */
    void train(int epoch, EpochMeasures measures);

    /** Returns what the network makes of all test images. */
    LogitMeasures evaluate();
}
