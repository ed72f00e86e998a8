package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The table of the README: what is faster, what is left as it is, and that all of it trains to the same weights. */
@DisplayName("A network trains to the same weights with FastCpu as without")
class SameTrainingTest {

    private static final String FASTER = "";

    /** A network, the layer that the case is about, and what becomes of it. */
    static final class Case {

        private final String name;
        private final Model network;
        private final String layer;
        private final String reason;
        private final int[] minibatches;
        private final long[] image;

        Case(String name, Model network, String layer, String reason, int[] minibatches, long... image) {
            this.name = name;
            this.network = network;
            this.layer = layer;
            this.reason = reason;
            this.minibatches = minibatches;
            this.image = image;
        }

        Case minibatches(int... sizes) {
            return new Case(name, network, layer, reason, sizes, image);
        }

        @Override
        public String toString() {
            return name + (reason.equals(FASTER) ? ": faster" : ": left, " + reason);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void trainsToTheSameWeights(Case example) {
        Model plain = example.network;
        Model fast = copy(plain);
        FastCpuReport report = FastCpu.apply(fast);

        FastCpuReport.Line line = report.lines().stream().filter(l -> l.name().equals(example.layer)).findFirst().orElseThrow();
        if (example.reason.equals(FASTER)) {
            assertThat(line.isFaster()).as(line.toString()).isTrue();
        } else {
            assertThat(line.reason()).contains(example.reason);
        }
        int step = 0;
        for (int minibatch : example.minibatches) {
            DataSet images = images(minibatch, example.image, step++, type(plain));
            Nd4j.getRandom().setSeed(step);
            fit(plain, images);
            Nd4j.getRandom().setSeed(step);
            fit(fast, images);
            assertThat(fast.score()).as("score in step %d", step)
                    .isCloseTo(plain.score(), org.assertj.core.data.Offset.offset(2e-4 * (1 + Math.abs(plain.score()))));
        }
        assertThat(difference(fast.params(), plain.params())).as("relative difference of the parameters").isLessThan(2e-4);

        DataSet images = images(3, example.image, 99, type(plain));
        assertThat(difference(output(fast, images), output(plain, images))).as("output").isLessThan(2e-3);
    }

    @Test
    @DisplayName("where masks say which steps of a series count, in a fully connected layer")
    void masks() {
        NeuralNetConfiguration.ListBuilder list = builder().list().layer(new LSTM.Builder().nOut(4).build())
                .layer(dense().activation(Activation.TANH).build()).layer(dense().build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build());
        MultiLayerNetwork plain = new MultiLayerNetwork(list.setInputType(InputType.recurrent(2)).build());
        plain.init();
        MultiLayerNetwork fast = plain.clone();
        assertThat(FastCpu.apply(fast).lines()).filteredOn(FastCpuReport.Line::isFaster).hasSize(2);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 5, 3, 9);
        labels.get(NDArrayIndex.all(), NDArrayIndex.point(1), NDArrayIndex.all()).assign(1);
        INDArray mask = Nd4j.ones(DataType.FLOAT, 5, 9);
        mask.get(NDArrayIndex.interval(0, 3), NDArrayIndex.interval(4, 9)).assign(0);
        DataSet series = new DataSet(images(5, new long[] {2, 9}, 1, DataType.FLOAT).getFeatures(), labels, mask, mask);
        for (int step = 0; step < 3; step++) {
            fit(plain, series);
            fit(fast, series);
        }
        assertThat(difference(fast.params(), plain.params())).isLessThan(1e-5);
    }

    static double difference(INDArray a, INDArray b) {
        INDArray x = a.castTo(DataType.DOUBLE);
        INDArray y = b.castTo(DataType.DOUBLE);
        return x.distance2(y) / (1e-12 + y.norm2Number().doubleValue());
    }

    static Model copy(Model network) {
        return network instanceof ComputationGraph ? ((ComputationGraph) network).clone() : ((MultiLayerNetwork) network).clone();
    }

