package io.github.powergrad.fastcpu;

import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks of the tests and of the benchmark: residual networks, and three convolutions. */
final class Networks {

    private final ComputationGraphConfiguration.GraphBuilder graph;

    private Networks(int size) {
        graph = new NeuralNetConfiguration.Builder().seed(7).updater(new Nesterovs(0.1, 0.9)).l2(1e-4)
                .convolutionMode(ConvolutionMode.Truncate).graphBuilder().addInputs("images")
                .setInputTypes(InputType.convolutional(size, size, 3));
    }

    /** ResNet-20 for small images: 3 stages of 3 blocks of two 3x3 convolutions. */
    static ComputationGraph resNet20(int size, int classes) {
        Networks net = new Networks(size);
        String last = net.relu("relu1", net.norm("bn1", net.conv("conv1", "images", 3, 1, 16)));
        int channels = 16;
        for (int stage = 0; stage < 3; stage++) {
            for (int block = 0; block < 3; block++) {
                String name = stage + "." + block;
                int width = 16 << stage;
                int stride = stage > 0 && block == 0 ? 2 : 1;
                String branch = net.relu(name + ".r1", net.norm(name + ".bn1", net.conv(name + ".c1", last, 3, stride, width)));
                branch = net.norm(name + ".bn2", net.conv(name + ".c2", branch, 3, 1, width));
                last = net.join(name, branch, last, stride, channels, width);
                channels = width;
            }
        }
        return net.build(last, classes);
    }

    /** ResNet-50: 4 stages of bottleneck blocks behind a 7x7 convolution and a pooling. */
    static ComputationGraph resNet50(int size, int classes) {
        Networks net = new Networks(size);
        String last = net.relu("relu1", net.norm("bn1", net.conv("conv1", "images", 7, 2, 64)));
        net.graph.addLayer("maxpool", new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(3, 3).stride(2, 2)
                .padding(1, 1).build(), last);
        last = "maxpool";
        int channels = 64;
        int[] depths = {3, 4, 6, 3};
        for (int stage = 0; stage < 4; stage++) {
            for (int block = 0; block < depths[stage]; block++) {
                String name = stage + "." + block;
                int width = 64 << stage;
                int stride = stage > 0 && block == 0 ? 2 : 1;
                String branch = net.relu(name + ".r1", net.norm(name + ".bn1", net.conv(name + ".c1", last, 1, 1, width)));
                branch = net.relu(name + ".r2", net.norm(name + ".bn2", net.conv(name + ".c2", branch, 3, stride, width)));
                branch = net.norm(name + ".bn3", net.conv(name + ".c3", branch, 1, 1, 4 * width));
                last = net.join(name, branch, last, stride, channels, 4 * width);
                channels = 4 * width;
            }
        }
        return net.build(last, classes);
    }

    /** Three 3x3 convolutions with stride 2 and ReLU, average, fully connected layer. */
    static MultiLayerNetwork threeConvolutions(int size, int classes) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(7).updater(new Nesterovs(0.05, 0.9))
                .l2(1e-4).list();
        for (int outputs : new int[] {16, 32, 32}) {
            list.layer(new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(outputs).convolutionMode(ConvolutionMode.Same)
                    .weightInit(WeightInit.RELU).activation(Activation.RELU).build());
        }
        MultiLayerConfiguration configuration = list.layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(classes).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(size, size, 1)).build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    /** Returns images of noise, with labels. */
    static DataSet images(int count, int channels, int size, int classes, long seed) {
        float[] numbers = new float[count * channels * size * size];
        Random random = new Random(seed);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        INDArray images = Nd4j.create(numbers, new long[] {count, channels, size, size}, 'c');
        INDArray labels = Nd4j.zeros(DataType.FLOAT, count, classes);
        for (int i = 0; i < count; i++) {
            labels.putScalar(i, (int) ((i * 31 + seed) % classes), 1);
        }
        return new DataSet(images, labels);
    }

    private String conv(String name, String input, int kernel, int stride, int outputs) {
        graph.addLayer(name, new ConvolutionLayer.Builder(kernel, kernel).stride(stride, stride)
                .padding(kernel / 2, kernel / 2).nOut(outputs).hasBias(false).activation(Activation.IDENTITY)
                .weightInit(new NormalDistribution(0, Math.sqrt(2.0 / ((double) kernel * kernel * outputs)))).build(), input);
        return name;
    }

    private String norm(String name, String input) {
        graph.addLayer(name, new BatchNormalization.Builder().decay(0.9).eps(1e-5).build(), input);
        return name;
    }

    private String relu(String name, String input) {
        graph.addLayer(name, new ActivationLayer(Activation.RELU), input);
        return name;
    }

    private String join(String name, String branch, String input, int stride, int inputs, int outputs) {
        String shortcut = stride == 1 && inputs == outputs ? input
                : norm(name + ".downbn", conv(name + ".down", input, 1, stride, outputs));
        graph.addVertex(name + ".add", new ElementWiseVertex(ElementWiseVertex.Op.Add), branch, shortcut);
        return relu(name, name + ".add");
    }

    private ComputationGraph build(String last, int classes) {
        graph.addLayer("avgpool", new GlobalPoolingLayer(PoolingType.AVG), last);
        graph.addLayer("loss", new OutputLayer.Builder(LossFunction.MCXENT).nOut(classes).activation(Activation.SOFTMAX)
                .weightInit(WeightInit.XAVIER).build(), "avgpool");
        ComputationGraph network = new ComputationGraph(graph.setOutputs("loss").build());
        network.init();
        return network;
    }
}
