package io.github.powergrad.examples.train;

import io.github.powergrad.examples.backend.FasterLayers;
import io.github.powergrad.examples.model.ResNet;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** A network, or one replica of it, that trains on minibatches and reads the logits of each on their way to the loss. */
public final class MeasuredNetwork {

    private final ComputationGraph network;
    private final int replica;
    private final EpochMeasures measures;
    private INDArray labels;

    private MeasuredNetwork(ComputationGraph network, int replica, EpochMeasures measures) {
        this.network = network;
        this.replica = replica;
        this.measures = measures;
    }

    /**
     * Measures a network from now on, by a listener more, and lets it train as fast as it can.
     *
     * @param network the network
     * @param replica its number, from 0
     * @param measures what is measured
     */
    public static MeasuredNetwork of(ComputationGraph network, int replica, EpochMeasures measures) {
        MeasuredNetwork measured = new MeasuredNetwork(network, replica, measures);
        FasterLayers.in(network.getLayers());
        network.addListeners(measured.new LogitListener());
        return measured;
    }

    /** Trains on a minibatch. */
    public void train(DataSet batch) {
        DataType type = network.getConfiguration().getDataType();
        labels = batch.getLabels();
        network.fit(new INDArray[] {batch.getFeatures().castTo(type)}, new INDArray[] {labels.castTo(type)});
        measures.trained(batch.numExamples());
    }

    private final class LogitListener extends BaseTrainingListener {

        @Override
        public void onForwardPass(Model model, Map<String, INDArray> activations) {
            measures.add(replica, activations.get(ResNet.LOGITS), labels);
        }
    }
}
