package io.github.powergrad.examples.model;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Three 3x3 convolutions with stride 2 and w, 2w, 2w channels, ReLU after each, global average pooling, a
 * fully connected layer. Without normalization this is a small network that underfits, which is where the
 * PowerGrad Transform has something to gain; with batch normalization it is the control.
 *
 * <p>The logits are the output of a layer of their own and the softmax belongs to the loss layer behind it,
 * so that the {@linkplain #logits network without the loss layer} gives the logits themselves.
 */
public final class ThreeConvolutionNetwork {

    private final int channels;
    private final boolean batchNormalization;
    private final int height;
    private final int width;
    private final int classes;

    /**
     * @param channels channels of the first convolution, w; the other two have 2w
     * @param batchNormalization whether each convolution is followed by batch normalization
     * @param height rows of an image
     * @param width columns of an image
     * @param classes number of classes
     */
    public ThreeConvolutionNetwork(int channels, boolean batchNormalization, int height, int width, int classes) {
        if (channels < 1) {
            throw new IllegalArgumentException("channels must be at least 1, got " + channels);
        }
        this.channels = channels;
        this.batchNormalization = batchNormalization;
        this.height = height;
        this.width = width;
        this.classes = classes;
    }

    /**
     * Returns the network to train.
     *
     * @param loss the loss on top of the softmax
     * @param updater the updater of all parameters
     * @param l2 coefficient of l2/2 Σ w², whose gradient is added before the updater, as in PyTorch's SGD;
     *     weights and biases alike, while batch normalization's parameters never decay in Deeplearning4j
     * @param seed seed of the initial weights
     */
    public MultiLayerConfiguration trainable(ILossFunction loss, IUpdater updater, double l2, long seed) {
        List<Layer> layers = layers();
        layers.add(new LossLayer.Builder(loss).activation(Activation.SOFTMAX).build());
        return configuration(new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(updater)
                .l2(l2)
                .l2Bias(l2), layers);
    }

    /** Returns the same network up to the logits; its parameters have the same layout. */
    public MultiLayerConfiguration logits() {
        return configuration(new NeuralNetConfiguration.Builder(), layers());
    }

    private List<Layer> layers() {
        List<Layer> layers = new ArrayList<>();
        for (int outputs : new int[] {channels, 2 * channels, 2 * channels}) {
            ConvolutionLayer.Builder convolution = new ConvolutionLayer.Builder(3, 3)
                    .stride(2, 2)
                    .nOut(outputs)
                    .convolutionMode(ConvolutionMode.Same)
                    .weightInit(WeightInit.RELU);
            if (batchNormalization) {
                layers.add(convolution.activation(Activation.IDENTITY).hasBias(false).build());
                layers.add(new BatchNormalization());
                layers.add(new ActivationLayer(Activation.RELU));
            } else {
                layers.add(convolution.activation(Activation.RELU).build());
            }
        }
        layers.add(new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
        layers.add(new DenseLayer.Builder()
                .name("logits")
                .nOut(classes)
                .activation(Activation.IDENTITY)
                .weightInit(WeightInit.XAVIER)
                .build());
        return layers;
    }

    private MultiLayerConfiguration configuration(NeuralNetConfiguration.Builder builder, List<Layer> layers) {
        NeuralNetConfiguration.ListBuilder list = builder.list();
        layers.forEach(list::layer);
        return list.setInputType(InputType.convolutional(height, width, 1)).build();
    }
}
