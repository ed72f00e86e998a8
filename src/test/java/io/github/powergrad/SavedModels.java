package io.github.powergrad;

import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Makes the files in a resource folder {@code saved/...}, which SavedModelTest loads for ever after: one for each
 * release that writes another format, and one for each version of Deeplearning4j. What is there is never written again.
 */
final class SavedModels {

    static final LossPowerGrad DENSE = LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1)
            .weights(Nd4j.createFromArray(0.5, 1.0, 2.0)).softmaxClipEps(1e-6).build();
    static final LossSparsePowerGrad SPARSE = LossSparsePowerGrad.builder().alpha(0.3).labelSmoothing(0.05)
            .weights(Nd4j.createFromArray(1f, 2f, 0.5f)).softmaxClipEps(0).build();
    static final LossMCXENT STOCK = new LossMCXENT(1e-6, Nd4j.createFromArray(0.5, 1.0, 2.0));
    static final INDArray INPUTS = Nd4j.createFromArray(new double[][] {{0.5, -1, 0.25, 2}, {-0.75, 0, 1, -0.5}});

    private SavedModels() {}

    public static void main(String[] folder) throws IOException {
        MultiLayerNetwork network = SmallNetworks.perceptron(DENSE);
        network.fit(SmallNetworks.minibatch(1));
        ModelSerializer.writeModel(network, new File(folder[0], "network.zip"), true);
        print(network, network.output(INPUTS));

        MultiLayerNetwork stock = SmallNetworks.perceptron(STOCK);
        stock.fit(SmallNetworks.minibatch(1));
        ModelSerializer.writeModel(stock, new File(folder[0], "stock.zip"), true);
        print(stock, stock.output(INPUTS));

        ComputationGraph graph = SmallNetworks.graph(SPARSE);
        graph.fit(withIndices(SmallNetworks.minibatch(1)));
        ModelSerializer.writeModel(graph, new File(folder[0], "graph.zip"), true);
        print(graph, graph.outputSingle(INPUTS));
    }

    private static void print(Model model, INDArray output) {
        System.out.println(Arrays.toString(output.ravel().toDoubleVector()) + " score " + model.score());
    }

    static DataSet withIndices(DataSet oneHot) {
        return new DataSet(oneHot.getFeatures(), oneHot.getLabels().argMax(1).reshape(6, 1));
    }
}