    static void fit(Model network, DataSet images) {
        if (network instanceof ComputationGraph) {
            ((ComputationGraph) network).fit(images);
        } else {
            ((MultiLayerNetwork) network).fit(images);
        }
    }

    static INDArray output(Model network, DataSet images) {
        return network instanceof ComputationGraph ? ((ComputationGraph) network).output(images.getFeatures())[0]
                : ((MultiLayerNetwork) network).output(images.getFeatures());
    }

    private static DataType type(Model network) {
        return network.params().dataType();
    }

    private static DataSet images(int count, long[] shape, long seed, DataType type) {
        long[] all = new long[shape.length + 1];
        all[0] = count;
        System.arraycopy(shape, 0, all, 1, shape.length);
        java.util.Random random = new java.util.Random(seed);
        long numbers = 1;
        for (long size : all) {
            numbers *= size;
        }
        double[] values = new double[(int) numbers];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        INDArray labels = Nd4j.zeros(DataType.FLOAT, count, 3);
        for (int i = 0; i < count; i++) {
            labels.putScalar(i, random.nextInt(3), 1);
        }
        return new DataSet(Nd4j.create(values, all, 'c').castTo(type), labels.castTo(type));
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.add(list("3x3 convolution with bias", FASTER, conv(3).build()));
        cases.add(list("convolution without bias", FASTER, conv(3).hasBias(false).build()));
        cases.add(list("1x1 convolution", FASTER, conv(1).build()));
        cases.add(list("1x1 convolution with stride 2", FASTER, conv(1).stride(2, 2).build()));
        cases.add(list("5x3 convolution with strides 2 and 1 and padding", FASTER,
                new ConvolutionLayer.Builder(5, 3).nOut(6).stride(2, 1).padding(2, 1).activation(Activation.IDENTITY).build()));
        cases.add(list("convolution with ReLU in it", FASTER, conv(3).activation(Activation.RELU).build()));
        cases.add(list("convolution, mode Same, uneven padding", FASTER,
                conv(3).stride(2, 2).convolutionMode(ConvolutionMode.Same).build()));
        cases.add(list("convolution, mode Same, kernel 2", FASTER, conv(2).convolutionMode(ConvolutionMode.Same).build()));
        cases.add(list("convolution that leaves rows over (Truncate)", FASTER, conv(4).stride(3, 3).build()));
        cases.add(list("convolution with 16 channels", FASTER, conv(3).nOut(16).build(), conv(3).nOut(32).build()));
        cases.add(list("convolution with tanh in it", "its activation function is tanh",
                conv(3).activation(Activation.TANH).build()));
        cases.add(list("convolution with ReLU up to 6 in it", "its activation function is relu6",
                conv(3).activation(Activation.RELU6).build()));
        cases.add(list("dilated convolution", "it is dilated", conv(3).dilation(2, 2).build()));
        cases.add(list("deconvolution", "there is no faster Deconvolution2DLayer",
                new Deconvolution2D.Builder(2, 2).nOut(4).activation(Activation.IDENTITY).build()));
        cases.add(list("separable convolution", "there is no faster SeparableConvolution2DLayer",
                new SeparableConvolution2D.Builder(3, 3).nOut(4).activation(Activation.IDENTITY).build()));
        cases.add(list("depthwise convolution", "there is no faster DepthwiseConvolution2DLayer",
                new DepthwiseConvolution2D.Builder(3, 3).nOut(8).depthMultiplier(2).activation(Activation.IDENTITY).build()));
        cases.add(list("convolution behind dropout", FASTER, conv(3).build(),
                conv(3).dropOut(new Dropout(0.7)).build()).minibatches(6, 6, 6));
        cases.add(list("dropout layer between convolutions", FASTER, conv(3).build(), new DropoutLayer(0.7), conv(3).build()));
        cases.add(list("convolution with weight noise", FASTER, conv(3).weightNoise(new DropConnect(0.8)).build()));
        cases.add(list("batch normalization of images", "1", FASTER, conv(3).build(), new BatchNormalization(),
                conv(3).build()));
        cases.add(list("batch normalization, variance kept as it is", "1", FASTER, conv(3).build(),
                new BatchNormalization.Builder().useLogStd(false).decay(0.7).eps(1e-3).build(), conv(3).build()));
        cases.add(list("batch normalization and ReLU", "2", FASTER, conv(3).build(), new BatchNormalization(),
                new ActivationLayer(Activation.RELU), conv(3).build()));
        cases.add(list("batch normalization and ReLU at the input", "1", FASTER, new BatchNormalization(),
                new ActivationLayer(Activation.RELU), conv(3).build()));
        cases.add(list("batch normalization of vectors", "2", FASTER, conv(3).build(),
                new DenseLayer.Builder().nOut(7).activation(Activation.IDENTITY).build(), new BatchNormalization(),
                new ActivationLayer(Activation.RELU)));
        cases.add(list("batch normalization with locked gamma and beta", "1", "its gamma and beta are locked", conv(3).build(),
                new BatchNormalization.Builder().lockGammaBeta(true).build()));
        cases.add(list("ReLU layer", "1", FASTER, conv(3).build(), new ActivationLayer(Activation.RELU), conv(3).build()));
        cases.add(list("tanh layer", "1", "its activation function is tanh", conv(3).build(),
                new ActivationLayer(Activation.TANH), conv(3).build()));
        cases.add(list("max pooling", "1", FASTER, conv(3).build(), new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(2, 2).stride(2, 2).build(), conv(3).build()));
        cases.add(list("max pooling with overlap and padding behind a ReLU (equal numbers)", "2", FASTER, conv(3).build(),
                new ActivationLayer(Activation.RELU), new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(3, 3)
                .stride(2, 2).padding(1, 1).build(), conv(3).build()));
        cases.add(list("max pooling, mode Same", "1", FASTER, conv(3).build(), new SubsamplingLayer.Builder(PoolingType.MAX)
                .kernelSize(3, 3).stride(2, 2).convolutionMode(ConvolutionMode.Same).build(), conv(3).build()));
        cases.add(list("max pooling with a window larger than the image", "1", FASTER, conv(3).build(),
                new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(10, 9).stride(2, 2).build()));
        cases.add(list("average pooling", "1", FASTER, conv(3).build(), new SubsamplingLayer.Builder(PoolingType.AVG)
                .kernelSize(3, 3).stride(2, 2).build(), conv(3).build()));
        cases.add(list("average pooling with padding", "1", "it averages with padding", conv(3).build(),
                new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(3, 3).stride(2, 2).padding(1, 1).build()));
        cases.add(list("p-norm pooling", "1", "its pooling type is PNORM", conv(3).build(),
                new SubsamplingLayer.Builder(PoolingType.PNORM).pnorm(2).kernelSize(2, 2).stride(2, 2).build()));
        cases.add(list("global average pooling", "1", FASTER, conv(3).build(), new GlobalPoolingLayer(PoolingType.AVG)));
        cases.add(list("global average pooling that keeps its dimensions", "1", FASTER, conv(3).build(),
                new GlobalPoolingLayer.Builder(PoolingType.AVG).collapseDimensions(false).build(), conv(1).build()));
        cases.add(list("global max pooling", "1", "its pooling type is MAX", conv(3).build(),
                new GlobalPoolingLayer(PoolingType.MAX)));
        cases.add(list("a layer that FastCpu does not know, between two that it knows", "1",
                "there is no faster LocalResponseNormalization", conv(3).build(), new LocalResponseNormalization(),
                conv(3).build()));
        cases.add(list("fully connected layer", "1", FASTER, conv(3).build(), dense().build()));
        cases.add(list("fully connected layer without bias, with ReLU in it", "1", FASTER, conv(3).build(),
                dense().hasBias(false).activation(Activation.RELU).build(), dense().activation(Activation.TANH).build()));
        cases.add(list("fully connected layers, the first at the input", "0", FASTER, b -> b, InputType.feedForward(9),
                dense().activation(Activation.SIGMOID).build(), dense().nOut(1).build()).minibatches(6, 1, 6, 3));
        cases.add(list("fully connected layer behind dropout", "1", FASTER, conv(3).build(),
                dense().dropOut(new Dropout(0.7)).activation(Activation.RELU).build()).minibatches(6, 6, 6));
        cases.add(list("fully connected layer with weight noise", "1", FASTER, conv(3).build(),
                dense().weightNoise(new DropConnect(0.8)).activation(Activation.RELU).build()));
        if (!"1.0.0-M2".equals(Availability.deeplearning4j())) { // a layer with it throws there, with FastCpu and without
            cases.add(list("fully connected layer with layer normalization", "1", "it has layer normalization", conv(3).build(),
                    dense().hasLayerNorm(true).build()));
        }
        cases.add(list("frozen fully connected layer", "1", FASTER, conv(3).build(), new FrozenLayer(dense().build())));
        cases.add(list("minibatch of one", "1", FASTER, conv(3).build(), new BatchNormalization(), conv(3).build())
                .minibatches(1, 1, 1));
        cases.add(list("changing minibatches, the last one smaller", "1", FASTER, conv(3).build(), new BatchNormalization(),
                new ActivationLayer(Activation.RELU), conv(3).build()).minibatches(6, 3, 6, 8, 2));
        cases.add(list("frozen convolution", "0", FASTER, new FrozenLayer(conv(3).build()), conv(3).build()));
        cases.add(list("frozen batch normalization", "1", FASTER, new FrozenLayer(conv(3).build()),
                new FrozenLayer(new BatchNormalization()), conv(3).build()));
        cases.add(list("frozen convolution that hands gradients on", "1", "it is frozen and hands gradients on",
                conv(3).build(), new FrozenLayerWithBackprop(conv(3).build()), conv(3).build()));
        cases.add(list("without workspaces", "1", FASTER, b -> b.trainingWorkspaceMode(WorkspaceMode.NONE)
                .inferenceWorkspaceMode(WorkspaceMode.NONE), IMAGE, conv(3).build(), new BatchNormalization(),
                new ActivationLayer(Activation.RELU), conv(3).build()));
        cases.add(list("with a cache", "0", "its cache mode is DEVICE", b -> b.cacheMode(CacheMode.DEVICE), IMAGE,
                conv(3).build(), conv(3).build()));
        cases.add(list("DOUBLE", "0", "its data type is DOUBLE", b -> b.dataType(DataType.DOUBLE), IMAGE, conv(3).build(),
                new BatchNormalization(), conv(3).build()));
        cases.add(list("HALF", "0", "its data type is HALF", b -> b.dataType(DataType.HALF), IMAGE, conv(3).build()));
        cases.add(list("NHWC", "0", "its format is NHWC", b -> b, InputType.convolutional(11, 10, 2, CNN2DFormat.NHWC),
                conv(3).dataFormat(CNN2DFormat.NHWC).build(),
                new BatchNormalization.Builder().dataFormat(CNN2DFormat.NHWC).build()));
        cases.add(list("time series: Convolution1D", "0", "there is no faster Convolution1DLayer", b -> b,
                InputType.recurrent(2, 9), new Convolution1DLayer.Builder(3).nOut(4).build(),
                new GlobalPoolingLayer(PoolingType.AVG)));
        cases.add(list("time series: global average pooling", "1", FASTER, b -> b, InputType.recurrent(2, 9),
                new Convolution1DLayer.Builder(3).nOut(4).build(), new GlobalPoolingLayer(PoolingType.AVG)));
        cases.add(list("volumes: Convolution3D", "0", "there is no faster Convolution3DLayer", b -> b,
                InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 5, 6, 7, 2),
                new Convolution3D.Builder(2, 2, 2).nOut(3).dataFormat(Convolution3D.DataFormat.NCDHW).build(),
                new GlobalPoolingLayer(PoolingType.AVG)));
        cases.add(residual("sum of two branches", "sum", FASTER, ElementWiseVertex.Op.Add));
        cases.add(residual("ReLU behind a sum", "relu", FASTER, ElementWiseVertex.Op.Add));
        cases.add(residual("product of two branches", "sum", "its operation is Product, not Add", ElementWiseVertex.Op.Product));
        cases.add(branches("an output with four readers, two of them unknown", "conv", FASTER));
        return cases.stream();
    }

