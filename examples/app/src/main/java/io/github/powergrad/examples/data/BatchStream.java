package io.github.powergrad.examples.data;

import java.util.Iterator;
import org.nd4j.linalg.dataset.DataSet;

/** The minibatches of one pass over an {@link ImageSource}; close it to stop the threads that prepare them. */
public interface BatchStream extends Iterator<DataSet>, AutoCloseable {

    @Override
    void close();
}
