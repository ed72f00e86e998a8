package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.model.NetworkBuilder;
import java.io.UncheckedIOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Measures a network on the test images of a source. */
public final class Evaluator {

    /** Images per call: enough to keep the cost of a call small, few enough for a modest memory at 224x224. */
    public static final int BATCH = 100;

    private Evaluator() {}

    /**
     * Returns what all test images give.
     *
     * @param alpha that of the network's loss, for measures of p'; 1 where these are not needed
     * @throws UncheckedIOException of a {@link DataException} if no test image can be used
     */
    public static LogitMeasures evaluate(ComputationGraph network, ImageSource images, double alpha) {
        LogitMeasures measures = new LogitMeasures(images.classNames().size(), alpha);
        try (BatchStream batches = images.test(BATCH)) {
            while (batches.hasNext()) {
                DataSet batch = batches.next();
                measures.add(logits(network, batch.getFeatures()), batch.getLabels());
            }
        }
        if (measures.images() == 0) {
            throw new UncheckedIOException(new DataException("none of the " + images.testImages() + " test images of "
                    + images.description() + " can be used; repair or restore them"));
        }
        return measures;
    }

    /** Returns the logits of images, [N, C]. */
    public static INDArray logits(ComputationGraph network, INDArray images) {
        INDArray typed = images.castTo(network.getConfiguration().getDataType());
        return network.output(List.of(NetworkBuilder.LOGITS), false, new INDArray[] {typed}, null)[0];
    }
}