    private static final InputType IMAGE = InputType.convolutional(11, 10, 2);

    private static ConvolutionLayer.Builder conv(int kernel) {
        return new ConvolutionLayer.Builder(kernel, kernel).nOut(5).activation(Activation.IDENTITY);
    }

    private static DenseLayer.Builder dense() {
        return new DenseLayer.Builder().nOut(7).activation(Activation.IDENTITY);
    }

    private static Case list(String name, String reason, Layer... layers) {
        return list(name, "0", reason, layers);
    }

    private static Case list(String name, String layer, String reason, Layer... layers) {
        return list(name, layer, reason, b -> b, IMAGE, layers);
    }

    private static Case list(String name, String layer, String reason, UnaryOperator<NeuralNetConfiguration.Builder> settings,
            InputType input, Layer... layers) {
        NeuralNetConfiguration.ListBuilder list = settings.apply(builder()).list();
        for (int i = 0; i < layers.length; i++) {
            if (layers[i].getLayerName() == null) {
                layers[i].setLayerName(String.valueOf(i));
            }
            list.layer(layers[i]);
        }
        list.layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build());
        MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
        network.init();
        long[] shape = input.getShape();
        return new Case(name, network, layer, reason, new int[] {6, 6, 6, 6}, shape);
    }

    private static NeuralNetConfiguration.Builder builder() {
        return new NeuralNetConfiguration.Builder().seed(3).updater(new Nesterovs(0.05, 0.9)).l2(1e-3)
                .weightInit(WeightInit.XAVIER);
    }

    private static Case residual(String name, String layer, String reason, ElementWiseVertex.Op operation) {
        ComputationGraph network = new ComputationGraph(builder().graphBuilder().addInputs("in").setInputTypes(IMAGE)
                .addLayer("first", conv(3).build(), "in")
                .addLayer("norm", new BatchNormalization(), "first")
                .addLayer("active", new ActivationLayer(Activation.RELU), "norm")
                .addLayer("a", conv(3).convolutionMode(ConvolutionMode.Same).build(), "active")
                .addLayer("b", new BatchNormalization(), "a")
                .addVertex("sum", new ElementWiseVertex(operation), "b", "active")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "sum")
                .addLayer("c", conv(1).build(), "relu")
                .addVertex("sum2", new ElementWiseVertex(ElementWiseVertex.Op.Add), "c", "relu")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "sum2")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build(),
                        "pool").setOutputs("out").build());
        network.init();
        return new Case(name, network, layer, reason, new int[] {6, 6, 4, 6}, 2, 11, 10);
    }

    private static Case branches(String name, String layer, String reason) {
        ComputationGraph network = new ComputationGraph(builder().graphBuilder().addInputs("in").setInputTypes(IMAGE)
                .addLayer("conv", conv(3).build(), "in")
                .addLayer("tanh", new ActivationLayer(Activation.TANH), "conv")
                .addLayer("lrn", new LocalResponseNormalization(), "conv")
                .addLayer("b", conv(1).build(), "conv")
                .addLayer("pooled", new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(3, 3).stride(1, 1).padding(1, 1)
                        .build(), "conv")
                .addVertex("merge", new MergeVertex(), "tanh", "lrn", "b", "pooled")
                .addLayer("c", conv(3).build(), "merge")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "c")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build(),
                        "pool").setOutputs("out").build());
        network.init();
        return new Case(name, network, layer, reason, new int[] {6, 6, 4, 6}, 2, 11, 10);
    }
}
