package io.github.powergrad.examples.train;

import io.github.powergrad.examples.model.NetworkBuilder;
import java.util.Map;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/** A network, or one replica of it, that trains on minibatches and is measured on each. */
public final class MeasuredNetwork {

    private final ComputationGraph network;
    private INDArray labels;

    /**
     * Measures a network from now on, by one more listener.
     *
     * @param network the network
     * @param measures is given the logits of each minibatch on their way to the loss, and the labels
     */
    public MeasuredNetwork(ComputationGraph network, BiConsumer<INDArray, INDArray> measures) {
        this.network = network;
        network.addListeners(new BaseTrainingListener() {
            @Override
            public void onForwardPass(Model model, Map<String, INDArray> activations) {
                measures.accept(activations.get(NetworkBuilder.LOGITS), labels);
            }
        });
    }

    /** Trains on a minibatch. */
    public void train(DataSet batch) {
        DataType type = network.getConfiguration().getDataType();
        labels = batch.getLabels();
        network.fit(new INDArray[] {batch.getFeatures().castTo(type)}, new INDArray[] {labels.castTo(type)});
    }
}
