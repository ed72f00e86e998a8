package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.train.LogitListener;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingWorker;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** One worker's part of a round: Deeplearning4j's, with a network that goes on counting, and that is measured. */
final class AveragingWorker extends ParameterAveragingTrainingWorker {

    private static final long serialVersionUID = 1L;

    private final Broadcast<SentNetwork> sent;
    private final List<TrainingListener> listeners;
    private final MeasuresAccumulator measures;
    private transient LogitListener logits;

    /**
     * @param sent the network at the start of the round
     * @param configuration how many minibatches there are, of what size
     * @param listeners that change how the network trains
     * @param measures is told what the network makes of each minibatch
     */
    AveragingWorker(
            Broadcast<SentNetwork> sent, WorkerConfiguration configuration, List<TrainingListener> listeners,
            MeasuresAccumulator measures) {
        super(null, true, configuration, null, null, null);
        this.sent = sent;
        this.listeners = listeners;
        this.measures = measures;
    }

    @Override
    public ComputationGraph getInitialModelGraph() {
        // Spark runs a worker on each core.
        CpuBackend.oneNativeThread();
        ComputationGraph network = sent.value().copy();
        logits = new LogitListener(measures::add);
        network.setListeners(listeners);
        network.addListeners(logits);
        return network;
    }

    @Override
    public ParameterAveragingTrainingResult processMinibatch(MultiDataSet minibatch, ComputationGraph graph,
            boolean isLast) {
        logits.expect(minibatch.getLabels(0));
        return super.processMinibatch(minibatch, graph, isLast);
    }
}
