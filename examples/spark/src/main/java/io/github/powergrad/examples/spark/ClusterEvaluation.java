package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.LogitMeasures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/** Measures a network on the test images, each worker on its part of them. */
final class ClusterEvaluation {

    private ClusterEvaluation() {}

    /** Returns what all test images give, with the α of the network's loss. */
    static LogitMeasures evaluate(
            JavaSparkContext context, int workers, ComputationGraph network, RemoteBatches images, int classes,
            double alpha) {
        List<RemoteBatch> batches = new ArrayList<>();
        images.test(Evaluator.BATCH).forEachRemaining(batches::add);
        Broadcast<SentNetwork> sent = context.broadcast(SentNetwork.forEvaluation(network));
        try {
            return context.parallelize(batches, Math.min(workers, batches.size()))
                    .mapPartitions(part -> List.of(measured(sent.value(), part, classes, alpha)).iterator())
                    .reduce((some, others) -> {
                        some.add(others);
                        return some;
                    });
        } finally {
            sent.destroy();
        }
    }

    private static LogitMeasures measured(SentNetwork sent, Iterator<RemoteBatch> batches, int classes, double alpha)
            throws IOException {
        CpuBackend.oneNativeThread();
        ComputationGraph network = sent.copy();
        LogitMeasures measures = new LogitMeasures(classes, alpha);
        while (batches.hasNext()) {
            DataSet batch = batches.next().load();
            measures.add(Evaluator.logits(network, batch.getFeatures()), batch.getLabels());
        }
        return measures;
    }
}
