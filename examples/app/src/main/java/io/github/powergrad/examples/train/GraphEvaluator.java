package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.model.ResNet;
import java.io.UncheckedIOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Measures a residual network on the test images of a source. */
public final class GraphEvaluator {

    /** Large enough to keep the cost of a call small, small enough for a modest memory at 224x224. */
    private static final int LARGEST_BATCH = 100;

    private GraphEvaluator() {}

    /**
     * Returns what all test images give.
     *
     * @throws UncheckedIOException of a {@link DataException} if no test image can be used
     */
    public static LogitMeasures evaluate(ComputationGraph graph, ImageSource images) {
        LogitMeasures measures = new LogitMeasures(images.classNames().size());
        try (BatchStream batches = images.test(LARGEST_BATCH)) {
            while (batches.hasNext()) {
                DataSet batch = batches.next();
                measures.add(logits(graph, batch.getFeatures()), batch.getLabels());
            }
        }
        if (measures.images() == 0) {
            throw new UncheckedIOException(new DataException("none of the " + images.testImages() + " test images of "
                    + images.description() + " can be used; repair or restore them"));
        }
        return measures;
    }

    /** Returns the logits of images, [N, C]. */
    public static INDArray logits(ComputationGraph graph, INDArray images) {
        INDArray typed = images.castTo(graph.getConfiguration().getDataType());
        return graph.output(List.of(ResNet.LOGITS), false, new INDArray[] {typed}, null)[0];
    }
}
