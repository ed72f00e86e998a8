package io.github.powergrad.examples.spark;

import java.io.IOException;
import java.io.Serializable;
import org.nd4j.linalg.dataset.DataSet;

/** A minibatch that is sent to a worker, as a whole or as the place where the worker finds it. */
interface RemoteBatch extends Serializable {

    /**
     * Returns the minibatch; a worker that takes over from a lost one gets the same.
     *
     * @throws IOException if it cannot be read
     */
    DataSet load() throws IOException;

    /** Returns the number of images. */
    int images();
}
