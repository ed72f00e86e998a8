package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.zoo.model.ResNet50;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The judge is Deeplearning4j in DOUBLE. Its distance from FLOAT without FastCpu says what rounding does to a network. */
@DisplayName("Over 20 steps, the losses with FastCpu are as near to those of DOUBLE as without")
class LossesOverStepsTest {

    private static final int SIZE = 16;
    private static final int CLASSES = 10;
    private static final int MINIBATCH = 16;
    private static final int STEPS = 20;

    static Stream<Named<ComputationGraph>> networks() {
        return Stream.of(Named.of("frozen layers", frozen()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void losses(ComputationGraph network) {
        Distances distances = Distances.of(network, SIZE, MINIBATCH, STEPS, false);
        assertThat(distances.plain).as("without FastCpu, from DOUBLE").isLessThan(1e-4);
        assertThat(distances.fast).as("with FastCpu, from DOUBLE").isLessThan(1e-4);
    }

    private static ComputationGraph frozen() {
        ComputationGraphConfiguration configuration = new NeuralNetConfiguration.Builder().seed(1)
                .updater(new Nesterovs(1e-2, 0.9)).weightInit(WeightInit.RELU).graphBuilder().addInputs("images")
                .setInputTypes(InputType.convolutional(SIZE, SIZE, 3))
                .addLayer("conv1", new FrozenLayer(convolution(16)), "images")
                .addLayer("norm1", new FrozenLayer(new BatchNormalization()), "conv1")
                .addLayer("relu1", new ActivationLayer(Activation.RELU), "norm1")
                .addLayer("conv2", convolution(32), "relu1")
                .addLayer("norm2", new BatchNormalization(), "conv2")
                .addLayer("relu2", new ActivationLayer(Activation.RELU), "norm2")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu2")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MCXENT).nOut(CLASSES).activation(Activation.SOFTMAX)
                        .build(), "pool").setOutputs("out").build();
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        return network;
    }

    private static ConvolutionLayer convolution(int channels) {
        return new ConvolutionLayer.Builder(3, 3).stride(2, 2).padding(1, 1).nOut(channels).activation(Activation.IDENTITY)
                .build();
    }

    /**
     * The same with the zoo's ResNet50, which takes minutes. Arguments: rows and columns of an image, images in a
     * minibatch, learning rate.
     */
    public static void main(String... arguments) {
        int size = Integer.parseInt(arguments[0]);
        ComputationGraph network = ResNet50.builder().numClasses(CLASSES).inputShape(new int[] {3, size, size})
                .updater(new Nesterovs(Double.parseDouble(arguments[2]), 0.9)).build().init();
        Distances.of(network, size, Integer.parseInt(arguments[1]), STEPS, true);
    }

    /** How far the losses of a network are from those of the same network in DOUBLE, at most. */
    private static final class Distances {

        private double plain;
        private double fast;

        static Distances of(ComputationGraph network, int size, int minibatch, int steps, boolean print) {
            ComputationGraph exact = network.convertDataType(DataType.DOUBLE);
            ComputationGraph faster = network.clone();
            assertThat(FastCpu.apply(faster).isFaster()).isTrue();
            Distances distances = new Distances();
            for (int step = 0; step < steps; step++) {
                DataSet images = Networks.images(minibatch, 3, size, CLASSES, step);
                network.fit(images);
                faster.fit(images);
                exact.fit(new DataSet(images.getFeatures().castTo(DataType.DOUBLE),
                        images.getLabels().castTo(DataType.DOUBLE)));
                distances.plain = Math.max(distances.plain, Math.abs(network.score() - exact.score()));
                distances.fast = Math.max(distances.fast, Math.abs(faster.score() - exact.score()));
                if (print) {
                    System.out.printf("step %2d: loss %.6f, at most from DOUBLE so far: %.1e without, %.1e with FastCpu%n",
                            step, exact.score(), distances.plain, distances.fast);
                }
            }
            return distances;
        }
    }
}
