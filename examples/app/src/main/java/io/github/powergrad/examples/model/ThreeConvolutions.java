package io.github.powergrad.examples.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/**
 * Adds the layers of the three-convolution network to a graph: three 3x3 convolutions with stride 2 and w, 2w, 2w
 * channels, ReLU after each, global average pooling, a fully connected layer. Without normalization this is a small
 * network that underfits, which is where the PowerGrad Transform has something to gain. With batch normalization it is
 * the control.
 */
final class ThreeConvolutions {

    private ThreeConvolutions() {}

    /** Adds all layers up to {@link NetworkBuilder#LOGITS}. */
    static void addLayers(ComputationGraphConfiguration.GraphBuilder graph, Architecture architecture, int classes) {
        String last = NetworkBuilder.IMAGES;
        int[] widths = architecture.widths;
        for (int number = 1; number <= widths.length; number++) {
            last = convolution(graph, architecture.normalized, number, widths[number - 1], last);
        }
        graph.addLayer("avgpool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last);
        graph.addLayer(NetworkBuilder.LOGITS, new DenseLayer.Builder()
                .nOut(classes).activation(Activation.IDENTITY).weightInit(WeightInit.XAVIER).build(), "avgpool");
    }

    private static String convolution(ComputationGraphConfiguration.GraphBuilder graph, boolean normalized, int number,
            int channels, String input) {
        graph.addLayer("conv" + number, new ConvolutionLayer.Builder(3, 3)
                .stride(2, 2)
                .nOut(channels)
                .convolutionMode(ConvolutionMode.Same)
                .weightInit(WeightInit.RELU)
                .hasBias(!normalized)
                .activation(normalized ? Activation.IDENTITY : Activation.RELU)
                .build(), input);
        if (!normalized) {
            return "conv" + number;
        }
        graph.addLayer("bn" + number, new BatchNormalization(), "conv" + number);
        graph.addLayer("relu" + number, new ActivationLayer(Activation.RELU), "bn" + number);
        return "relu" + number;
    }
}
