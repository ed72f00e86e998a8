package io.github.powergrad.examples.spark;

import java.util.Iterator;

/** The passes over images as {@code ImageSource} has them, in minibatches that are loaded where they are needed. */
interface RemoteBatches {

    /**
     * Starts a training pass.
     *
     * @param epoch counted from 0
     * @param batch images per minibatch
     */
    Iterator<RemoteBatch> training(int epoch, int batch);

    /**
     * Starts a test pass.
     *
     * @param batch images per minibatch
     */
    Iterator<RemoteBatch> test(int batch);
}
