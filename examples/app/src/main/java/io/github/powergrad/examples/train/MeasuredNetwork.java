package io.github.powergrad.examples.train;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** A network, or one replica of it, that trains on minibatches and is measured on each. */
public final class MeasuredNetwork {

    private final ComputationGraph network;
    private final EpochMeasures measures;
    private final LogitListener listener;

    /**
     * Measures a network from now on, by one more listener.
     *
     * @param network the network
     * @param replica its number, from 0
     * @param measures what is measured
     */
    public MeasuredNetwork(ComputationGraph network, int replica, EpochMeasures measures) {
        this.network = network;
        this.measures = measures;
        this.listener = new LogitListener((logits, labels) -> measures.add(replica, logits, labels));
        network.addListeners(listener);
    }

    /** Trains on a minibatch. */
    public void train(DataSet batch) {
        DataType type = network.getConfiguration().getDataType();
        listener.expect(batch.getLabels());
        network.fit(new INDArray[] {batch.getFeatures().castTo(type)}, new INDArray[] {batch.getLabels().castTo(type)});
        measures.trained(batch.numExamples());
    }
}
