package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.ImageSource;
import java.util.Iterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.nd4j.linalg.dataset.DataSet;

/** Minibatches that the driver reads and sends along with the work. For images as few and small as the bundled ones. */
final class ShippedBatches implements RemoteBatches {

    private final ImageSource images;

    ShippedBatches(ImageSource images) {
        this.images = images;
    }

    @Override
    public Iterator<RemoteBatch> training(int epoch, int batch) {
        return shipped(images.training(epoch, batch));
    }

    @Override
    public Iterator<RemoteBatch> test(int batch) {
        return shipped(images.test(batch));
    }

    private static Iterator<RemoteBatch> shipped(BatchStream stream) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(stream, 0), false)
                .<RemoteBatch>map(Shipped::new).iterator();
    }

    private static final class Shipped implements RemoteBatch {

        private static final long serialVersionUID = 1L;

        private final DataSet batch;

        Shipped(DataSet batch) {
            this.batch = batch;
        }

        @Override
        public DataSet load() {
            return batch;
        }

        @Override
        public int images() {
            return batch.numExamples();
        }
    }
}
