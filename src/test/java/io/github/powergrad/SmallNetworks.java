package io.github.powergrad;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Networks with 4 inputs and 3 classes, and data for them. */
final class SmallNetworks {

    static final int INPUTS = 4;
    static final int CLASSES = 3;

    private SmallNetworks() {}

    static NeuralNetConfiguration.Builder settings() {
        return new NeuralNetConfiguration.Builder().seed(7).dataType(DataType.DOUBLE).updater(new Nesterovs(0.1, 0.9));
    }

    static MultiLayerConfiguration configuration(Layer... layers) {
        return settings().list(layers).validateOutputLayerConfig(false).build();
    }

    static DenseLayer dense(int inputs, int outputs, Activation activation) {
        return new DenseLayer.Builder().nIn(inputs).nOut(outputs).activation(activation).build();
    }

    static OutputLayer output(ILossFunction loss) {
        return new OutputLayer.Builder(loss).nIn(5).nOut(CLASSES).activation(Activation.SOFTMAX).build();
    }

    /** A perceptron with one hidden layer, a softmax output and the loss. */
    static MultiLayerNetwork perceptron(ILossFunction loss) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(configuration(dense(INPUTS, 5, Activation.TANH), output(loss)));
        network.init();
        return network;
    }

    /** The same as a graph. */
    static ComputationGraph graph(ILossFunction loss) {
        ComputationGraph graph = new ComputationGraph(settings().graphBuilder()
                .addInputs("in")
                .addLayer("hidden", dense(INPUTS, 5, Activation.TANH), "in")
                .addLayer("out", output(loss), "hidden")
                .setOutputs("out").build());
        graph.init();
        return graph;
    }

    static List<DataSet> minibatches(int count) {
        List<DataSet> minibatches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            minibatches.add(minibatch(i));
        }
        return minibatches;
    }

    static DataSet minibatch(int seed) {
        Random random = new Random(seed);
        double[][] inputs = new double[6][INPUTS];
        double[][] labels = new double[6][CLASSES];
        for (int row = 0; row < 6; row++) {
            for (int i = 0; i < INPUTS; i++) {
                inputs[row][i] = random.nextGaussian();
            }
            labels[row][random.nextInt(CLASSES)] = 1;
        }
        return new DataSet(Nd4j.createFromArray(inputs), Nd4j.createFromArray(labels));
    }

    static ILossFunction lossOf(MultiLayerNetwork network) {
        return lossOf(network.getLayerWiseConfigurations().getConf(network.getnLayers() - 1).getLayer());
    }

    static ILossFunction lossOf(ComputationGraph graph, String layer) {
        return lossOf(graph.getLayer(layer).conf().getLayer());
    }

    static ILossFunction lossOf(Layer layer) {
        return layer instanceof LossLayer ? ((LossLayer) layer).getLossFn() : ((BaseOutputLayer) layer).getLossFn();
    }

    /** For comparisons to the last bit: INDArray.equals forgives 1e-5. */
    static double[] params(Model network) {
        return network.params().dup().toDoubleVector();
    }
}
