package io.github.powergrad;

import static io.github.powergrad.BitwiseEquality.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

@DisplayName("In a network with workspaces on, the loss")
class NetworkTrainingTest {

    /** The 2e-6 that the library promises of its score. */
    private static final double SCORE_PERCENT = 2e-4;
    private static final int STEPS = 8;

    private static ListBuilder layers() {
        return new NeuralNetConfiguration.Builder().seed(3).updater(new Nesterovs(0.1, 0.9))
                .trainingWorkspaceMode(WorkspaceMode.ENABLED).inferenceWorkspaceMode(WorkspaceMode.ENABLED).list();
    }

    private static MultiLayerNetwork network(ListBuilder layers) {
        MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
        network.init();
        return network;
    }

    private static MultiLayerNetwork dense(ILossFunction loss) {
        return network(layers().layer(new DenseLayer.Builder().nIn(5).nOut(8).activation(Activation.RELU).build())
                .layer(new OutputLayer.Builder(loss).nIn(8).nOut(3).activation(Activation.SOFTMAX).build()));
    }

    private static MultiLayerNetwork lossLayer(ILossFunction loss) {
        return network(layers().layer(new DenseLayer.Builder().nIn(5).nOut(3).activation(Activation.IDENTITY).build())
                .layer(new LossLayer.Builder(loss).activation(Activation.SOFTMAX).build()));
    }

    private static MultiLayerNetwork identityBehindSoftmax(ILossFunction loss) {
        return network(layers().layer(new DenseLayer.Builder().nIn(5).nOut(3).activation(Activation.SOFTMAX).build())
                .layer(new LossLayer.Builder(loss).activation(Activation.IDENTITY).build()));
    }

    private static MultiLayerNetwork centerLoss(ILossFunction loss) {
        return network(layers().layer(new DenseLayer.Builder().nIn(5).nOut(8).activation(Activation.RELU).build())
                .layer(new CenterLossOutputLayer.Builder(loss).nIn(8).nOut(3).activation(Activation.SOFTMAX).build()));
    }

    private static MultiLayerNetwork recurrent(ILossFunction loss) {
        return network(layers().layer(new LSTM.Builder().nIn(5).nOut(6).activation(Activation.TANH).build())
                .layer(new RnnOutputLayer.Builder(loss).nIn(6).nOut(3).activation(Activation.SOFTMAX).build()));
    }

    private static MultiLayerNetwork recurrentLossLayer(ILossFunction loss) {
        return network(layers().layer(new LSTM.Builder().nIn(5).nOut(3).activation(Activation.TANH).build())
                .layer(new RnnLossLayer.Builder(loss).activation(Activation.SOFTMAX).build()));
    }

    private static MultiLayerNetwork segmentation(ILossFunction loss) {
        return network(layers().layer(new ConvolutionLayer.Builder(3, 3).nIn(2).nOut(3).padding(1, 1)
                        .activation(Activation.IDENTITY).build())
                .layer(new CnnLossLayer.Builder(loss).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(4, 4, 2)));
    }

