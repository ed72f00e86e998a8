package io.github.powergrad.examples.training;

import io.github.powergrad.examples.data.BatchStream;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;

/** Trains a network on the device of the calling thread. */
final class OneDeviceTraining implements EpochTraining {

    private final ComputationGraph network;
    private final List<TrainingListener> listeners;

    OneDeviceTraining(ComputationGraph network, List<TrainingListener> listeners) {
        this.network = network;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public int replicas() {
        return 1;
    }

    @Override
    public void train(BatchStream batches, EpochMeasures measures) {
        network.setListeners(listeners);
        MeasuredNetwork measured = MeasuredNetwork.of(network, 0, measures);
        while (measures.isFinite() && batches.hasNext()) {
            measured.train(batches.next());
        }
    }
}
