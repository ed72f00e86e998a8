package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

@DisplayName("AdaptiveGradientClipping")
class AdaptiveGradientClippingTest {

    private static final double EPS = 1e-3;

    /** In place of output dimensions: the array is one vector, and so one unit. */
    private static final int[] ONE_VECTOR = {};

    /** Features of a shape, labels of three classes, seeded. */
    private static DataSet data(long... shape) {
        Nd4j.getRandom().setSeed(17);
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, shape[0], 3);
        for (int i = 0; i < shape[0]; i++) {
            labels.putScalar(i, i % 3, 1);
        }
        return new DataSet(Nd4j.randn(DataType.DOUBLE, shape), labels);
    }

    private static NeuralNetConfiguration.Builder settings() {
        return new NeuralNetConfiguration.Builder().seed(9).dataType(DataType.DOUBLE).activation(Activation.TANH)
                .updater(new Sgd(0.5)).convolutionMode(ConvolutionMode.Same);
    }

    private static OutputLayer outputLayer() {
        return new OutputLayer.Builder(new LossPowerGrad(0.3)).nOut(3).activation(Activation.SOFTMAX).build();
    }

    private static MultiLayerNetwork network(InputType input, Layer... layers) {
        List<Layer> all = new ArrayList<>(List.of(layers));
        all.add(outputLayer());
        return network(settings(), input, all);
    }

    private static MultiLayerNetwork network(NeuralNetConfiguration.Builder settings, InputType input, Layer layer) {
        return network(settings, input, List.of(layer, outputLayer()));
    }

    private static MultiLayerNetwork network(NeuralNetConfiguration.Builder settings, InputType input,
            List<Layer> layers) {
        NeuralNetConfiguration.ListBuilder list = settings.list();
        layers.forEach(list::layer);
        MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
        net.init();
        return net;
    }

    private static LossLayer loss() {
        return new LossLayer.Builder(new LossPowerGrad(0.3)).activation(Activation.SOFTMAX).build();
    }

    private static MultiLayerNetwork withLoss(InputType input, Layer loss, Layer... layers) {
        List<Layer> all = new ArrayList<>(List.of(layers));
        all.add(loss);
        return network(settings(), input, all);
    }

    /** The same features, every position of the first of three classes. */
    private static DataSet labelled(DataSet data, long... shape) {
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, shape);
        labels.get(NDArrayIndex.all(), NDArrayIndex.point(0)).assign(1);
        return new DataSet(data.getFeatures(), labels);
    }

    private static MultiLayerNetwork dense() {
        return network(InputType.feedForward(4), new DenseLayer.Builder().nOut(5).build(),
                new DenseLayer.Builder().nOut(6).name("second").build());
    }

    private static String keras(String name) throws URISyntaxException {
        return Path.of(AdaptiveGradientClippingTest.class.getResource("keras/" + name + ".h5").toURI()).toString();
    }

    private static void backward(MultiLayerNetwork net, DataSet data) {
        net.setInput(data.getFeatures());
        net.setLabels(data.getLabels());
        net.computeGradientAndScore();
    }

    private static Map<String, INDArray> gradients(Model net) {
        Map<String, INDArray> copies = new LinkedHashMap<>();
        net.gradient().gradientForVariable().forEach((name, gradient) -> {
            if (gradient != null) {
                copies.put(name, gradient.dup());
            }
        });
        return copies;
    }

    /** Which gradients a clipping listener changes. */
    private static List<String> clippedBy(AdaptiveGradientClipping clipping, Model net) {
        Map<String, INDArray> before = gradients(net);
        clipping.onGradientCalculation(net);
        Map<String, INDArray> after = gradients(net);
        return before.keySet().stream().filter(name -> !before.get(name).equals(after.get(name)))
                .collect(Collectors.toList());
    }

    private static AdaptiveGradientClipping tight() {
        return tight(true);
    }

    private static AdaptiveGradientClipping tight(boolean exemptOutputLayers) {
        return AdaptiveGradientClipping.builder().clip(1e-6).exemptOutputLayers(exemptOutputLayers).build();
    }

    static Stream<Arguments> layouts() {
        InputType image = InputType.convolutional(6, 6, 2, CNN2DFormat.NCHW);
        InputType sequence = InputType.recurrent(4, 5, RNNFormat.NCW);
        InputType volume = InputType.convolutional3D(4, 4, 4, 2);
        long[] images = {3, 2, 6, 6};
        long[] sequences = {3, 4, 5};
        long[] volumes = {3, 2, 4, 4, 4};
        return Stream.of(
                Arguments.of("dense weights [nIn, nOut]", InputType.feedForward(4), new long[] {3, 4},
                        new DenseLayer.Builder().nOut(5).build(), false, "W", new int[] {1}),
                Arguments.of("dense weights of one input, a matrix all the same", InputType.feedForward(1),
                        new long[] {3, 1}, new DenseLayer.Builder().nOut(5).build(), false, "W", new int[] {1}),
                Arguments.of("dense weights of one output", InputType.feedForward(4), new long[] {3, 4},
                        new DenseLayer.Builder().nOut(1).build(), false, "W", new int[] {1}),
                Arguments.of("dense weights at a batch of one", InputType.feedForward(4), new long[] {1, 4},
                        new DenseLayer.Builder().nOut(5).build(), false, "W", new int[] {1}),
                Arguments.of("element-wise weights", InputType.feedForward(4), new long[] {3, 4},
                        new ElementWiseMultiplicationLayer.Builder().nIn(4).nOut(4).build(), false, "W", ONE_VECTOR),
                Arguments.of("PReLU slopes of a vector", InputType.feedForward(4), new long[] {3, 4},
                        new PReLULayer.Builder().inputShape(4).build(), false, "W", ONE_VECTOR),
                Arguments.of("dense biases", InputType.feedForward(4), new long[] {3, 4},
                        new DenseLayer.Builder().nOut(5).build(), false, "b", ONE_VECTOR),
                Arguments.of("convolution [nOut, nIn, kH, kW]", image, images,
                        new ConvolutionLayer.Builder(3, 3).nOut(4).build(), true, "W", new int[] {0}),
                Arguments.of("convolution biases", image, images,
                        new ConvolutionLayer.Builder(3, 3).nOut(4).build(), true, "b", ONE_VECTOR),
                Arguments.of("convolution 1D [nOut, nIn, k, 1]", sequence, sequences,
                        new Convolution1DLayer.Builder(3).nOut(4).build(), true, "W", new int[] {0}),
                Arguments.of("convolution 3D [nOut, nIn, kD, kH, kW]", volume, volumes,
                        new Convolution3D.Builder(2, 2, 2).nOut(4).build(), true, "W", new int[] {0}),
                Arguments.of("deconvolution [nIn, nOut, kH, kW]", image, images,
                        new Deconvolution2D.Builder(3, 3).nOut(4).build(), true, "W", new int[] {1}),
                Arguments.of("deconvolution 3D [kD, kH, kW, nOut, nIn]", volume, volumes,
                        new Deconvolution3D.Builder().kernelSize(2, 2, 2).nOut(3).build(), true, "W", new int[] {3}),
                Arguments.of("depthwise convolution [kH, kW, nIn, multiplier]", image, images,
                        new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(3).build(), true, "W",
                        new int[] {2, 3}),
                Arguments.of("separable convolution, depthwise [multiplier, nIn, kH, kW]", image, images,
                        new SeparableConvolution2D.Builder(3, 3).depthMultiplier(3).nOut(4).build(), true, "W",
                        new int[] {0, 1}),
                Arguments.of("separable convolution, pointwise [nOut, nIn multiplier, 1, 1]", image, images,
                        new SeparableConvolution2D.Builder(3, 3).depthMultiplier(3).nOut(4).build(), true, "pW",
                        new int[] {0}),
                Arguments.of("locally connected [position, nIn k, nOut]", image, images,
                        new LocallyConnected2D.Builder().kernelSize(3, 3).nOut(3).build(), true, "W",
                        new int[] {0, 2}),
                Arguments.of("locally connected 1D [position, nIn k, nOut]", sequence, sequences,
                        new LocallyConnected1D.Builder().kernelSize(2).nOut(3).build(), true, "W",
                        new int[] {0, 2}),
                Arguments.of("LSTM input weights [nIn, 4 nOut]", sequence, sequences,
                        new LSTM.Builder().nOut(3).build(), true, "W", new int[] {1}),
                Arguments.of("LSTM recurrent weights [nOut, 4 nOut]", sequence, sequences,
                        new LSTM.Builder().nOut(3).build(), true, "RW", new int[] {1}),
                Arguments.of("LSTM biases", sequence, sequences,
                        new LSTM.Builder().nOut(3).build(), true, "b", ONE_VECTOR),
                Arguments.of("Graves LSTM recurrent and peephole weights [nOut, 4 nOut + 3]", sequence, sequences,
                        gravesLstm(), true, "RW", new int[] {1}),
                Arguments.of("simple RNN recurrent weights [nOut, nOut]", sequence, sequences,
                        new SimpleRnn.Builder().nOut(3).build(), true, "RW", new int[] {1}),
                Arguments.of("the forward biases of a bidirectional layer", sequence, sequences,
                        new Bidirectional(new LSTM.Builder().nOut(3).build()), true, "fb", ONE_VECTOR),
                Arguments.of("the backward LSTM of a bidirectional layer", sequence, sequences,
                        new Bidirectional(new LSTM.Builder().nOut(3).build()), true, "bRW", new int[] {1}),
                Arguments.of("attention projections [heads, size, nIn]", sequence, sequences,
                        new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build(), true, "Wq",
                        new int[] {0, 1}),
                Arguments.of("capsule biases [1, 1, capsules, size, 1]", sequence, sequences,
                        new CapsuleLayer.Builder(3, 2).hasBias(true).build(), true, "bias", ONE_VECTOR),
                Arguments.of("PReLU slopes of an image", image, images,
                        new PReLULayer.Builder().inputShape(2, 6, 6).build(), true, "W", ONE_VECTOR),
                Arguments.of("PReLU slopes of a sequence", sequence, sequences,
                        new PReLULayer.Builder().inputShape(4, 5).build(), true, "W", ONE_VECTOR),
                Arguments.of("batch normalization gamma", image, images, new BatchNormalization.Builder().build(),
                        true, "gamma", ONE_VECTOR),
                Arguments.of("batch normalization beta", image, images, new BatchNormalization.Builder().build(),
                        true, "beta", ONE_VECTOR));
    }

    @SuppressWarnings("deprecation") // still to be met in saved networks
    private static Layer gravesLstm() {
        return new GravesLSTM.Builder().nOut(3).build();
    }

    /**
     * Eq. (3) in plain Java: every element finds its unit by its coordinates along the output dimensions; where there
     * are none, all elements are in the same unit.
     */
    private static final class PlainClipping {

        final double[] weights;
        final double[] gradientSum;
        final double batch;
        final String[] unit;

        PlainClipping(INDArray weight, INDArray gradientSum, double batch, int... outputs) {
            this.weights = weight.dup('c').reshape(weight.length()).toDoubleVector();
            this.gradientSum = gradientSum.dup('c').reshape(weight.length()).toDoubleVector();
            this.batch = batch;
            long[] shape = weight.shape();
            unit = new String[weights.length];
            for (int i = 0; i < unit.length; i++) {
                long rest = i;
                long[] coordinates = new long[shape.length];
                for (int d = shape.length - 1; d >= 0; d--) {
                    coordinates[d] = rest % shape[d];
                    rest /= shape[d];
                }
                unit[i] = Arrays.toString(Arrays.stream(outputs).mapToLong(d -> coordinates[d]).toArray());
            }
        }

        private Map<String, Double> norms(double[] values, double scale) {
            Map<String, Double> squares = new HashMap<>();
            for (int i = 0; i < values.length; i++) {
                squares.merge(unit[i], values[i] * scale * values[i] * scale, Double::sum);
            }
            squares.replaceAll((key, square) -> Math.sqrt(square));
            return squares;
        }

        /** The clip at which this unit starts to be clipped, for the median unit. */
        double medianRatio() {
            Map<String, Double> weightNorms = norms(weights, 1);
            double[] ratios = norms(gradientSum, 1 / batch).entrySet().stream()
                    .mapToDouble(e -> e.getValue() / Math.max(weightNorms.get(e.getKey()), EPS)).sorted().toArray();
            return ratios[ratios.length / 2] * 0.9999;
        }

        double[] clipped(double clip) {
            Map<String, Double> weightNorms = norms(weights, 1);
            Map<String, Double> gradientNorms = norms(gradientSum, 1 / batch);
            double[] result = new double[gradientSum.length];
            for (int i = 0; i < result.length; i++) {
                double limit = clip * Math.max(weightNorms.get(unit[i]), EPS);
                double norm = gradientNorms.get(unit[i]);
                result[i] = norm > limit ? gradientSum[i] * (limit / norm) : gradientSum[i];
            }
            return result;
        }
    }

    @Nested
    @DisplayName("units")
    class Units {

        @ParameterizedTest(name = "{0}")
        @MethodSource("io.github.powergrad.AdaptiveGradientClippingTest#layouts")
        @DisplayName("are clipped as eq. (3) written out in plain Java clips them:")
        void areClippedByTheirNorm(String description, InputType input, long[] shape, Layer layer, boolean pool,
                String parameter, int[] outputs) {
            MultiLayerNetwork net = pool
                    ? network(input, layer, new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                    : network(input, layer);
            // Away from zero, where biases start, so that both sides of max(norm, eps) occur
            net.params().addi(Nd4j.randn(net.params().shape()).castTo(DataType.DOUBLE).muli(2e-3));
            backward(net, data(shape));
            PlainClipping plain = new PlainClipping(net.getParam("0_" + parameter),
                    net.gradient().getGradientFor("0_" + parameter), shape[0], outputs);
            double clip = plain.medianRatio();
            double[] expected = plain.clipped(clip);
            assertThat(expected).as("some units are clipped").isNotEqualTo(plain.gradientSum);

            AdaptiveGradientClipping.builder().clip(clip).eps(EPS).build().onGradientCalculation(net);

            INDArray gradient = net.gradient().getGradientFor("0_" + parameter).dup('c');
            assertThat(gradient.reshape(gradient.length()).toDoubleVector()).containsExactly(expected, within(1e-12));
        }

        @Test
        @DisplayName("of layer normalization's gains are clipped so too")
        @DisabledOnDl4j(value = {"1.0.0-M1.1", "1.0.0-M2"}, reason = "the backward op of layer_norm fails there")
        void ofLayerNormalization() {
            areClippedByTheirNorm("layer normalization gains", InputType.feedForward(4), new long[] {3, 4},
                    new DenseLayer.Builder().nOut(5).hasLayerNorm(true).build(), false, "g", ONE_VECTOR);
        }

        @Test
        @DisplayName("of primary capsules are the last dimension of [kH, kW, nIn, nOut]")
        @DisabledOnDl4j(value = "1.0.0-M2", reason = "the gradient of these weights is 0 there")
        void ofPrimaryCapsules() {
            areClippedByTheirNorm("primary capsules", InputType.convolutional(6, 6, 2), new long[] {3, 2, 6, 6},
                    new PrimaryCapsules.Builder(2, 3).kernelSize(3, 3).stride(1, 1).build(), true, "weight", new int[] {3});
        }

        @Test
        @DisplayName("of capsules are the outputs of [1, input capsules, outputs, input size, 1]")
        @DisabledOnDl4j(value = "1.0.0-M2", reason = "the gradient of these weights is 0 there")
        void ofCapsules() {
            areClippedByTheirNorm("capsules", InputType.recurrent(4, 5), new long[] {3, 4, 5},
                    new CapsuleLayer.Builder(3, 2).hasBias(true).build(), true, "weight", new int[] {2});
        }

        @Test
        @DisplayName("of an embedding are the columns of [words, size]")
        void ofAnEmbedding() {
            MultiLayerNetwork net = network(InputType.feedForward(7), new EmbeddingLayer.Builder().nIn(7).nOut(5).build());
            DataSet data = data(6, 1);
            data.setFeatures(Nd4j.createFromArray(0.0, 3, 6, 1, 1, 2).reshape(6, 1));
            backward(net, data);
            PlainClipping plain = new PlainClipping(net.getParam("0_W"), net.gradient().getGradientFor("0_W"), 6, 1);
            double clip = plain.medianRatio();
            new AdaptiveGradientClipping(clip).onGradientCalculation(net);
            assertThat(net.gradient().getGradientFor("0_W").dup('c').reshape(35).toDoubleVector())
                    .containsExactly(plain.clipped(clip), within(1e-12));
        }

        @Test
        @DisplayName("that are vectors keep their direction, so that biases at zero move with the others")
        void thatAreVectorsKeepTheirDirection() {
            MultiLayerNetwork net = dense();
            net.getParam("0_b").assign(Nd4j.createFromArray(0.0, 0, 3, 0, 4)); // of norm 5
            backward(net, data(3, 4));
            INDArray before = net.gradient().getGradientFor("0_b").dup();
            double clip = 1e-4;
            new AdaptiveGradientClipping(clip).onGradientCalculation(net);
            assertThat(net.gradient().getGradientFor("0_b").toDoubleVector()).containsExactly(
                    before.mul(clip * 5 * 3 / before.norm2Number().doubleValue()).toDoubleVector(), within(1e-15));
        }

        @Test
        @DisplayName("of learned attention are the queries, [1, nIn, queries]")
        void ofLearnedAttentionAreTheQueries() {
            Gradient byHand = new DefaultGradient();
            // Made by hand: LearnedSelfAttentionLayer of 1.0.0-M2.1 fails in the forward pass, in scatter_update
            MultiLayerNetwork net = new MultiLayerNetwork(settings().list()
                    .layer(new LearnedSelfAttentionLayer.Builder().nIn(4).nOut(4).nHeads(2).nQueries(5)
                            .projectInput(true).build())
                    .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                    .layer(outputLayer()).setInputType(InputType.recurrent(4, 6)).build()) {
                @Override
                public Gradient gradient() {
                    return byHand;
                }
            };
            net.init();
            net.setInput(data(3, 4, 6).getFeatures());
            net.setLabels(data(3, 4, 6).getLabels());
            byHand.setGradientFor("0_Q", Nd4j.randn(DataType.DOUBLE, 1, 4, 5));
            PlainClipping plain = new PlainClipping(net.getParam("0_Q"), byHand.getGradientFor("0_Q"), 3, 2);
            double clip = plain.medianRatio();
            new AdaptiveGradientClipping(clip).onGradientCalculation(net);
            assertThat(byHand.getGradientFor("0_Q").reshape(20).toDoubleVector())
                    .containsExactly(plain.clipped(clip), within(1e-12));
        }

        @Test
        @DisplayName("without any gradient stay at zero")
        void withoutGradientStayAtZero() {
            MultiLayerNetwork net = dense();
            backward(net, data(3, 4));
            net.gradient().getGradientFor("0_W").getColumn(2).assign(0);
            net.getParam("0_W").getColumn(2).assign(0);
            tight().onGradientCalculation(net);
            assertThat(net.gradient().getGradientFor("0_W").getColumn(2).toDoubleVector()).containsOnly(0);
        }

        @ParameterizedTest(name = "{0} to {1}")
        @CsvSource({"FLOAT, 1e-6", "HALF, 2e-3", "BFLOAT16, 2e-2"})
        @DisplayName("are measured in FLOAT where their type is too short for the square of a gradient")
        void areMeasuredInFloat(DataType type, double tolerance) {
            // DL4J cannot train tanh in BFLOAT16
            MultiLayerNetwork net = network(settings().activation(Activation.IDENTITY), InputType.feedForward(4),
                    new DenseLayer.Builder().nOut(5).build()).convertDataType(type);
            backward(net, data(2, 4));
            net.gradient().getGradientFor("0_W").assign(600); // 4 * 600^2 overflows HALF
            INDArray norms = net.getParam("0_W").castTo(DataType.DOUBLE).norm2(0);
            new AdaptiveGradientClipping(0.5).onGradientCalculation(net);
            INDArray gradient = net.gradient().getGradientFor("0_W");
            assertThat(gradient.dataType()).isEqualTo(type);
            assertThat(gradient.castTo(DataType.DOUBLE).norm2(0).div(norms).toDoubleVector())
                    .as("half the norm of the weights in the mean, the whole in the sum of two")
                    .containsExactly(new double[] {1, 1, 1, 1, 1}, within(tolerance));
        }
    }

    @Nested
    @DisplayName("before one step of SGD")
    class OneStep {

        @ParameterizedTest(name = "{0}")
        @MethodSource("io.github.powergrad.AdaptiveGradientClippingTest#pytorchCases")
        @DisplayName("gives PyTorch's parameters, for a convolution, batch normalization and dense layers:")
        void givesPyTorchsParameters(String name, JsonNode golden) {
            MultiLayerNetwork net = new MultiLayerNetwork(settings().convolutionMode(ConvolutionMode.Truncate)
                    .updater(new Sgd(golden.get("learning_rate").asDouble())).list()
                    .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).name("conv").build())
                    .layer(new BatchNormalization.Builder().name("norm").build())
                    .layer(new DenseLayer.Builder().nOut(5).name("dense").build())
                    .layer(new DenseLayer.Builder().nOut(1).name("narrow").build())
                    .layer(new DenseLayer.Builder().nOut(5).name("wide").build())
                    .layer(new OutputLayer.Builder(new LossPowerGrad(1)).nOut(3).activation(Activation.SOFTMAX)
                            .name("out").build())
                    .setInputType(InputType.convolutional(6, 6, 2)).build());
            net.init();
            golden.get("before").fields().forEachRemaining(e -> {
                INDArray parameter = net.getLayer(e.getKey().split("_")[0]).getParam(e.getKey().split("_")[1]);
                parameter.assign(Nd4j.createFromArray(doubles(e.getValue())).reshape('c', parameter.shape()));
            });
            INDArray features = Nd4j.createFromArray(doubles(golden.get("features")))
                    .reshape(Arrays.stream(doubles(golden.get("feature_shape"))).mapToLong(d -> (long) d).toArray());
            INDArray labels = Nd4j.createFromArray(Stream.iterate(0, i -> i + 1).limit(features.size(0))
                    .map(i -> doubles(golden.get("labels").get(i))).toArray(double[][]::new));

            net.addListeners(AdaptiveGradientClipping.builder().clip(golden.get("clip").asDouble())
                    .eps(golden.get("eps").asDouble()).build());
            net.fit(features, labels);

            golden.get("after").fields().forEachRemaining(e -> {
                INDArray parameter = net.getLayer(e.getKey().split("_")[0]).getParam(e.getKey().split("_")[1]);
                assertThat(parameter.dup('c').reshape(parameter.length()).toDoubleVector()).as(e.getKey())
                        .containsExactly(doubles(e.getValue()), within(1e-12));
            });
        }

        @Test
        @DisplayName("clips the sum where the network does not divide by the minibatch size")
        void clipsTheSumWithoutMinibatches() {
            MultiLayerNetwork net = network(settings().miniBatch(false), InputType.feedForward(4),
                    new DenseLayer.Builder().nOut(5).build());
            backward(net, data(8, 4));
            double[] expected = new PlainClipping(net.getParam("0_W"), net.gradient().getGradientFor("0_W"), 1, 1)
                    .clipped(0.01);
            new AdaptiveGradientClipping().onGradientCalculation(net);
            assertThat(net.gradient().getGradientFor("0_W").dup('c').reshape(20).toDoubleVector())
                    .containsExactly(expected, within(1e-12));
        }
    }

    static Stream<Arguments> pytorchCases() throws IOException {
        try (InputStream in = AdaptiveGradientClippingTest.class.getResourceAsStream("agc.json")) {
            List<Arguments> cases = new ArrayList<>();
            new ObjectMapper().readTree(in).forEach(each -> cases.add(Arguments.of(each.get("name").asText(), each)));
            return cases.stream();
        }
    }

    private static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        return values;
    }

    @Nested
    @DisplayName("layers")
    class Layers {

        @Test
        @DisplayName("with a loss are exempt, all others are clipped")
        void withALossAreExempt() {
            MultiLayerNetwork net = dense();
            backward(net, data(3, 4));
            assertThat(clippedBy(tight(), net)).containsExactlyInAnyOrder("0_W", "0_b", "1_W", "1_b");
        }

        @Test
        @DisplayName("with a loss are clipped when asked for")
        void withALossAreClippedWhenAskedFor() {
            MultiLayerNetwork net = dense();
            backward(net, data(3, 4));
            AdaptiveGradientClipping all = tight(false);
            assertThat(all.exemptsOutputLayers()).isFalse();
            assertThat(clippedBy(all, net)).containsExactlyInAnyOrder("0_W", "0_b", "1_W", "1_b", "2_W", "2_b");
        }

        @Test
        @DisplayName("are exempt by name, given or made by DL4J")
        void areExemptByName() {
            MultiLayerNetwork net = dense();
            backward(net, data(3, 4));
            AdaptiveGradientClipping some = AdaptiveGradientClipping.builder().clip(1e-6).exempt("second").build();
            assertThat(clippedBy(some, net)).containsExactlyInAnyOrder("0_W", "0_b");
            backward(net, data(3, 4));
            AdaptiveGradientClipping none = AdaptiveGradientClipping.builder().clip(1e-6).exempt("second", "layer0").build();
            assertThat(clippedBy(none, net)).isEmpty();
        }

        @Test
        @DisplayName("that make the logits of a LossLayer are exempt, all before them are clipped")
        void thatMakeTheLogitsAreExempt() {
            MultiLayerNetwork net = withLoss(InputType.feedForward(4), loss(), new DenseLayer.Builder().nOut(5).build(),
                    new DenseLayer.Builder().nOut(6).build(), new DenseLayer.Builder().nOut(3).build());
            backward(net, data(3, 4));
            assertThat(clippedBy(tight(), net)).containsExactlyInAnyOrder("0_W", "0_b", "1_W", "1_b");
        }

        @Test
        @DisplayName("that make the logits are found behind activations and dropout")
        void thatMakeTheLogitsAreFoundBehindActivations() {
            MultiLayerNetwork net = withLoss(InputType.feedForward(4),
                    new LossLayer.Builder(new LossPowerGrad(0.3)).activation(Activation.IDENTITY).build(),
                    new DenseLayer.Builder().nOut(5).build(),
                    new DenseLayer.Builder().nOut(3).activation(Activation.IDENTITY).build(), new DropoutLayer(0.9),
                    new ActivationLayer(Activation.SOFTMAX));
            backward(net, data(3, 4));
            assertThat(clippedBy(tight(), net)).containsExactlyInAnyOrder("0_W", "0_b");
        }

        @Test
        @DisplayName("that make the logits of an RnnLossLayer are exempt, preprocessors or not")
        void thatMakeTheLogitsOfASequenceAreExempt() {
            MultiLayerNetwork net = withLoss(InputType.recurrent(4, 5),
                    new RnnLossLayer.Builder(new LossPowerGrad(0.3)).activation(Activation.SOFTMAX).build(),
                    new SimpleRnn.Builder().nOut(5).build(), new DenseLayer.Builder().nOut(3).build());
            backward(net, labelled(data(3, 4, 5), 3, 3, 5));
            assertThat(clippedBy(tight(), net)).containsExactlyInAnyOrder("0_W", "0_RW", "0_b");
        }

        @Test
        @DisplayName("that make the logits of a CnnLossLayer are exempt")
        void thatMakeTheLogitsOfAnImageAreExempt() {
            MultiLayerNetwork net = withLoss(InputType.convolutional(6, 6, 2),
                    new CnnLossLayer.Builder(new LossPowerGrad(0.3)).activation(Activation.SOFTMAX).build(),
                    new ConvolutionLayer.Builder(3, 3).nOut(4).build(),
                    new ConvolutionLayer.Builder(1, 1).nOut(3).build());
            backward(net, labelled(data(2, 2, 6, 6), 2, 3, 6, 6));
            assertThat(clippedBy(tight(), net)).containsExactlyInAnyOrder("0_W", "0_b");
        }

        @Test
        @DisplayName("that make the logits of a Cnn3DLossLayer are exempt")
        void thatMakeTheLogitsOfAVolumeAreExempt() {
            MultiLayerNetwork net = withLoss(InputType.convolutional3D(4, 4, 4, 2),
                    new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW).lossFunction(new LossPowerGrad(0.3))
                            .activation(Activation.SOFTMAX).build(),
                    new Convolution3D.Builder(2, 2, 2).nOut(4).build(),
                    new Convolution3D.Builder(1, 1, 1).nOut(3).build());
            backward(net, labelled(data(2, 2, 4, 4, 4), 2, 3, 4, 4, 4));
            assertThat(clippedBy(tight(), net)).containsExactlyInAnyOrder("0_W", "0_b");
        }

        @Test
        @DisplayName("that make the logits are clipped when asked for")
        void thatMakeTheLogitsAreClippedWhenAskedFor() {
            MultiLayerNetwork net = withLoss(InputType.feedForward(4), loss(), new DenseLayer.Builder().nOut(5).build(),
                    new DenseLayer.Builder().nOut(3).build());
            backward(net, data(3, 4));
            assertThat(clippedBy(tight(false), net)).containsExactlyInAnyOrder("0_W", "0_b", "1_W", "1_b");
        }

        @Test
        @DisplayName("that make the logits of an imported Keras model are exempt")
        void thatMakeTheLogitsOfAKerasModelAreExempt() throws Exception {
            MultiLayerNetwork net = KerasModelImport.importKerasSequentialModelAndWeights(keras("sequential"), true);
            backward(net, SmallNetworks.minibatch(0));
            assertThat(clippedBy(tight(), net)).containsExactlyInAnyOrder("0_W", "0_b");
        }

        @Test
        @DisplayName("of unknown name are refused at the first use, with the names there are")
        void ofUnknownNameAreRefused() {
            MultiLayerNetwork net = dense();
            net.addListeners(AdaptiveGradientClipping.builder().exempt("second", "thrid", "fourth").build());
            assertThatThrownBy(() -> net.fit(data(3, 4))).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("No layer is named [thrid, fourth], which adaptive gradient clipping is to exempt; "
                            + "the layers of this network are [layer0, second, layer2]");
        }

        @Test
        @DisplayName("that are frozen keep their weights, and the others train")
        void thatAreFrozenAreLeftAlone() {
            MultiLayerNetwork net = new TransferLearning.Builder(dense()).setFeatureExtractor(0).build();
            INDArray frozen = net.getParam("0_W").dup();
            INDArray before = net.params().dup();
            net.addListeners(new AdaptiveGradientClipping());
            net.fit(data(3, 4));
            assertThat(net.getParam("0_W")).isEqualTo(frozen);
            assertThat(net.params()).isNotEqualTo(before);
        }

        @Test
        @DisplayName("of batch normalization keep their mean and variance estimates as without clipping")
        void ofBatchNormalizationKeepTheirEstimates() {
            MultiLayerNetwork plain = network(InputType.feedForward(4), new BatchNormalization.Builder().build());
            MultiLayerNetwork clipped = network(InputType.feedForward(4), new BatchNormalization.Builder().build());
            clipped.addListeners(tight());
            plain.fit(data(6, 4));
            clipped.fit(data(6, 4));
            assertThat(clipped.getParam("0_mean")).isEqualTo(plain.getParam("0_mean"));
            assertThat(clipped.getParam("0_var")).isEqualTo(plain.getParam("0_var"));
            assertThat(clipped.getParam("0_gamma")).isNotEqualTo(plain.getParam("0_gamma"));
        }

        @Test
        @DisplayName("that are trained by themselves, as in layerwise pretraining, are not clipped")
        void thatAreTrainedByThemselvesAreNotClipped() {
            MultiLayerNetwork net = dense();
            backward(net, data(3, 4));
            Map<String, INDArray> before = gradients(net);
            tight().onGradientCalculation(net.getLayer(0));
            assertThat(gradients(net)).isEqualTo(before);
        }
    }

    @Nested
    @DisplayName("in a ComputationGraph")
    class Graphs {

        private ComputationGraph graph() {
            ComputationGraph graph = new ComputationGraph(settings().graphBuilder().addInputs("in")
                    .addLayer("first", new DenseLayer.Builder().nOut(5).build(), "in")
                    .addLayer("second", new DenseLayer.Builder().nOut(6).build(), "first")
                    .addLayer("left", outputLayer(), "second")
                    .addLayer("right", outputLayer(), "second")
                    .setOutputs("left", "right").setInputTypes(InputType.feedForward(4)).build());
            graph.init();
            return graph;
        }

        private void backward(ComputationGraph graph, INDArray features, INDArray... labels) {
            graph.setInput(0, features);
            graph.setLabels(labels);
            graph.computeGradientAndScore();
        }

        @Test
        @DisplayName("every layer but the outputs is clipped")
        void clipsAllButTheOutputs() {
            ComputationGraph graph = graph();
            DataSet data = data(3, 4);
            backward(graph, data.getFeatures(), data.getLabels(), data.getLabels());
            assertThat(clippedBy(tight(), graph))
                    .containsExactlyInAnyOrder("first_W", "first_b", "second_W", "second_b");
        }

        @Test
        @DisplayName("the layers that make the logits of a LossLayer are exempt, one on each path to it")
        void exemptsTheLogitsOnEachPath() {
            ComputationGraph graph = new ComputationGraph(settings().graphBuilder().addInputs("in")
                    .addLayer("first", new DenseLayer.Builder().nOut(5).build(), "in")
                    .addLayer("second", new DenseLayer.Builder().nOut(6).build(), "first")
                    .addLayer("near", new DenseLayer.Builder().nOut(3).build(), "first")
                    .addLayer("far", new DenseLayer.Builder().nOut(3).build(), "second")
                    .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "near", "far")
                    .addVertex("reshaped", new ReshapeVertex(-1, 3), "sum")
                    .addLayer("activation", new ActivationLayer(Activation.IDENTITY), "reshaped")
                    .addLayer("loss", loss(), "activation")
                    .setOutputs("loss").setInputTypes(InputType.feedForward(4)).build());
            graph.init();
            DataSet data = data(3, 4);
            backward(graph, data.getFeatures(), data.getLabels());
            assertThat(clippedBy(tight(), graph))
                    .containsExactlyInAnyOrder("first_W", "first_b", "second_W", "second_b");
        }

        @Test
        @DisplayName("the layers that make the logits of several outputs are exempt")
        void exemptsTheLogitsOfEachOutput() {
            ComputationGraph graph = new ComputationGraph(settings().graphBuilder().addInputs("in")
                    .addLayer("first", new DenseLayer.Builder().nOut(5).build(), "in")
                    .addLayer("left logits", new DenseLayer.Builder().nOut(3).build(), "first")
                    .addLayer("left", loss(), "left logits")
                    .addLayer("right logits", new DenseLayer.Builder().nOut(3).build(), "first")
                    .addLayer("right", loss(), "right logits")
                    .addLayer("middle", outputLayer(), "first")
                    .setOutputs("left", "middle", "right").setInputTypes(InputType.feedForward(4)).build());
            graph.init();
            DataSet data = data(3, 4);
            backward(graph, data.getFeatures(), data.getLabels(), data.getLabels(), data.getLabels());
            assertThat(clippedBy(tight(), graph)).containsExactlyInAnyOrder("first_W", "first_b");
        }

        @Test
        @DisplayName("the layers that make the logits are clipped when asked for")
        void clipsTheLogitsWhenAskedFor() {
            ComputationGraph graph = new ComputationGraph(settings().graphBuilder().addInputs("in")
                    .addLayer("logits", new DenseLayer.Builder().nOut(3).build(), "in")
                    .addLayer("loss", loss(), "logits")
                    .setOutputs("loss").setInputTypes(InputType.feedForward(4)).build());
            graph.init();
            DataSet data = data(3, 4);
            backward(graph, data.getFeatures(), data.getLabels());
            assertThat(clippedBy(tight(false), graph)).containsExactlyInAnyOrder("logits_W", "logits_b");
        }

        @Test
        @DisplayName("a loss right behind the input, with nothing to learn on its path, leaves the rest to be clipped")
        void searchesNoFurtherThanTheInput() {
            ComputationGraph graph = new ComputationGraph(settings().graphBuilder().addInputs("in", "offset")
                    .addLayer("first", new DenseLayer.Builder().nOut(5).build(), "in")
                    .addLayer("logits", new DenseLayer.Builder().nOut(3).build(), "first")
                    .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "logits", "offset")
                    .addLayer("loss", loss(), "sum").setOutputs("loss")
                    .setInputTypes(InputType.feedForward(4), InputType.feedForward(3)).build());
            graph.init();
            DataSet data = data(3, 4);
            graph.setInput(1, data.getLabels());
            backward(graph, data.getFeatures(), data.getLabels());
            assertThat(clippedBy(tight(), graph)).containsExactlyInAnyOrder("first_W", "first_b");
        }

        @Test
        @DisplayName("the layer that makes the logits of an imported Keras model is exempt")
        void exemptsTheLogitsOfAKerasModel() throws Exception {
            ComputationGraph graph = KerasModelImport.importKerasModelAndWeights(keras("functional"), true);
            DataSet data = SmallNetworks.minibatch(0);
            backward(graph, data.getFeatures(), data.getLabels());
            assertThat(clippedBy(tight(), graph)).containsExactlyInAnyOrder("hidden_W", "hidden_b");
        }

        @Test
        @DisplayName("layers are exempt by name")
        void exemptsByName() {
            ComputationGraph graph = graph();
            DataSet data = data(3, 4);
            backward(graph, data.getFeatures(), data.getLabels(), data.getLabels());
            AdaptiveGradientClipping clipping = AdaptiveGradientClipping.builder().clip(1e-6).exempt("first", "right")
                    .exemptOutputLayers(false).build();
            assertThat(clippedBy(clipping, graph)).containsExactlyInAnyOrder("second_W", "second_b", "left_W", "left_b");
        }

        @Test
        @DisplayName("an unknown name is refused, with the names there are")
        void refusesUnknownNames() {
            ComputationGraph graph = graph();
            assertThatThrownBy(() -> AdaptiveGradientClipping.builder().exempt("thrid").build()
                    .onGradientCalculation(graph)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("No layer is named [thrid]").hasMessageContaining("first, second, left, right");
        }

        @Test
        @DisplayName("a training step ends at the weights of the same MultiLayerNetwork, both clipped by the mean gradient")
        void trainsAsAMultiLayerNetworkDoes() {
            MultiLayerNetwork net = dense();
            ComputationGraph graph = net.toComputationGraph();
            graph.setParams(net.params().dup());
            INDArray unclipped = net.params().dup();
            net.addListeners(new AdaptiveGradientClipping());
            graph.addListeners(new AdaptiveGradientClipping());
            net.fit(data(8, 4));
            graph.fit(data(8, 4));
            assertThat(graph.params().distance2(net.params())).isLessThan(1e-12);
            assertThat(net.params()).isNotEqualTo(unclipped);
        }

        @Test
        @DisplayName("the projections of a vertex that is no layer are clipped, row by row")
        void clipsVerticesWithParameters() {
            ComputationGraph graph = new ComputationGraph(settings().graphBuilder().addInputs("in")
                    .addVertex("attention", new AttentionVertex.Builder().nHeads(2).headSize(3).nInQueries(4).nInKeys(4)
                            .nInValues(4).nOut(6).projectInput(true).build(), "in", "in", "in")
                    .addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "attention")
                    .addLayer("out", outputLayer(), "pool")
                    .setOutputs("out").setInputTypes(InputType.recurrent(4, 5)).build());
            graph.init();
            DataSet data = data(3, 4, 5);
            backward(graph, data.getFeatures(), data.getLabels());
            String name = "attention_Wq";
            PlainClipping plain = new PlainClipping(graph.getVertex("attention").paramTable(false).get("Wq"),
                    graph.gradient().getGradientFor(name), 3, 0, 1);
            double clip = plain.medianRatio();
            new AdaptiveGradientClipping(clip).onGradientCalculation(graph);
            INDArray gradient = graph.gradient().getGradientFor(name).dup('c');
            assertThat(gradient.reshape(gradient.length()).toDoubleVector())
                    .containsExactly(plain.clipped(clip), within(1e-12));
        }
    }

    @Nested
    @DisplayName("training")
    class Training {

        @Test
        @DisplayName("a convolution net without normalization learns with LossPowerGrad where it diverges unclipped")
        void learns() {
            INDArray labels = Nd4j.zeros(60, 3);
            INDArray images = Nd4j.rand(DataType.FLOAT, 60, 1, 8, 8).muli(0.5);
            for (int i = 0; i < 60; i++) {
                labels.putScalar(i, i % 3, 1);
                // A bar across, upright or along the diagonal
                for (int k = 0; k < 8; k++) {
                    images.putScalar(new int[] {i, 0, i % 3 == 0 ? 4 : k, i % 3 == 1 ? 4 : k}, 1.5);
                }
            }
            DataSet data = new DataSet(images, labels);
            assertThat(accuracy(data)).as("unclipped").isLessThan(0.5);
            assertThat(accuracy(data, new AdaptiveGradientClipping())).isGreaterThan(0.95);
        }

        private double accuracy(DataSet data, AdaptiveGradientClipping... clipping) {
            MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(4)
                    .updater(new Nesterovs(4, 0.9)).activation(Activation.RELU).weightInit(WeightInit.RELU).list()
                    .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).stride(2, 2).build())
                    .layer(new ConvolutionLayer.Builder(3, 3).nOut(8).build())
                    .layer(outputLayer())
                    .setInputType(InputType.convolutional(8, 8, 1)).build());
            net.init();
            net.setListeners(clipping);
            for (int epoch = 0; epoch < 30; epoch++) {
                net.fit(data);
            }
            Evaluation evaluation = new Evaluation();
            evaluation.eval(data.getLabels(), net.output(data.getFeatures()));
            return evaluation.accuracy();
        }
    }

    @Nested
    @DisplayName("settings")
    class Settings {

        @Test
        @DisplayName("are the published ones by default")
        void haveThePublishedDefaults() {
            AdaptiveGradientClipping clipping = new AdaptiveGradientClipping();
            assertThat(clipping.getClip()).isEqualTo(0.01);
            assertThat(clipping.getEps()).isEqualTo(1e-3);
            assertThat(clipping.exemptsOutputLayers()).isTrue();
            assertThat(clipping.getExempt()).isEmpty();
        }

        @Test
        @DisplayName("are kept by the builder and by Java serialization, and shown by toString")
        void areKept() throws Exception {
            AdaptiveGradientClipping clipping = AdaptiveGradientClipping.builder().clip(0.02).eps(1e-4)
                    .exempt("stem").exempt("logits").exemptOutputLayers(false).build();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(clipping);
            }
            Object read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
            assertThat(read).hasToString(clipping.toString()).hasToString(
                    "AdaptiveGradientClipping(clip=0.02, eps=1.0E-4, exemptOutputLayers=false, exempt=[stem, logits])");
        }

        @Test
        @DisplayName("do not change with the builder after build")
        void doNotChangeWithTheBuilder() {
            AdaptiveGradientClipping.Builder builder = AdaptiveGradientClipping.builder().exempt("stem");
            AdaptiveGradientClipping clipping = builder.build();
            builder.exempt("logits");
            assertThat(clipping.getExempt()).containsExactly("stem");
            assertThatThrownBy(() -> clipping.getExempt().add("more")).isInstanceOf(UnsupportedOperationException.class);
        }

        @ParameterizedTest
        @ValueSource(doubles = {0, -0.01, Double.NaN, Double.POSITIVE_INFINITY})
        @DisplayName("refuse a clip or an eps that is not positive and finite")
        void refuseWhatIsNotPositive(double value) {
            assertThatThrownBy(() -> new AdaptiveGradientClipping(value)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("clip must be positive and finite, got " + value + "; 0.01 is usual");
            AdaptiveGradientClipping.Builder builder = AdaptiveGradientClipping.builder().eps(value);
            assertThatThrownBy(builder::build).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("eps must be positive and finite, got " + value + "; 0.001 is usual");
        }
    }
}
