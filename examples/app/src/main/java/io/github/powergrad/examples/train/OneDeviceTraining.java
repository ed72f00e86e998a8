package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.BatchStream;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Trains a network on the device of the calling thread. */
final class OneDeviceTraining implements EpochTraining {

    private final ComputationGraph network;

    OneDeviceTraining(ComputationGraph network) {
        this.network = network;
    }

    @Override
    public int replicas() {
        return 1;
    }

    @Override
    public void train(BatchStream batches, EpochMeasures measures) {
        MeasuredNetwork measured = MeasuredNetwork.of(network, 0, measures);
        while (measures.isFinite() && batches.hasNext()) {
            measured.train(batches.next());
        }
    }
}
