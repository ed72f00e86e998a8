package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.data.LabelledImages;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.nd4j.linalg.dataset.DataSet;

/** Images in minibatches that are sent to workers, as a whole or as the place where a worker finds them. */
interface RemoteBatches {

    /** A minibatch that a worker loads. */
    interface Batch extends Serializable {

        /**
         * Returns the minibatch; a worker that takes over from a lost one gets the same.
         *
         * @throws IOException if it cannot be read
         */
        DataSet load() throws IOException;
    }

    /** Returns what is known of the images. */
    LabelledImages images();

    /** Starts a training pass, as that of an {@link ImageSource}. */
    Iterator<Batch> training(int epoch, int batch);

    /** Starts a test pass. */
    Iterator<Batch> test(int batch);

    /** Returns minibatches that the driver reads and sends whole: for images as few and small as the bundled ones. */
    static RemoteBatches sentWhole(ImageSource images) {
        return new RemoteBatches() {
            @Override
            public LabelledImages images() {
                return images;
            }

            @Override
            public Iterator<Batch> training(int epoch, int batch) {
                return whole(images.training(epoch, batch));
            }

            @Override
            public Iterator<Batch> test(int batch) {
                return whole(images.test(batch));
            }
        };
    }

    private static Iterator<Batch> whole(BatchStream stream) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(stream, 0), false)
                .<Batch>map(batch -> () -> batch).iterator();
    }
}
