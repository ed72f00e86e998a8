package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitRelu;
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
    private static final int MINIBATCH = 16;
    private static final int STEPS = 20;
    private static final Nesterovs UPDATER = new Nesterovs(1e-2, 0.9);

    static Stream<Named<ComputationGraph>> networks() {
        return Stream.of(Named.of("frozen layers", network(FrozenLayer::new)),
                Named.of("TransferLearning", new TransferLearning.GraphBuilder(network(UnaryOperator.identity()))
                        .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(UPDATER).build())
                        .setFeatureExtractor("relu1").nOutReplace("out", 5, WeightInit.XAVIER).build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void losses(ComputationGraph network) {
        Losses losses = Losses.of(network, SIZE, MINIBATCH, 1, false);
        assertThat(losses.plain).as("without FastCpu, from DOUBLE").isLessThan(1e-4);
        assertThat(losses.fast).as("with FastCpu, from DOUBLE").isLessThan(1e-4);
        assertThat(losses.first - losses.last).as("what the network learned").isGreaterThan(0.1);
    }

    /** Returns two convolutions, the first in a wrapper. */
    private static ComputationGraph network(UnaryOperator<Layer> wrapper) {
        ComputationGraphConfiguration configuration = new NeuralNetConfiguration.Builder().seed(1)
                .updater(UPDATER).weightInit(WeightInit.RELU).graphBuilder().addInputs("images")
                .setInputTypes(InputType.convolutional(SIZE, SIZE, 3))
                .addLayer("conv1", wrapper.apply(convolution(16)), "images")
                .addLayer("norm1", wrapper.apply(new BatchNormalization()), "conv1")
                .addLayer("relu1", new ActivationLayer(Activation.RELU), "norm1")
                .addLayer("conv2", convolution(32), "relu1")
                .addLayer("norm2", new BatchNormalization(), "conv2")
                .addLayer("relu2", new ActivationLayer(Activation.RELU), "norm2")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu2")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MCXENT).nOut(10).activation(Activation.SOFTMAX)
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
     * The same with the zoo's ResNet50 and four minibatches in turn, which takes minutes. Arguments: rows and columns of an
     * image, images in a minibatch, learning rate, and how the weights start: "zoo" (as the zoo has it), "relu"
     * (WeightInit.RELU) or "shortcut" (WeightInit.RELU, and each residual block starts as its shortcut).
     */
    public static void main(String... arguments) {
        int size = Integer.parseInt(arguments[0]);
        String start = arguments[3];
        ResNet50.ResNet50Builder zoo = ResNet50.builder().numClasses(10).inputShape(new int[] {3, size, size})
                .updater(new Nesterovs(Double.parseDouble(arguments[2]), 0.9));
        ComputationGraph network = (start.equals("zoo") ? zoo : zoo.weightInit(new WeightInitRelu())).build().init();
        if (start.equals("shortcut")) {
            network.paramTable().forEach((name, parameter) -> {
                if (name.endsWith("branch2c_gamma")) {
                    parameter.assign(0);
                }
            });
        }
        Losses.of(network, size, Integer.parseInt(arguments[1]), 4, true);
    }

    /** The first and last loss of a network in DOUBLE, and how far those in FLOAT are from it at most. */
    private static final class Losses {

        private double first;
        private double last;
        private double plain;
        private double fast;

        static Losses of(ComputationGraph network, int size, int minibatch, int minibatches, boolean print) {
            ComputationGraph exact = network.convertDataType(DataType.DOUBLE);
            ComputationGraph faster = network.clone();
            assertThat(FastCpu.apply(faster).isFaster()).isTrue();
            long classes = network.layerSize(network.getConfiguration().getNetworkOutputs().get(0));
            Losses losses = new Losses();
            for (int step = 0; step < STEPS; step++) {
                DataSet images = Networks.images(minibatch, 3, size, (int) classes, step % minibatches);
                network.fit(images);
                faster.fit(images);
                exact.fit(new DataSet(images.getFeatures().castTo(DataType.DOUBLE),
                        images.getLabels().castTo(DataType.DOUBLE)));
                losses.first = step == 0 ? exact.score() : losses.first;
                losses.last = exact.score();
                losses.plain = Math.max(losses.plain, Math.abs(network.score() - exact.score()));
                losses.fast = Math.max(losses.fast, Math.abs(faster.score() - exact.score()));
                if (print) {
                    System.out.printf("step %2d: loss %.6f, at most from DOUBLE so far: %.1e without, %.1e with FastCpu%n",
                            step, exact.score(), losses.plain, losses.fast);
                }
            }
            return losses;
        }
    }
}
