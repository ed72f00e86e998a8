package io.github.powergrad;

import static io.github.powergrad.SmallNetworks.CLASSES;
import static io.github.powergrad.SmallNetworks.INPUTS;
import static io.github.powergrad.SmallNetworks.lossOf;
import static io.github.powergrad.SmallNetworks.minibatch;
import static io.github.powergrad.SmallNetworks.minibatches;
import static io.github.powergrad.SmallNetworks.params;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.Twins.Constants;
import io.github.powergrad.Twins.Decay;
import io.github.powergrad.Twins.Optimizer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
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
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.preprocessor.BaseInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

@DisplayName("PowerGrad.foldAlpha")
class FoldAlphaTest {

    private static final double ALPHA = 0.25;
    private static final INDArray WEIGHTS = Nd4j.createFromArray(1.0, 2.0, 0.5);

    // What the network then predicts

    /** A network of layers, the dimension of its output along which the classes are, and the shape of its input. */
    private static final class Case {

        private final String name;
        private final InputType type;
        private final int classDimension;
        private final long[] shape;
        private final Layer[] layers;

        Case(String name, InputType type, int classDimension, long[] shape, Layer... layers) {
            this.name = name;
            this.type = type;
            this.classDimension = classDimension;
            this.shape = shape;
            this.layers = layers;
        }

        MultiLayerNetwork network(DataType dataType) {
            MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(7)
                    .dataType(dataType).updater(new Nesterovs(0.1, 0.9)).list(layers).validateOutputLayerConfig(false)
                    .setInputType(type).build().clone());
            network.init();
            network.params().muli(3); // for logits that are not all alike
            return network;
        }