    private static MultiLayerNetwork volume(ILossFunction loss) {
        return network(layers().layer(new Convolution3D.Builder(1, 1, 1).nIn(2).nOut(3)
                        .activation(Activation.IDENTITY).build())
                .layer(new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW).lossFunction(loss)
                        .activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 3, 3, 3, 2)));
    }

    private static DataSet rows(boolean sparse) {
        INDArray labels = Nd4j.zeros(12, sparse ? 1 : 3);
        for (int n = 0; n < 12; n++) {
            labels.putScalar(n, sparse ? 0 : n % 3, sparse ? n % 3 : 1);
        }
        return new DataSet(features(12, 5), labels);
    }

    /** Sequences of unequal length: the padded steps have no label. */
    private static DataSet sequences() {
        INDArray labels = Nd4j.zeros(4, 3, 6);
        INDArray mask = Nd4j.zeros(4, 6);
        for (int n = 0; n < 4; n++) {
            for (int t = 0; t < 3 + n % 3; t++) {
                labels.putScalar(n, (n + t) % 3, t, 1);
                mask.putScalar(n, t, 1);
            }
        }
        return new DataSet(features(4, 5, 6), labels, mask, mask);
    }

    private static DataSet grid(long... spatial) {
        long[] features = concat(new long[] {2, 2}, spatial);
        long[] labels = concat(new long[] {2, 3}, spatial);
        INDArray oneHot = Nd4j.zeros(labels);
        INDArray first = oneHot.tensorAlongDimension(0, 1);
        for (long i = 0; i < oneHot.tensorsAlongDimension(1); i++) {
            oneHot.tensorAlongDimension(i, 1).putScalar(i % 3, 1);
        }
        assertThat(first.sumNumber().doubleValue()).isEqualTo(1);
        return new DataSet(features(features), oneHot);
    }

    private static long[] concat(long[] a, long[] b) {
        return Stream.of(a, b).flatMapToLong(Arrays::stream).toArray();
    }

    private static INDArray features(long... shape) {
        Random random = new Random(5);
        INDArray features = Nd4j.zeros(shape);
        for (long i = 0; i < features.length(); i++) {
            features.putScalar(i, random.nextGaussian());
        }
        return features;
    }

    static Stream<Arguments> networks() {
        return Stream.of(
                arguments("OutputLayer", NetworkTrainingTest::dense, () -> rows(false)),
                arguments("LossLayer", NetworkTrainingTest::lossLayer, () -> rows(false)),
                arguments("LossLayer with identity behind a softmax layer",
                        NetworkTrainingTest::identityBehindSoftmax, () -> rows(false)),
                arguments("CenterLossOutputLayer", NetworkTrainingTest::centerLoss, () -> rows(false)),
                arguments("RnnOutputLayer with masks", NetworkTrainingTest::recurrent, NetworkTrainingTest::sequences),
                arguments("RnnLossLayer with masks", NetworkTrainingTest::recurrentLossLayer,
                        NetworkTrainingTest::sequences),
                arguments("CnnLossLayer", NetworkTrainingTest::segmentation, () -> grid(4, 4)),
                arguments("Cnn3DLossLayer", NetworkTrainingTest::volume, () -> grid(3, 3, 3)));
    }

    private static Arguments arguments(String name, Function<ILossFunction, MultiLayerNetwork> network,
            Supplier<DataSet> data) {
        return Arguments.of(name, network, data);
    }

    private static double[] train(MultiLayerNetwork network, DataSet data) {
        double[] scores = new double[STEPS];
        for (int step = 0; step < STEPS; step++) {
            network.fit(data);
            scores[step] = network.score();
            assertThat(scores[step]).isFinite();
        }
        return scores;
    }

    private static void assertSameScores(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int step = 0; step < expected.length; step++) {
            assertThat(actual[step]).as("step %d", step).isCloseTo(expected[step], withPercentage(SCORE_PERCENT));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    @DisplayName("at alpha = 1 trains as LossMCXENT does, weights to the last bit")
    void alphaOneTrainsAsLossMCXENT(String name, Function<ILossFunction, MultiLayerNetwork> network,
            Supplier<DataSet> data) {
        MultiLayerNetwork theirs = network.apply(new LossMCXENT());
        MultiLayerNetwork ours = network.apply(new LossPowerGrad(1));

        double[] expected = train(theirs, data.get());
        double[] scores = train(ours, data.get());

        assertSameScores(scores, expected);
        assertSameBits(ours.params(), theirs.params());
        assertThat(expected[STEPS - 1]).isLessThan(expected[0]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    @DisplayName("below alpha = 1 trains to a falling, finite score by another path")
    void belowAlphaOneTrainsDifferently(String name, Function<ILossFunction, MultiLayerNetwork> network,
            Supplier<DataSet> data) {
        MultiLayerNetwork theirs = network.apply(new LossMCXENT());
        MultiLayerNetwork ours = network.apply(LossPowerGrad.builder().alpha(0.5).labelSmoothing(0.05).build());

        train(theirs, data.get());
        double[] scores = train(ours, data.get());

        assertThat(scores[STEPS - 1]).isLessThan(scores[0]);
        assertThat(ours.params().equalsWithEps(theirs.params(), 1e-4)).isFalse();
        assertThat(ours.output(data.get().getFeatures()).isNaN().any()).isFalse();
    }

    @Test
    void takesIntegerLabelsInAnOutputLayer() {
        MultiLayerNetwork theirs = dense(new LossSparseMCXENT());
        MultiLayerNetwork ours = dense(new LossSparsePowerGrad(1));
        MultiLayerNetwork onOneHot = dense(new LossPowerGrad(0.3));
        MultiLayerNetwork onIndices = dense(new LossSparsePowerGrad(0.3));

        assertSameScores(train(ours, rows(true)), train(theirs, rows(true)));
        assertSameBits(ours.params(), theirs.params());
        assertThat(train(onIndices, rows(true))).containsExactly(train(onOneHot, rows(false)));
        assertSameBits(onIndices.params(), onOneHot.params());
    }

    @Test
    void takesIntegerLabelsInAnRnnOutputLayer() {
        MultiLayerNetwork onOneHot = recurrent(new LossPowerGrad(0.3));
        MultiLayerNetwork onIndices = recurrent(new LossSparsePowerGrad(0.3));
        DataSet oneHot = sequences();
        INDArray mask = oneHot.getLabelsMaskArray();
        INDArray indices = oneHot.getLabels().argMax(1).castTo(DataType.FLOAT).reshape(4, 1, 6);
        DataSet sparse = new DataSet(oneHot.getFeatures(), indices.addi(mask.reshape(4, 1, 6).sub(1)), mask, mask);
        assertThat(sparse.getLabels().minNumber().intValue()).as("label of a padded step, which the mask leaves out")
                .isEqualTo(-1);

        assertThat(train(onIndices, sparse)).containsExactly(train(onOneHot, oneHot));
        assertSameBits(onIndices.params(), onOneHot.params());
    }

    @Test
    void trainsAComputationGraph() {
        ComputationGraph theirs = graph(new LossMCXENT());
        ComputationGraph ours = graph(new LossPowerGrad(1));
        ComputationGraph transformed = graph(new LossPowerGrad(0.3));
        for (int step = 0; step < STEPS; step++) {
            theirs.fit(rows(false));
            ours.fit(rows(false));
            transformed.fit(rows(false));
            assertThat(ours.score()).isCloseTo(theirs.score(), withPercentage(SCORE_PERCENT));
            assertThat(transformed.score()).isFinite();
        }
        assertSameBits(ours.params(), theirs.params());
        assertThat(transformed.params().equalsWithEps(theirs.params(), 1e-3)).isFalse();
    }

    private static ComputationGraph graph(ILossFunction loss) {
        ComputationGraphConfiguration configuration = new NeuralNetConfiguration.Builder().seed(3)
                .updater(new Nesterovs(0.1, 0.9)).graphBuilder().addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(5).nOut(8).activation(Activation.RELU).build(), "in")
                .addLayer("out", new OutputLayer.Builder(loss).nIn(8).nOut(3).activation(Activation.SOFTMAX).build(),
                        "hidden")
                .setOutputs("out").build();
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    void trainsANetworkOfAnyFloatingType(DataType type) {
        MultiLayerNetwork network = lossLayer(new LossPowerGrad(0.3)).convertDataType(type);
        DataSet data = rows(false);

        double[] scores = train(network, new DataSet(data.getFeatures().castTo(type), data.getLabels().castTo(type)));

        assertThat(scores[STEPS - 1]).isLessThan(scores[0]);
    }

    @Test
    @DisplayName("undergoes DL4J's configuration checks for cross-entropy")
    void undergoesTheConfigurationChecksOfLossMCXENT() {
        for (Activation activation : new Activation[] {Activation.SIGMOID, Activation.TANH}) {
            assertThatThrownBy(() -> layers().layer(new OutputLayer.Builder(new LossPowerGrad()).nIn(5).nOut(3)
                    .activation(activation).build()).build()).isInstanceOf(DL4JInvalidConfigException.class);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void trainsWithoutWorkspacesToTheSameBits(String name, Function<ILossFunction, MultiLayerNetwork> network,
            Supplier<DataSet> data) {
        MultiLayerNetwork with = network.apply(new LossPowerGrad(0.3));
        MultiLayerNetwork without = network.apply(new LossPowerGrad(0.3));
        without.getLayerWiseConfigurations().setTrainingWorkspaceMode(WorkspaceMode.NONE);

        assertThat(train(without, data.get())).containsExactly(train(with, data.get()));
        assertSameBits(without.params(), with.params());
    }

    @Test
    @DisplayName("trains a ComputationGraph without workspaces to the same bits")
    void trainsAGraphWithoutWorkspacesToTheSameBits() {
        ComputationGraph with = graph(new LossPowerGrad(0.3));
        ComputationGraph without = graph(new LossPowerGrad(0.3));
        with.getConfiguration().setTrainingWorkspaceMode(WorkspaceMode.ENABLED);
        without.getConfiguration().setTrainingWorkspaceMode(WorkspaceMode.NONE);
        for (int step = 0; step < STEPS; step++) {
            with.fit(rows(false));
            without.fit(rows(false));
            assertThat(without.score()).isEqualTo(with.score());
        }
        assertSameBits(without.params(), with.params());
    }
}
