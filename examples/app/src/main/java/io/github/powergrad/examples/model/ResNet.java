package io.github.powergrad.examples.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.distribution.UniformDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;

/**
 * Adds the layers of a residual network to a graph: stem, stages of residual blocks, global average pooling and a fully
 * connected layer for the logits. Layers are named as in torchvision.
 *
 * <p><b>Initial weights.</b> Convolutions by He's rule over the fan-out, N(0, 2 / (k² · outputs)); the fully connected
 * layers uniform in ±1/√inputs with biases of 0; batch normalization scales by 1, or by 0 at the end of each residual
 * branch if asked to, so that each block starts as the identity. Convolutions have no biases, not even where there is
 * no batch normalization.
 *
 * <p><b>Batch normalization</b> as in PyTorch: running averages keep 0.9 of their value at each step, ε is 1e-5.
 *
 * <p><b>Weight decay</b> applies to the weights of convolutions and fully connected layers; biases and the parameters of
 * batch normalization do not decay. That is timm's rule, which the authors trained with; Deeplearning4j never decays
 * batch normalization, and biases only if {@code l2Bias} asks for it. It is l2/2 Σ w², whose gradient is added before
 * the momentum, as in PyTorch's SGD.
 */
final class ResNet {

    private static final double NORM_DECAY = 0.9;
    private static final double NORM_EPSILON = 1e-5;
    private static final int BOTTLENECK_EXPANSION = 4;
    private static final int SQUEEZE_REDUCTION = 16;

    private final Architecture architecture;
    private final ComputationGraphConfiguration.GraphBuilder graph;
    private final boolean zeroLastGamma;

    private ResNet(
            Architecture architecture, ComputationGraphConfiguration.GraphBuilder graph, boolean zeroLastGamma) {
        this.architecture = architecture;
        this.graph = graph;
        this.zeroLastGamma = zeroLastGamma;
    }

    /** Adds all layers up to {@link NetworkBuilder#LOGITS}. */
    static void addLayers(ComputationGraphConfiguration.GraphBuilder graph, Architecture architecture, int classes,
            boolean zeroLastGamma) {
        new ResNet(architecture, graph, zeroLastGamma).addLayers(classes);
    }

    private void addLayers(int classes) {
        int[] widths = architecture.widths;
        String last = stem(widths[0]);
        int channels = widths[0];
        for (int stage = 0; stage < widths.length; stage++) {
            for (int number = 0; number < architecture.depths[stage]; number++) {
                int stride = stage > 0 && number == 0 ? 2 : 1;
                String name = "layer" + (stage + 1) + "." + number;
                last = block(name, last, channels, widths[stage], stride);
                channels = outputs(widths[stage]);
            }
        }
        graph.addLayer("avgpool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last);
        graph.addLayer(NetworkBuilder.LOGITS, dense(channels, classes, Activation.IDENTITY), "avgpool");
    }

    private String stem(int width) {
        if (architecture.stem == Architecture.Stem.CIFAR) {
            return activated("", 1, NetworkBuilder.IMAGES, 3, 1, width);
        }
        String activated = activated("", 1, NetworkBuilder.IMAGES, 7, 2, width);
        graph.addLayer("maxpool", new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(3, 3).stride(2, 2).padding(1, 1).build(), activated);
        return "maxpool";
    }

    private int outputs(int width) {
        return architecture.block == Architecture.Block.BOTTLENECK ? BOTTLENECK_EXPANSION * width : width;
    }

    private String block(String name, String input, int inputs, int width, int stride) {
        int outputs = outputs(width);
        String branch = architecture.block == Architecture.Block.BOTTLENECK
                ? bottleneckBranch(name, input, width, stride)
                : basicBranch(name, input, width, stride);
        if (architecture.squeezed) {
            branch = squeezeAndExcitation(name + ".se", branch, outputs);
        }
        String shortcut = input;
        if (stride != 1 || inputs != outputs) {
            shortcut = normalization(name + ".downsample.1",
                    convolution(name + ".downsample.0", input, 1, stride, outputs), false);
        }
        graph.addVertex(name + ".add", new ElementWiseVertex(ElementWiseVertex.Op.Add), branch, shortcut);
        return relu(name, name + ".add");
    }

    private String basicBranch(String name, String input, int width, int stride) {
        String first = activated(name + ".", 1, input, 3, stride, width);
        return normalization(name + ".bn2", convolution(name + ".conv2", first, 3, 1, width), zeroLastGamma);
    }

    private String bottleneckBranch(String name, String input, int width, int stride) {
        String first = activated(name + ".", 1, input, 1, 1, width);
        String second = activated(name + ".", 2, first, 3, stride, width);
        return normalization(name + ".bn3", convolution(name + ".conv3", second, 1, 1, outputs(width)), zeroLastGamma);
    }

    /** Average over each channel, two fully connected layers, and a gate in (0, 1) on each channel. */
    private String squeezeAndExcitation(String name, String input, int channels) {
        int squeezed = Math.max(1, channels / SQUEEZE_REDUCTION);
        graph.addLayer(name + ".squeeze", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), input);
        graph.addLayer(name + ".fc1", dense(channels, squeezed, Activation.RELU), name + ".squeeze");
        graph.addLayer(name + ".fc2", dense(squeezed, channels, Activation.SIGMOID), name + ".fc1");
        graph.addVertex(name + ".excite", new ChannelGateVertex(), input, name + ".fc2");
        return name + ".excite";
    }

    /** Adds a convolution, its normalization and its ReLU, which are numbered alike. */
    private String activated(String prefix, int number, String input, int kernel, int stride, int outputs) {
        return relu(prefix + "relu" + number, normalization(prefix + "bn" + number,
                convolution(prefix + "conv" + number, input, kernel, stride, outputs), false));
    }

    private String convolution(String name, String input, int kernel, int stride, int outputs) {
        graph.addLayer(name, new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .padding(kernel / 2, kernel / 2)
                .nOut(outputs)
                .hasBias(false)
                .activation(Activation.IDENTITY)
                .weightInit(new NormalDistribution(0, Math.sqrt(2.0 / ((double) kernel * kernel * outputs))))
                .build(), input);
        return name;
    }

    private String normalization(String name, String input, boolean startAtZero) {
        if (!architecture.normalized) {
            return input;
        }
        graph.addLayer(name, new BatchNormalization.Builder()
                .decay(NORM_DECAY).eps(NORM_EPSILON).gamma(startAtZero ? 0 : 1).build(), input);
        return name;
    }

    private String relu(String name, String input) {
        graph.addLayer(name, new ActivationLayer(Activation.RELU), input);
        return name;
    }

    private static DenseLayer dense(int inputs, int outputs, Activation activation) {
        double bound = 1 / Math.sqrt(inputs);
        return new DenseLayer.Builder()
                .nIn(inputs)
                .nOut(outputs)
                .activation(activation)
                .weightInit(new UniformDistribution(-bound, bound))
                .build();
    }
}