        INDArray input(DataType dataType) {
            Nd4j.getRandom().setSeed(3);
            return Nd4j.randn(DataType.DOUBLE, shape).castTo(dataType);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static LossPowerGrad loss() {
        return new LossPowerGrad(ALPHA);
    }

    private static DenseLayer dense(Activation activation) {
        return new DenseLayer.Builder().nOut(CLASSES).activation(activation).build();
    }

    private static LossLayer lossLayer(Activation activation) {
        return new LossLayer.Builder(loss()).activation(activation).build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(loss()).nOut(CLASSES).activation(Activation.SOFTMAX).build();
    }

    private static Case flat(String name, Layer... layers) {
        return new Case(name, InputType.feedForward(INPUTS), 1, new long[] {8, INPUTS}, layers);
    }

    private static Case sequence(String name, Layer... layers) {
        return new Case(name, InputType.recurrent(INPUTS, 5), 1, new long[] {3, INPUTS, 5}, layers);
    }

    private static Case image(String name, Layer... layers) {
        return new Case(name, InputType.convolutional(4, 5, 2), 1, new long[] {3, 2, 4, 5}, layers);
    }

    private static CnnLossLayer imageLoss(Activation activation) {
        return new CnnLossLayer.Builder(loss()).activation(activation).build();
    }

    static Stream<Case> networks() {
        return Stream.of(
                flat("OutputLayer", new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build(), output()),
                flat("OutputLayer alone", output()),
                flat("OutputLayer without bias",
                        new OutputLayer.Builder(loss()).nOut(CLASSES).activation(Activation.SOFTMAX).hasBias(false)
                                .build()),
                flat("CenterLossOutputLayer",
                        new CenterLossOutputLayer.Builder(loss()).nOut(CLASSES).activation(Activation.SOFTMAX).build()),
                flat("OutputLayer in a FrozenLayerWithBackprop", new FrozenLayerWithBackprop(output())),
                flat("LossLayer behind a dense layer", dense(Activation.IDENTITY), lossLayer(Activation.SOFTMAX)),
                flat("LossLayer behind dropout", dense(Activation.IDENTITY), new DropoutLayer(0.5),
                        lossLayer(Activation.SOFTMAX)),
                flat("LossLayer behind ReLU", dense(Activation.RELU), lossLayer(Activation.SOFTMAX)),
                flat("LossLayer with identity behind a dense layer with softmax", dense(Activation.SOFTMAX),
                        lossLayer(Activation.IDENTITY)),
                flat("LossLayer with identity behind a softmax of its own", dense(Activation.IDENTITY),
                        new ActivationLayer(Activation.SOFTMAX), new ActivationLayer(Activation.IDENTITY),
                        lossLayer(Activation.IDENTITY)),
                flat("RnnLossLayer behind a repeated softmax", dense(Activation.SOFTMAX),
                        new RepeatVector.Builder<>(2).build(),
                        new RnnLossLayer.Builder(loss()).activation(Activation.IDENTITY).build()),
                sequence("RnnOutputLayer", new LSTM.Builder().nOut(4).build(),
                        new RnnOutputLayer.Builder(loss()).nOut(CLASSES).activation(Activation.SOFTMAX).build()),
                sequence("RnnLossLayer behind a dense layer", dense(Activation.IDENTITY),
                        new RnnLossLayer.Builder(loss()).activation(Activation.SOFTMAX).build()),
                sequence("RnnLossLayer behind a TimeDistributed dense layer",
                        new TimeDistributed(dense(Activation.IDENTITY)),
                        new RnnLossLayer.Builder(loss()).activation(Activation.SOFTMAX).build()),
                sequence("RnnLossLayer behind a convolution", new Convolution1DLayer.Builder(1).nOut(CLASSES)
                        .activation(Activation.IDENTITY).build(),
                        new RnnLossLayer.Builder(loss()).activation(Activation.SOFTMAX).build()),
                image("CnnLossLayer behind a convolution", new ConvolutionLayer.Builder(1, 1).nOut(CLASSES)
                        .activation(Activation.IDENTITY).build(), imageLoss(Activation.SOFTMAX)),
                new Case("CnnLossLayer with identity behind a convolution with softmax, channels last",
                        InputType.convolutional(4, 5, 2, CNN2DFormat.NHWC), 3, new long[] {3, 4, 5, 2},
                        new ConvolutionLayer.Builder(3, 3).dataFormat(CNN2DFormat.NHWC).nOut(CLASSES)
                                .activation(Activation.SOFTMAX).build(),
                        new CnnLossLayer.Builder(loss()).format(CNN2DFormat.NHWC).activation(Activation.IDENTITY)
                                .build()),
                image("CnnLossLayer behind a transposed convolution", new Deconvolution2D.Builder(2, 2).nOut(CLASSES)
                        .activation(Activation.IDENTITY).build(), imageLoss(Activation.SOFTMAX)),
                image("CnnLossLayer behind a separable convolution", new SeparableConvolution2D.Builder(2, 2)
                        .nOut(CLASSES).activation(Activation.IDENTITY).build(), imageLoss(Activation.SOFTMAX)),
                image("CnnLossLayer behind a depthwise convolution", new DepthwiseConvolution2D.Builder(2, 2)
                        .depthMultiplier(2).activation(Activation.IDENTITY).build(), imageLoss(Activation.SOFTMAX)),
                image("LossLayer behind ReLU and global pooling",
                        new ConvolutionLayer.Builder(1, 1).nOut(CLASSES).activation(Activation.IDENTITY).build(),
                        new ActivationLayer(Activation.RELU), new GlobalPoolingLayer(PoolingType.AVG),
                        lossLayer(Activation.SOFTMAX)),
                new Case("Cnn3DLossLayer behind a convolution",
                        InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 2, 3, 4, 2), 1,
                        new long[] {2, 2, 2, 3, 4}, new Convolution3D.Builder(1, 1, 1).nOut(CLASSES)
                        .activation(Activation.IDENTITY).build(),
                        new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW).lossFunction(loss())
                                .activation(Activation.SOFTMAX).build()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    @DisplayName("makes a network predict softmax(alpha z), with the same class in front")
    void predictsTheCalibratedProbabilities(Case network) {
        predictsTheCalibratedProbabilities(network, DataType.DOUBLE, 1e-12);
        predictsTheCalibratedProbabilities(network, DataType.FLOAT, 1e-6);
    }

    private static void predictsTheCalibratedProbabilities(Case of, DataType dataType, double tolerance) {
        MultiLayerNetwork network = of.network(dataType);
        INDArray input = of.input(dataType);
        INDArray before = network.output(input);

        assertThat(PowerGrad.foldAlpha(network)).isEqualTo(1);

        INDArray after = network.output(input);
        assertThat(values(after)).containsExactly(calibrated(before, of.classDimension, ALPHA), within(tolerance));
        assertThat(values(after.argMax(of.classDimension)))
                .containsExactly(values(before.argMax(of.classDimension)));
        assertThat(lossOfLast(network)).isExactlyInstanceOf(LossMCXENT.class);
        assertThat(network.getLayerWiseConfigurations().toJson()).contains("LossMCXENT").doesNotContain("powergrad");
        assertThat(params(network)).as("the layers are views of the network's parameters").isNotEqualTo(
                params(of.network(dataType)));
    }

    @Test
    @DisplayName("leaves the class in front of each of 10,000 images in FLOAT as it was")
    void leavesTheClassesOfManyImages() {
        MultiLayerNetwork network = new Case("images", InputType.convolutional(8, 8, 1), 1, new long[0],
                new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build(),
                new OutputLayer.Builder(loss()).nOut(10).activation(Activation.SOFTMAX).build())
                .network(DataType.FLOAT);
        Nd4j.getRandom().setSeed(3);
        INDArray images = Nd4j.randn(DataType.FLOAT, 10_000, 1, 8, 8);
        INDArray before = network.output(images);

        PowerGrad.foldAlpha(network);

        INDArray after = network.output(images);
        assertThat(after.argMax(1).toLongVector()).isEqualTo(before.argMax(1).toLongVector());
        assertThat(values(after)).containsExactly(calibrated(before, 1, ALPHA), within(1e-6));
        assertThat(Arrays.stream(after.argMax(1).toLongVector()).distinct().count()).isGreaterThan(5);
    }

    /** The transform of probabilities along a dimension, in Java. */
    private static double[] calibrated(INDArray p, int dimension, double alpha) {
        int[] classesLast = IntStream.concat(IntStream.range(0, p.rank()).filter(i -> i != dimension),
                IntStream.of(dimension)).toArray();
        INDArray rows = p.castTo(DataType.DOUBLE).permute(classesLast);
        double[][] transformed = Arrays.stream(rows.dup('c').reshape('c', -1, p.size(dimension)).toDoubleMatrix())
                .map(row -> Reference.softmax(Arrays.stream(row).map(Math::log).toArray(), alpha))
                .toArray(double[][]::new);
        int[] back = IntStream.range(0, p.rank())
                .map(i -> i == dimension ? p.rank() - 1 : i < dimension ? i : i - 1).toArray();
        return values(Nd4j.createFromArray(transformed).reshape('c', rows.shape()).permute(back));
    }

    private static double[] calibrated(INDArray p, double alpha) {
        return calibrated(p, 1, alpha);
    }

    private static double[] values(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').reshape(array.length()).toDoubleVector();
    }

    private static ILossFunction lossOfLast(MultiLayerNetwork network) {
        List<OutputLoss> losses = OutputLosses.of(network);
        return losses.get(losses.size() - 1).get();
    }

    @Test
    @DisplayName("keeps class weights and clipping, and drops label smoothing, which LossMCXENT cannot hold")
    void keepsWeightsAndClipping() {
        assertThat(foldedLoss(LossPowerGrad.builder().alpha(ALPHA).weights(WEIGHTS).softmaxClipEps(1e-4)
                .labelSmoothing(0.1).build())).isEqualTo(new LossMCXENT(1e-4, WEIGHTS));
        assertThat(foldedLoss(LossSparsePowerGrad.builder().alpha(ALPHA).weights(WEIGHTS).softmaxClipEps(1e-4).build()))
                .isExactlyInstanceOf(LossSparseMCXENT.class).isEqualTo(new LossSparseMCXENT(1e-4, WEIGHTS));
    }

    private static ILossFunction foldedLoss(LossPowerGrad loss) {
        MultiLayerNetwork network = SmallNetworks.perceptron(loss);
        PowerGrad.foldAlpha(network);
        assertThat(lossOf(network.getLayer(1).conf().getLayer())).as("in the running layer").isEqualTo(lossOf(network));
        return lossOf(network);
    }

    @Test
    @DisplayName("at alpha = 1 leaves the predictions and replaces the loss all the same")
    void alphaOne() {
        MultiLayerNetwork network = SmallNetworks.perceptron(new LossPowerGrad(1));
        double[] before = params(network);

        assertThat(PowerGrad.foldAlpha(network)).isEqualTo(1);

        assertThat(params(network)).isEqualTo(before);
        assertThat(lossOf(network)).isEqualTo(new LossMCXENT());
    }

    @Test
    @DisplayName("folds the alpha that a schedule has reached")
    void theAlphaThatAScheduleHasReached() {
        MultiLayerNetwork network = SmallNetworks.perceptron(new LossPowerGrad(1));
        network.setListeners(AlphaSchedule.warmup(0, 0.5));
        network.fit(minibatch(0));
        INDArray before = network.output(minibatch(0).getFeatures());

        PowerGrad.foldAlpha(network);

        assertThat(values(network.output(minibatch(0).getFeatures())))
                .containsExactly(calibrated(before, 0.5), within(1e-12));
    }

    @Test
    @DisplayName("folds a layer that transfer learning has frozen")
    void frozenByTransferLearning() {
        MultiLayerNetwork network = new TransferLearning.Builder(flat("", dense(Activation.IDENTITY),
                lossLayer(Activation.SOFTMAX)).network(DataType.DOUBLE)).setFeatureExtractor(0).build();
        INDArray before = network.output(minibatch(0).getFeatures());

        assertThat(PowerGrad.foldAlpha(network)).isEqualTo(1);

        assertThat(values(network.output(minibatch(0).getFeatures())))
                .containsExactly(calibrated(before, ALPHA), within(1e-12));
    }

    @Test
    @DisplayName("leaves a clone as it was")
    void leavesAClone() {
        MultiLayerNetwork network = SmallNetworks.perceptron(loss());
        MultiLayerNetwork clone = network.clone();
        double[] before = params(clone);

        PowerGrad.foldAlpha(network);

        assertThat(params(clone)).isEqualTo(before);
        assertThat(PowerGrad.alphaOf(clone)).isEqualTo(ALPHA);
    }

    @Test
    @DisplayName("passes multiplicative weight noise, a sign constraint and preprocessors that reshape")
    void whatAFactorPassesThrough() {
        Layer noisy = new DenseLayer.Builder().nIn(INPUTS).nOut(CLASSES).activation(Activation.IDENTITY)
                .weightNoise(new DropConnect(0.5)).constrainWeights(new NonNegativeConstraint()).build();
        Layer multiplied = new OutputLayer.Builder(loss()).nIn(INPUTS).nOut(CLASSES).activation(Activation.SOFTMAX)
                .weightNoise(new WeightNoise(new NormalDistribution(1, 0.1), false)).build();
        MultiLayerNetwork reshaped = new MultiLayerNetwork(SmallNetworks.settings().list(noisy,
                lossLayer(Activation.SOFTMAX)).inputPreProcessor(1, new ComposableInputPreProcessor(
                        new FeedForwardToRnnPreProcessor(), new RnnToFeedForwardPreProcessor())).build());
        reshaped.init();
        MultiLayerNetwork output = new MultiLayerNetwork(SmallNetworks.configuration(multiplied));
        output.init();

        assertThat(PowerGrad.foldAlpha(reshaped)).isEqualTo(1);
        assertThat(PowerGrad.foldAlpha(output)).isEqualTo(1);
    }

    // Graphs

    private static ComputationGraph graph(UnaryOperator<GraphBuilder> layers) {
        ComputationGraph graph = new ComputationGraph(layers.apply(SmallNetworks.settings().graphBuilder()
                .addInputs("in").addLayer("hidden", SmallNetworks.dense(INPUTS, 5, Activation.TANH), "in"))
                .validateOutputLayerConfig(false).build());
        graph.init();
        return graph;
    }

    private static Layer logits() {
        return SmallNetworks.dense(5, CLASSES, Activation.IDENTITY);
    }

    @Test
    @DisplayName("folds each output of a graph by its own alpha and leaves other losses")
    void severalOutputs() {
        ComputationGraph graph = graph(layers -> layers
                .addLayer("one", SmallNetworks.output(new LossPowerGrad(0.5)), "hidden")
                .addLayer("logits", logits(), "hidden")
                .addVertex("reshaped", new FrozenVertex(new ReshapeVertex(-1, CLASSES)), "logits")
                .addVertex("scaled", new ScaleVertex(2), "reshaped")
                .addLayer("two", lossLayer(Activation.SOFTMAX), "scaled")
                .addLayer("three", SmallNetworks.output(new LossMSE()), "hidden").setOutputs("one", "two", "three"));
        INDArray input = minibatch(0).getFeatures();
        INDArray[] before = graph.output(input);

        assertThat(PowerGrad.foldAlpha(graph)).isEqualTo(2);

        INDArray[] after = graph.output(input);
        assertThat(values(after[0])).containsExactly(calibrated(before[0], 0.5), within(1e-12));
        assertThat(values(after[1])).containsExactly(calibrated(before[1], ALPHA), within(1e-12));
        assertThat(values(after[2])).containsExactly(values(before[2]));
        assertThat(graph.getConfiguration().toJson()).doesNotContain("powergrad");
    }

    @Test
    @DisplayName("with a refusal of one output changes none")
    void allOrNothing() {
        ComputationGraph graph = graph(layers -> layers.addLayer("one", SmallNetworks.output(loss()), "hidden")
                .addLayer("two", SmallNetworks.output(new LossPowerGrad(0)), "hidden").setOutputs("one", "two"));

        refused(graph, "of 'two' (OutputLayer): it is 0");
    }

    // What is refused

    /** Refused with the text in the message, and the network is as it was to the last bit. */
    private static void refused(Model network, String message) {
        double[] params = params(network);
        String configuration = configuration(network);
        double[] state = state(network);

        assertThatIllegalArgumentException().isThrownBy(() -> {
            if (network instanceof MultiLayerNetwork) {
                PowerGrad.foldAlpha((MultiLayerNetwork) network);
            } else {
                PowerGrad.foldAlpha((ComputationGraph) network);
            }
        }).withMessageContaining(message);

        assertThat(params(network)).isEqualTo(params);
        assertThat(configuration(network)).isEqualTo(configuration);
        assertThat(state(network)).isEqualTo(state);
    }

    private static double[] state(Model network) {
        return values(network instanceof MultiLayerNetwork
                ? ((MultiLayerNetwork) network).getUpdater().getStateViewArray()
                : ((ComputationGraph) network).getUpdater().getStateViewArray());
    }

    private static String configuration(Model network) {
        return network instanceof MultiLayerNetwork
                ? ((MultiLayerNetwork) network).getLayerWiseConfigurations().toJson()
                : ((ComputationGraph) network).getConfiguration().toJson();
    }

    @Test
    @DisplayName("refuses alpha = 0, which leaves nothing to predict, and says how to keep p")
    void refusesAlphaZero() {
        refused(SmallNetworks.perceptron(new LossPowerGrad(0)), "Cannot fold alpha of 'layer1' (OutputLayer): it is 0, "
                + "where p' = 1/C for every class, so nothing would be left to predict; PowerGrad.removeFrom(network) "
                + "keeps the predictions p");
    }

    @Test
    @DisplayName("refuses a network without the transform, and one without weights")
    void refusesWhatHasNothingToFold() {
        refused(SmallNetworks.perceptron(new LossMCXENT()), "No loss to change: PowerGrad.foldAlpha replaces "
                + "LossPowerGrad and LossSparsePowerGrad; found 'layer1' (OutputLayer): LossMCXENT with softmax");
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.configuration(SmallNetworks.output(loss())));
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.foldAlpha(network))
                .withMessageContaining("call init() and train it first");
        ComputationGraph graph = new ComputationGraph(SmallNetworks.graph(loss()).getConfiguration().clone());
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.foldAlpha(graph))
                .withMessageContaining("call init() and train it first");
    }

    static Stream<Arguments> refusedLayers() {
        Layer relu6 = new ActivationLayer(new ActivationReLU(6.0, null, null));
        DenseLayer noisy = dense(Activation.IDENTITY);
        noisy.setWeightNoise(new WeightNoise(new NormalDistribution(0, 0.1)));
        DenseLayer constrained = dense(Activation.IDENTITY);
        constrained.setConstraints(List.of(new MaxNormConstraint(1, 1)));
        return Stream.of(
                Arguments.of("'layer0' (DenseLayer) has a tanh activation in front of the softmax",
                        flat("tanh", dense(Activation.TANH), lossLayer(Activation.SOFTMAX))),
                Arguments.of("'layer1' (ActivationLayer) makes or changes them",
                        flat("ReLU with a maximum", dense(Activation.IDENTITY), relu6, lossLayer(Activation.SOFTMAX))),
                Arguments.of("'layer1' (BatchNormalization) makes or changes them", flat("batch norm",
                        dense(Activation.IDENTITY), new BatchNormalization(), lossLayer(Activation.SOFTMAX))),
                Arguments.of("'layer1' (DropoutLayer) makes or changes them", flat("added noise",
                        dense(Activation.IDENTITY), new DropoutLayer(new GaussianNoise(0.1)),
                        lossLayer(Activation.SOFTMAX))),
                Arguments.of("'layer0' (DenseLayer) makes or changes them", flat("layer norm",
                        new DenseLayer.Builder().nOut(CLASSES).activation(Activation.IDENTITY).hasLayerNorm(true)
                                .build(),
                        lossLayer(Activation.SOFTMAX))),
                Arguments.of("'layer0' (DenseLayer) stands between the softmax and the loss, or in the softmax's place",
                        flat("no softmax", dense(Activation.IDENTITY), lossLayer(Activation.IDENTITY))),
                Arguments.of("'layer2' (DropoutLayer) stands between the softmax and the loss", flat(
                        "dropout of probabilities", dense(Activation.IDENTITY), new ActivationLayer(Activation.SOFTMAX),
                        new DropoutLayer(0.5), lossLayer(Activation.IDENTITY))),
                Arguments.of("'layer0' (OutputLayer) with identity activation is no softmax of W x + b",
                        flat("an output layer with identity", new OutputLayer.Builder(loss()).nOut(CLASSES)
                                .activation(Activation.IDENTITY).build())),
                Arguments.of("'layer0' (SimpleRnn) stands between", sequence("a recurrent layer",
                        new SimpleRnn.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build(),
                        new RnnLossLayer.Builder(loss()).activation(Activation.IDENTITY).build())),
                Arguments.of("'layer1' (LossLayer) has a sigmoid activation where the loss needs softmax",
                        flat("sigmoid", dense(Activation.IDENTITY), lossLayer(Activation.SIGMOID))),
                Arguments.of("setWeightNoise(null)", flat("weight noise", noisy, lossLayer(Activation.SOFTMAX))),
                Arguments.of("setConstraints(null)",
                        flat("norm constraint", constrained, lossLayer(Activation.SOFTMAX))));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusedLayers")
    @DisplayName("refuses logits that are not W x + b of one layer, with what to do instead")
    void refusesOtherLogits(String message, Case network) {
        refused(network.network(DataType.DOUBLE), message);
        refused(network.network(DataType.DOUBLE), "Nothing is changed; PowerTransform.transform(p, alpha) gives the "
                + "calibrated probabilities of what the network predicts as it is");
    }

    @Test
    @DisplayName("refuses a preprocessor that may do more than to reshape")
    void refusesAnUnknownPreprocessor() {
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.settings().list(
                SmallNetworks.dense(INPUTS, CLASSES, Activation.IDENTITY), lossLayer(Activation.SOFTMAX))
                .inputPreProcessor(1, new OwnPreProcessor()).build());
        network.init();

        refused(network, "(LossLayer) may do more than to change the shape");
    }

    /** A user's preprocessor: what it does cannot be known. */
    private static final class OwnPreProcessor extends BaseInputPreProcessor {

        @Override
        public INDArray preProcess(INDArray input, int miniBatchSize, LayerWorkspaceMgr workspaces) {
            return input;
        }

        @Override
        public INDArray backprop(INDArray output, int miniBatchSize, LayerWorkspaceMgr workspaces) {
            return output;
        }

        @Override
        public InputType getOutputType(InputType inputType) {
            return inputType;
        }
    }

    static Stream<Arguments> refusedGraphs() {
        return Stream.of(
                Arguments.of("'add' (ElementWiseVertex) makes or changes them", graph(layers -> layers
                        .addLayer("a", logits(), "hidden").addLayer("b", logits(), "hidden")
                        .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                        .addLayer("loss", lossLayer(Activation.SOFTMAX), "add").setOutputs("loss"))),
                Arguments.of("'norm' (L2NormalizeVertex) makes or changes them", graph(layers -> layers
                        .addLayer("a", logits(), "hidden").addVertex("norm", new L2NormalizeVertex(), "a")
                        .addLayer("loss", lossLayer(Activation.SOFTMAX), "norm").setOutputs("loss"))),
                Arguments.of("the output of 'a' (DenseLayer) is read more than once: by ['loss' (LossLayer), 'other' "
                        + "(OutputLayer)]", graph(layers -> layers.addLayer("a", logits(), "hidden")
                        .addLayer("loss", lossLayer(Activation.SOFTMAX), "a")
                        .addLayer("other", new OutputLayer.Builder(new LossMSE()).nIn(CLASSES).nOut(1)
                                .activation(Activation.IDENTITY).build(), "a").setOutputs("loss", "other"))),
                Arguments.of("the output of 'a' (DenseLayer) is read more than once", graph(layers -> layers
                        .addLayer("hidden2", SmallNetworks.dense(INPUTS, 5, Activation.TANH), "in")
                        .addVertex("stack", new StackVertex(), "hidden", "hidden2").addLayer("a", logits(), "stack")
                        .addVertex("first", new UnstackVertex(0, 2), "a")
                        .addVertex("second", new UnstackVertex(1, 2), "a")
                        .addLayer("loss", lossLayer(Activation.SOFTMAX), "first")
                        .addLayer("other", lossLayer(Activation.SOFTMAX), "second").setOutputs("loss", "other"))),
                Arguments.of("the output of 'a' (DenseLayer) is also an output of the network", graph(layers -> layers
                        .addLayer("a", logits(), "hidden").addLayer("loss", lossLayer(Activation.SOFTMAX), "a")
                        .setOutputs("loss", "a"))),
                Arguments.of("the output of 'out' (OutputLayer) is also read by ['other' (OutputLayer)]",
                        graph(layers -> layers.addLayer("out", SmallNetworks.output(loss()), "hidden")
                                .addLayer("other", new OutputLayer.Builder(new LossMSE()).nIn(CLASSES).nOut(1)
                                        .activation(Activation.IDENTITY).build(), "out").setOutputs("out", "other"))),
                Arguments.of("'loss' (LossLayer) reads the input of the network", graph(layers -> layers
                        .addLayer("loss", lossLayer(Activation.SOFTMAX), "in")
                        .addLayer("other", SmallNetworks.output(new LossMCXENT()), "hidden")
                        .setOutputs("loss", "other"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusedGraphs")
    @DisplayName("refuses logits of a graph that no single layer makes, or that something else reads")
    void refusesOtherGraphs(String message, ComputationGraph graph) {
        refused(graph, message);
    }

    // Training on

    @ParameterizedTest
    @EnumSource(Optimizer.class)
    @DisplayName("in mid-training lets the network go on as if it had not been folded, with the twin's constants")
    void trainsOnAsTheTwinDoes(Optimizer optimizer) {
        Twins twins = new Twins(optimizer, Decay.L2, false);
        double rate = optimizer.followsTheGradient() ? 0.05 : 0.01;
        // Two rates, so that the parameters fall into the same blocks of the updater with both sets of constants
        Constants head = new Constants(rate, 1e-3, 1e-16);
        Constants rest = new Constants(2 * rate, 1e-3, 1e-16);
        MultiLayerNetwork transformed = twins.network(loss(), head, rest);
        minibatches(10).forEach(transformed::fit);
        MultiLayerNetwork folded = transformed.clone();

        PowerGrad.foldAlpha(folded);
        MultiLayerNetwork twin = twins.network(new LossMCXENT(), twins.head(head, ALPHA), twins.rest(rest, ALPHA));
        twin.setParams(folded.params());
        twin.getUpdater().setStateViewArray(null, folded.getUpdater().getStateViewArray(), false);
        twin.getLayerWiseConfigurations().setIterationCount(10);
        minibatches(10).forEach(transformed::fit);
        minibatches(10).forEach(twin::fit);

        INDArray input = minibatch(1).getFeatures();
        assertThat(Twins.logits(twin, input))
                .containsExactly(Twins.times(ALPHA, Twins.logits(transformed, input)), within(1e-10));
    }

    static Stream<Arguments> statesOfABlock() {
        return Stream.of(Arguments.of(new Adam(0.01), "M", 0.5, 1.0),
                Arguments.of(new Adam(0.01), "V", 0.25, 1.0),
                Arguments.of(new Nesterovs(0.01, 0.9), "V", 1.0, 0.5),
                Arguments.of(new AdaDelta(), "msg", 0.25, 1.0), Arguments.of(new AdaDelta(), "msdx", 1.0, 0.25));
    }

    @ParameterizedTest
    @MethodSource("statesOfABlock")
    @DisplayName("scales the state of each layer by its own factor where they share a block of the updater")
    void scalesTheStateInsideABlock(IUpdater updater, String state, double ofHidden, double ofLast) {
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.settings().updater(updater).list(
                SmallNetworks.dense(INPUTS, 5, Activation.TANH), SmallNetworks.output(new LossPowerGrad(0.5))).build());
        network.init();
        minibatches(3).forEach(network::fit);
        double[] expected = state(network, state);
        for (int i = 0; i < expected.length; i++) {
            expected[i] *= i < network.getLayer(0).numParams() ? ofHidden : ofLast;
        }

        PowerGrad.foldAlpha(network);

        assertThat(state(network, state)).isEqualTo(expected).isNotEqualTo(new double[expected.length]);
    }

    private static double[] state(MultiLayerNetwork network, String name) {
        return values(((INDArray) ((BaseMultiLayerUpdater<?>) network.getUpdater()).getUpdaterBlocks().get(0)
                .getGradientUpdater().getState().get(name)));
    }

    @Test
    @DisplayName("leaves the state of layers that lead to outputs of different alpha, and scales the rest of it")
    void leavesTheStateOfSharedLayers() {
        ComputationGraph graph = new ComputationGraph(SmallNetworks.settings().updater(new Adam(0.01)).graphBuilder()
                .addInputs("in")
                .addLayer("shared", SmallNetworks.dense(INPUTS, 5, Activation.TANH), "in")
                .addLayer("own", SmallNetworks.dense(5, 5, Activation.TANH), "shared")
                .addLayer("one", SmallNetworks.output(new LossPowerGrad(0.5)), "own")
                .addLayer("two", SmallNetworks.output(new LossPowerGrad(0.25)), "shared")
                .setOutputs("one", "two").build());
        graph.init();
        graph.fit(new MultiDataSet(new INDArray[] {minibatch(0).getFeatures()},
                new INDArray[] {minibatch(0).getLabels(), minibatch(0).getLabels()}));
        double[] before = firstMoments(graph);

        PowerGrad.foldAlpha(graph);

        double[] expected = before.clone();
        int position = 0;
        for (String name : graph.getConfiguration().getTopologicalOrderStr()) {
            int length = name.equals("in") ? 0 : (int) graph.getLayer(name).numParams();
            for (int i = position; i < position + length && name.equals("own"); i++) {
                expected[i] *= 0.5;
            }
            position += length;
        }
        assertThat(firstMoments(graph)).isEqualTo(expected).isNotEqualTo(before);
    }

    private static double[] firstMoments(ComputationGraph graph) {
        return values((INDArray) graph.getUpdater().getUpdaterBlocks().get(0).getGradientUpdater().getState().get("M"));
    }

    // Files

    @Test
    @DisplayName("makes a network whose file loads and predicts the same where this library is missing")
    void loadsWithoutTheLibrary(@TempDir Path folder) throws Exception {
        MultiLayerNetwork network =
                SmallNetworks.perceptron(LossPowerGrad.builder().alpha(ALPHA).weights(WEIGHTS).build());
        minibatches(3).forEach(network::fit);
        PowerGrad.foldAlpha(network);
        File file = folder.resolve("network.zip").toFile();
        network.save(file, true);

        String program = "io/github/powergrad/WithoutTheLibrary.class";
        Path copy = folder.resolve("classes").resolve(program);
        Files.createDirectories(copy.getParent());
        Files.copy(getClass().getClassLoader().getResourceAsStream(program), copy);
        String jars = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar")).collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                folder.resolve("classes") + File.pathSeparator + jars, "io.github.powergrad.WithoutTheLibrary",
                file.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String printed = new String(process.getInputStream().readAllBytes());

        assertThat(process.waitFor()).isZero();
        assertThat(printed.lines().reduce((first, last) -> last))
                .contains(Arrays.toString(values(network.output(WithoutTheLibrary.INPUT))));
    }
}
