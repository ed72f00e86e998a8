package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The judge is Deeplearning4j in DOUBLE; the measure is the distance from it, divided by the length of what it gives. */
@DisplayName("The rounding of a layer with FastCpu is at most twice that without")
class LayerAccuracyTest {

    /** A layer and the images that it reads. */
    static final class Case {

        private final org.deeplearning4j.nn.conf.layers.Layer layer;
        private final int[] shape;
        private final double average;
        private final double beyond;

        /**
         * @param average of the images
         * @param beyond what is allowed above twice the rounding without FastCpu
         */
        Case(org.deeplearning4j.nn.conf.layers.Layer layer, double average, double beyond, int... shape) {
            this.layer = layer;
            this.average = average;
            this.beyond = beyond;
            this.shape = shape;
        }

        private MultiLayerNetwork network(DataType type) {
            boolean images = shape.length == 4;
            NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().seed(5).dataType(type)
                    .updater(new NoOp()).list()
                    .layer(new ActivationLayer(Activation.IDENTITY)) // so that the layer has a gradient of its input
                    .layer(layer.clone());
            if (images) {
                list.layer(new GlobalPoolingLayer(PoolingType.AVG));
            }
            MultiLayerNetwork network = new MultiLayerNetwork(list
                    .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build())
                    .setInputType(images ? InputType.convolutional(shape[2], shape[3], shape[1])
                            : InputType.feedForward(shape[1])).build());
            network.init();
            return network;
        }

        /** All that the layer computes from the same images and the same gradient, by name. */
        private Map<String, INDArray> results(MultiLayerNetwork network, DataType type) {
            network.initGradientsView();
            Layer tested = network.getLayer(1);
            LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
            tested.setInput(noise(1, average, 3, shape).castTo(type), workspaces);
            INDArray output = tested.activate(true, workspaces);
            Map<String, INDArray> results = new LinkedHashMap<>();
            results.put("output", output.dup('c'));
            int[] ofOutput = new int[output.rank()];
            for (int i = 0; i < ofOutput.length; i++) {
                ofOutput[i] = (int) output.size(i);
            }
            Pair<Gradient, INDArray> gradients = tested.backpropGradient(noise(2, 0.1, 1, ofOutput).castTo(type), workspaces);
            results.put("gradient of the input", gradients.getSecond().dup('c'));
            gradients.getFirst().gradientForVariable()
                    .forEach((name, gradient) -> results.put("gradient of " + name, gradient.dup('c')));
            return results;
        }
    }

    static Stream<Named<Case>> layers() {
        return Stream.of(
                named("7x7 convolution with stride 2, 3 to 64 channels", convolution(7, 2, 3, 64, true), 0, 8, 3, 32, 32),
                named("1x1 convolution, 64 to 256 channels", convolution(1, 1, 0, 256, true), 0, 8, 64, 18, 18),
                named("1x1 convolution, 2048 to 512 channels", convolution(1, 1, 0, 512, true), 0, 8, 2048, 3, 3),
                named("3x3 convolution of 64 channels", convolution(3, 1, 1, 64, true), 0, 8, 64, 18, 18),
                named("3x3 convolution of 512 channels without bias", convolution(3, 1, 1, 512, false), 0, 8, 512, 3, 3),
                named("3x3 convolution of images that are far from 0", convolution(3, 1, 1, 64, true), 3, 8, 16, 32, 32),
                named("fully connected layer", new DenseLayer.Builder().nOut(1000).activation(Activation.IDENTITY).build(), 0, 32, 512),
                named("fully connected layer with ReLU in it", new DenseLayer.Builder().nOut(64).activation(Activation.RELU).build(),
                        1, 8, 2048),
                named("batch normalization", new BatchNormalization(), 0, 8, 64, 16, 16),
                named("batch normalization of small images", new BatchNormalization(), 0, 8, 256, 3, 3),
                named("batch normalization of images that are far from 0", new BatchNormalization(), 10, 8, 64, 16, 16),
                named("largest number", pooling(PoolingType.MAX), 0, 8, 16, 36, 36),
                named("average of windows", pooling(PoolingType.AVG), 1, 8, 16, 36, 36),
                named("average of images", new GlobalPoolingLayer(PoolingType.AVG), 1, 8, 64, 36, 36));
    }

    /** oneDNN adds up in FLOAT, number by number, so the rounding grows with the count: here 10,368 and 50,176. */
    static Stream<Named<Case>> longSums() {
        return Stream.of(
                Named.of("7x7 convolution", new Case(convolution(7, 2, 3, 64, true), 0, 1e-5, 8, 3, 72, 72)),
                Named.of("batch normalization", new Case(new BatchNormalization(), 0, 1e-5, 4, 16, 112, 112)));
    }

    private static Named<Case> named(String name, org.deeplearning4j.nn.conf.layers.Layer layer, double average, int... shape) {
        return Named.of(name, new Case(layer, average, 1e-6, shape));
    }

    private static ConvolutionLayer convolution(int kernel, int stride, int padding, int channels, boolean bias) {
        return new ConvolutionLayer.Builder(kernel, kernel).stride(stride, stride).padding(padding, padding).nOut(channels)
                .hasBias(bias).activation(Activation.IDENTITY).build();
    }

    private static SubsamplingLayer pooling(PoolingType type) {
        return new SubsamplingLayer.Builder(type).kernelSize(3, 3).stride(2, 2).build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("longSums")
    @DisplayName("and 1e-5, where sums are long")
    void ofLongSums(Case layer) {
        rounding(layer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    @DisplayName("and 1e-6")
    void rounding(Case layer) {
        MultiLayerNetwork plain = layer.network(DataType.FLOAT);
        MultiLayerNetwork fast = plain.clone();
        MultiLayerNetwork exact = layer.network(DataType.DOUBLE);
        exact.setParams(plain.params().castTo(DataType.DOUBLE));
        assertThat(FastCpu.apply(fast).lines().get(1).isFaster()).isTrue();
        Map<String, INDArray> expected = layer.results(exact, DataType.DOUBLE);
        Map<String, INDArray> without = layer.results(plain, DataType.FLOAT);
        Map<String, INDArray> with = layer.results(fast, DataType.FLOAT);
        assertThat(with.keySet()).isEqualTo(expected.keySet()).isEqualTo(without.keySet());
        expected.forEach((name, right) -> assertThat(distance(with.get(name), right)).as(name)
                .isLessThanOrEqualTo(2 * distance(without.get(name), right) + layer.beyond));
    }

    private static double distance(INDArray actual, INDArray expected) {
        return actual.castTo(DataType.DOUBLE).sub(expected).norm2Number().doubleValue()
                / expected.norm2Number().doubleValue();
    }

    private static INDArray noise(long seed, double average, double deviation, int... shape) {
        long count = 1;
        long[] sizes = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            count *= shape[i];
            sizes[i] = shape[i];
        }
        float[] numbers = new float[(int) count];
        Random random = new Random(seed);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (average + deviation * random.nextGaussian());
        }
        return Nd4j.create(numbers, sizes, 'c');
    }
}
