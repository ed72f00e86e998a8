package io.github.powergrad;

import static io.github.powergrad.SmallNetworks.CLASSES;
import static io.github.powergrad.SmallNetworks.INPUTS;
import static io.github.powergrad.SmallNetworks.minibatch;
import static io.github.powergrad.SmallNetworks.minibatches;
import static io.github.powergrad.SmallNetworks.params;
import static io.github.powergrad.SmallNetworks.perceptron;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

@DisplayName("CalibratedLossCalculator")
class CalibratedLossCalculatorTest {

    private static final double ALPHA = 0.25;

    private static double score(Model network, DataSet... minibatches) {
        return new CalibratedLossCalculator(new ExistingDataSetIterator(List.of(minibatches))).calculateScore(network);
    }

    private static LossPowerGrad loss() {
        return new LossPowerGrad(ALPHA);
    }

    // What it computes

    /** The cross-entropy of softmax(alpha z) of the perceptron for some minibatches, per example, in Java. */
    private static double expected(MultiLayerNetwork network, double alpha, double smoothing, double[] weights,
            List<DataSet> minibatches) {
        double sum = 0;
        int examples = 0;
        for (DataSet minibatch : minibatches) {
            double[] z = Twins.times(alpha, Twins.logits(network, minibatch.getFeatures()));
            double[][] labels = minibatch.getLabels().toDoubleMatrix();
            for (int row = 0; row < labels.length; row++, examples++) {
                sum += Reference.crossEntropy(Arrays.copyOfRange(z, CLASSES * row, CLASSES * (row + 1)),
                        Reference.smoothed(labels[row], smoothing), weights);
            }
        }
        return sum / examples;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.25, 0.01, 0})
    @DisplayName("is the mean cross-entropy of softmax(alpha z) over all minibatches, each time from the first one on")
    void isTheCrossEntropyOfTheCalibratedProbabilities(double alpha) {
        MultiLayerNetwork network = perceptron(new LossPowerGrad(alpha));
        network.params().muli(5);
        List<DataSet> data = List.of(minibatch(0), minibatch(1), few(minibatch(2)));
        DataSetIterator iterator = new ExistingDataSetIterator(data);
        iterator.next();
        CalibratedLossCalculator calculator = new CalibratedLossCalculator(iterator);

        double expected = expected(network, alpha, 0, null, data);
        assertThat(calculator.calculateScore(network)).isCloseTo(expected, within(1e-12));
        assertThat(calculator.calculateScore(network)).isCloseTo(expected, within(1e-12));
        assertThat(calculator.minimizeScore()).isTrue();
        assertThat(calculator).hasToString("CalibratedLossCalculator()");
    }

    private static DataSet few(DataSet minibatch) {
        return new DataSet(minibatch.getFeatures().getRows(0, 1), minibatch.getLabels().getRows(0, 1));
    }

    @Test
    @DisplayName("counts label smoothing and class weights as training does, and no penalty on weights")
    void countsWhatTheLossHas() {
        double[] weights = {1, 2, 0.5};
        LossPowerGrad loss = LossPowerGrad.builder().alpha(ALPHA).labelSmoothing(0.1).weights(weights).build();
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.settings().l2(0.1).list(
                SmallNetworks.dense(INPUTS, 5, Activation.TANH), SmallNetworks.output(loss)).build());
        network.init();

        assertThat(score(network, minibatch(0)))
                .isCloseTo(expected(network, ALPHA, 0.1, weights, minibatches(1)), within(1e-12));
    }

    @Test
    @DisplayName("takes class indices with the sparse loss")
    void takesIndices() {
        MultiLayerNetwork sparse = perceptron(new LossSparsePowerGrad(ALPHA));

        assertThat(score(sparse, SavedModels.withIndices(minibatch(0))))
                .isCloseTo(expected(sparse, ALPHA, 0, null, minibatches(1)), within(1e-12));
    }

    /** Networks, the shape of their input, and of the mask if there is one. */
    static Stream<Arguments> networks() {
        Layer logits = SmallNetworks.dense(INPUTS, CLASSES, Activation.IDENTITY);
        InputType images = InputType.convolutional(3, 4, 2);
        InputType channelsLast = InputType.convolutional(3, 4, 2, CNN2DFormat.NHWC);
        InputType sequences = InputType.recurrent(INPUTS, 5);
        InputType featuresLast = InputType.recurrent(INPUTS, 5, RNNFormat.NWC);
        Layer rnnOutput = new RnnOutputLayer.Builder(loss()).nOut(CLASSES).activation(Activation.SOFTMAX).build();
        Layer convolution = new ConvolutionLayer.Builder(1, 1).nOut(CLASSES).activation(Activation.IDENTITY).build();
        Layer imageLoss = new CnnLossLayer.Builder(loss()).activation(Activation.SOFTMAX).build();
        return Stream.of(
                of("LossLayer", InputType.feedForward(INPUTS), null, new long[] {6, INPUTS}, logits,
                        new LossLayer.Builder(loss()).activation(Activation.SOFTMAX).build()),
                of("LossLayer with a mask", InputType.feedForward(INPUTS), new long[] {6, 1}, new long[] {6, INPUTS},
                        logits, new LossLayer.Builder(loss()).activation(Activation.SOFTMAX).build()),
                of("LossLayer with identity", InputType.feedForward(INPUTS), null, new long[] {6, INPUTS},
                        logits, new ActivationLayer(Activation.SOFTMAX),
                        new LossLayer.Builder(loss()).activation(Activation.IDENTITY).build()),
                of("RnnOutputLayer", sequences, null, new long[] {3, INPUTS, 5}, rnnOutput),
                of("RnnOutputLayer with a mask", sequences, new long[] {3, 5}, new long[] {3, INPUTS, 5}, rnnOutput),
                of("RnnLossLayer, features last", featuresLast, null, new long[] {3, 5, INPUTS},
                        new Convolution1DLayer.Builder(1).nOut(CLASSES).activation(Activation.IDENTITY)
                                .rnnDataFormat(RNNFormat.NWC).build(),
                        new RnnLossLayer.Builder(loss()).dataFormat(RNNFormat.NWC).activation(Activation.SOFTMAX)
                                .build()),
                of("CnnLossLayer", images, null, new long[] {2, 2, 3, 4}, convolution, imageLoss),
                of("CnnLossLayer with a mask", images, new long[] {2, 1, 3, 4}, new long[] {2, 2, 3, 4}, convolution,
                        imageLoss),
                of("CnnLossLayer with a mask of images", images, new long[] {2, 1}, new long[] {2, 2, 3, 4},
                        convolution, imageLoss),
                of("CnnLossLayer, channels last", channelsLast, null, new long[] {2, 3, 4, 2},
                        new ConvolutionLayer.Builder(1, 1).nOut(CLASSES).activation(Activation.IDENTITY)
                                .dataFormat(CNN2DFormat.NHWC).build(),
                        new CnnLossLayer.Builder(loss()).format(CNN2DFormat.NHWC).activation(Activation.SOFTMAX)
                                .build()),
                of("Cnn3DLossLayer", InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 2, 3, 4, 2), null,
                        new long[] {2, 2, 2, 3, 4}, new Convolution3D.Builder(1, 1, 1).nOut(CLASSES)
                                .activation(Activation.IDENTITY).build(),
                        new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW).lossFunction(loss())
                                .activation(Activation.SOFTMAX).build()));
    }

    private static Arguments of(String name, InputType type, long[] mask, long[] input, Layer... layers) {
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.settings().list(layers)
                .validateOutputLayerConfig(false).setInputType(type).build().clone());
        network.init();
        network.params().muli(3);
        return Arguments.of(name, network, Nd4j.randn(DataType.DOUBLE, input), mask);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    @DisplayName("is the sum of -q log p' that the folded network predicts, per example, as far as the mask leaves it")
    void isThatOfTheFoldedNetwork(String name, MultiLayerNetwork network, INDArray input, long[] maskShape) {
        MultiLayerNetwork folded = network.clone();
        PowerGrad.foldAlpha(folded);
        INDArray p = folded.output(input);
        boolean classesLast = name.endsWith("last");
        int dimension = classesLast ? p.rank() - 1 : 1;
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, p.shape());
        INDArray mask = maskShape == null ? null : Nd4j.zeros(DataType.DOUBLE, maskShape);
        Random random = new Random(5);
        double sum = 0;
        for (int i = 0; i < p.length() / CLASSES; i++) {
            long[] at = position(i, p.shape(), dimension);
            at[dimension] = random.nextInt(CLASSES);
            labels.putScalar(at, 1);
            double counts = 1;
            if (mask != null) {
                long[] ofMask = new long[maskShape.length];
                for (int d = 0; d < ofMask.length; d++) { // a mask [N, T] has no dimension for the classes
                    ofMask[d] = maskShape[d] == 1 ? 0 : at[d > 0 && ofMask.length < p.rank() ? d + 1 : d];
                }
                counts = (at[0] + ofMask[ofMask.length - 1]) % 2;
                mask.putScalar(ofMask, counts);
            }
            sum -= counts * Math.log(p.getDouble(at));
        }

        DataSet data = new DataSet(input, labels, null, mask);
        assertThat(score(network, data)).isCloseTo(sum / input.size(0), within(1e-12));
    }

    /** The index of the i-th row of classes. */
    private static long[] position(int i, long[] shape, int classDimension) {
        long[] position = new long[shape.length];
        long rest = i;
        for (int d = shape.length - 1; d >= 0; d--) {
            if (d != classDimension) {
                position[d] = rest % shape[d];
                rest /= shape[d];
            }
        }
        return position;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("is exact where the probabilities of FLOAT underflow, with identity behind a softmax too")
    void isExactWhereProbabilitiesUnderflow(boolean identity) {
        Layer[] layers = identity
                ? new Layer[] {SmallNetworks.dense(INPUTS, CLASSES, Activation.SOFTMAX),
                    new LossLayer.Builder(new LossPowerGrad(0.05)).activation(Activation.IDENTITY).build()}
                : new Layer[] {new OutputLayer.Builder(new LossPowerGrad(0.05)).nIn(INPUTS).nOut(CLASSES)
                        .activation(Activation.SOFTMAX).build()};
        MultiLayerNetwork network = new MultiLayerNetwork(
                SmallNetworks.settings().dataType(DataType.FLOAT).list(layers).build());
        network.init();
        network.setParam("0_W", Nd4j.createFromArray(new float[][] {{300, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}}));
        network.setParam("0_b", Nd4j.zeros(DataType.FLOAT, 1, CLASSES));
        DataSet data = new DataSet(Nd4j.createFromArray(new float[][] {{1, 0, 0, 0}}),
                Nd4j.createFromArray(new float[][] {{0, 1, 0}}));
        assertThat(network.output(data.getFeatures()).getDouble(0, 1)).isZero();

        assertThat(score(network, data)).isCloseTo(
                Reference.crossEntropy(new double[] {15, 0, 0}, new double[] {0, 1, 0}, null), within(1e-6));
    }

    @Test
    @DisplayName("goes by the probabilities where a recurrent layer has made them, whose softmax cannot be taken away")
    void goesByProbabilitiesOfRecurrentLayers() {
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.configuration(
                new SimpleRnn.Builder().nIn(INPUTS).nOut(CLASSES).activation(Activation.SOFTMAX).build(),
                new RnnLossLayer.Builder(loss()).activation(Activation.IDENTITY).build()));
        network.init();
        INDArray input = minibatch(0).getFeatures().reshape(2, 3, INPUTS).permute(0, 2, 1).dup();
        INDArray labels = minibatch(0).getLabels().reshape(2, 3, CLASSES).permute(0, 2, 1).dup();
        INDArray p = network.output(input).permute(0, 2, 1).dup('c').reshape('c', 6, CLASSES);

        double sum = 0;
        for (int row = 0; row < 6; row++) {
            sum += crossEntropy(p, minibatch(0).getLabels(), row, ALPHA);
        }
        assertThat(score(network, new DataSet(input, labels))).isCloseTo(sum / 2, within(1e-12));
    }

    // Graphs

    private static ComputationGraph graph() {
        ComputationGraph graph = new ComputationGraph(SmallNetworks.settings().graphBuilder().addInputs("in")
                .addLayer("hidden", SmallNetworks.dense(INPUTS, 5, Activation.TANH), "in")
                .addLayer("other", SmallNetworks.output(new LossMSE()), "hidden")
                .addLayer("one", SmallNetworks.output(new LossPowerGrad(0.5)), "hidden")
                .addLayer("softmax", SmallNetworks.dense(5, CLASSES, Activation.SOFTMAX), "hidden")
                .addLayer("two", new LossLayer.Builder(loss()).activation(Activation.IDENTITY).build(), "softmax")
                .addLayer("reader", new OutputLayer.Builder(loss()).nIn(2 * CLASSES).nOut(CLASSES)
                        .activation(Activation.SOFTMAX).build(), "softmax", "one")
                .setOutputs("other", "one", "two", "reader").build());
        graph.init();
        graph.params().muli(3);
        return graph;
    }

    @Test
    @DisplayName("adds up the outputs of a graph that have the transform, and leaves a softmax that others read where it is")
    void addsUpTheOutputsOfAGraph() {
        ComputationGraph graph = graph();
        INDArray[] p = graph.output(minibatch(0).getFeatures());
        INDArray labels = minibatch(0).getLabels();
        MultiDataSet data = new MultiDataSet(new INDArray[] {minibatch(0).getFeatures()},
                new INDArray[] {labels, labels, labels, labels}, null,
                new INDArray[] {null, Nd4j.createFromArray(new double[][] {{1}, {0}, {1}, {1}, {0}, {1}}), null, null});

        double sum = 0;
        for (int row = 0; row < 6; row++) {
            double counts = row == 1 || row == 4 ? 0 : 1;
            sum += counts * crossEntropy(p[1], labels, row, 0.5) + crossEntropy(p[2], labels, row, ALPHA)
                    + crossEntropy(p[3], labels, row, ALPHA);
        }
        assertThat(new CalibratedLossCalculator(new SingletonMultiDataSetIterator(data)).calculateScore(graph))
                .isCloseTo(sum / 6, within(1e-12));
    }

    private static double crossEntropy(INDArray p, INDArray labels, int row, double alpha) {
        double[] logits = Arrays.stream(p.getRow(row).toDoubleVector()).map(each -> alpha * Math.log(each)).toArray();
        return Reference.crossEntropy(logits, labels.getRow(row).toDoubleVector(), null);
    }

    static Stream<List<Layer>> layersWithSoftmax() {
        Layer softmax = SmallNetworks.dense(INPUTS, CLASSES, Activation.SOFTMAX);
        Layer loss = new LossLayer.Builder(loss()).activation(Activation.IDENTITY).build();
        return Stream.of(List.of(SmallNetworks.dense(INPUTS, 5, Activation.TANH), SmallNetworks.output(loss())),
                List.of(softmax, loss), List.of(new FrozenLayer(softmax), loss),
                List.of(new FrozenLayer(new FrozenLayerWithBackprop(softmax)), loss));
    }

    @ParameterizedTest
    @MethodSource("layersWithSoftmax")
    @DisplayName("changes neither the network nor what it predicts and how it trains on")
    void changesNothing(List<Layer> layers) {
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.configuration(layers.toArray(new Layer[0])));
        network.init();
        minibatches(2).forEach(network::fit);
        MultiLayerNetwork clone = network.clone();

        changesNothing(network, minibatch(0));

        minibatches(2).forEach(network::fit);
        minibatches(2).forEach(clone::fit);
        assertThat(params(network)).isEqualTo(params(clone));
    }

    @Test
    @DisplayName("does not reach into the original's TimeDistributed layer, which a clone of the configuration shares")
    void changesNothingInsideTimeDistributed() {
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.configuration(
                new TimeDistributed(SmallNetworks.dense(INPUTS, CLASSES, Activation.SOFTMAX)),
                new RnnLossLayer.Builder(loss()).activation(Activation.IDENTITY).build()));
        network.init();
        DataSet data = new DataSet(minibatch(0).getFeatures().reshape(6, INPUTS, 1),
                minibatch(0).getLabels().reshape(6, CLASSES, 1));

        changesNothing(network, data);
        changesNothing(network.toComputationGraph(), data);
    }

    private static void changesNothing(Model network, DataSet data) {
        double[] params = params(network);
        String configuration = configuration(network);
        double[] predictions = predictions(network, data.getFeatures());

        score(network, data);

        assertThat(params(network)).isEqualTo(params);
        assertThat(configuration(network)).isEqualTo(configuration);
        assertThat(predictions(network, data.getFeatures())).isEqualTo(predictions);
    }

    private static String configuration(Model network) {
        return network instanceof MultiLayerNetwork
                ? ((MultiLayerNetwork) network).getLayerWiseConfigurations().toJson()
                : ((ComputationGraph) network).getConfiguration().toJson();
    }

    private static double[] predictions(Model network, INDArray input) {
        return (network instanceof MultiLayerNetwork ? ((MultiLayerNetwork) network).output(input)
                : ((ComputationGraph) network).outputSingle(input)).ravel().toDoubleVector();
    }

    // What is refused

    @Test
    @DisplayName("refuses a network without the transform, a model that is no network, and an empty iterator")
    void refuses() {
        assertThatIllegalArgumentException().isThrownBy(() -> score(perceptron(new LossMCXENT()), minibatch(0)))
                .withMessage("No output to score: CalibratedLossCalculator needs one with a PowerGrad loss; found "
                        + "'layer1' (OutputLayer): LossMCXENT with softmax; DataSetLossCalculator scores other losses");
        assertThatIllegalArgumentException().isThrownBy(() -> score(perceptron(loss()).getLayer(0), minibatch(0)))
                .withMessageContaining("scores a MultiLayerNetwork or ComputationGraph, got org.deeplearning4j");
        assertThatIllegalStateException().isThrownBy(() -> score(perceptron(loss())))
                .withMessage("No examples to score: the iterator was empty after its reset()");
    }

    @Test
    @DisplayName("refuses an activation under the loss that is neither softmax nor identity, as training does")
    void refusesOtherActivations() {
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.configuration(
                SmallNetworks.dense(INPUTS, CLASSES, Activation.IDENTITY),
                new LossLayer.Builder(loss()).activation(Activation.SIGMOID).build()));
        network.init();

        assertThatIllegalArgumentException().isThrownBy(() -> score(network, minibatch(0)))
                .withMessageContaining("needs a softmax activation");
    }

    // What it is for

    @Test
    @DisplayName("finds the best epoch of p', where DataSetLossCalculator stops at that of p")
    void findsTheBestEpoch() {
        EarlyStoppingResult<MultiLayerNetwork> byP = train(new DataSetLossCalculator(noisy(100), true));
        EarlyStoppingResult<MultiLayerNetwork> byCalibrated = train(new CalibratedLossCalculator(noisy(100)));

        assertThat(byCalibrated.getBestModelEpoch()).isGreaterThan(byP.getBestModelEpoch());
        List<DataSet> test = new ArrayList<>();
        noisy(100).forEachRemaining(test::add);
        double best = expected(byCalibrated.getBestModel(), 0.1, 0, null, test);
        assertThat(best).isLessThan(0.98 * expected(byP.getBestModel(), 0.1, 0, null, test));
        Map<Integer, Double> scores = byCalibrated.getScoreVsEpoch();
        assertThat(scores.get(byCalibrated.getBestModelEpoch())).isCloseTo(best, within(1e-12))
                .isEqualTo(Collections.min(scores.values()));
    }

    private static EarlyStoppingResult<MultiLayerNetwork> train(ScoreCalculator<?> calculator) {
        EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
                new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
                        .epochTerminationConditions(new MaxEpochsTerminationCondition(20))
                        .scoreCalculator(calculator).modelSaver(new InMemoryModelSaver<>()).build();
        return new EarlyStoppingTrainer(configuration, perceptron(new LossPowerGrad(0.1)), noisy(1)).fit();
    }

    /** Examples whose class is the largest of three inputs, but for noise: so no probability should be close to 1. */
    private static DataSetIterator noisy(long seed) {
        Random random = new Random(seed);
        List<DataSet> minibatches = new ArrayList<>();
        for (int minibatch = 0; minibatch < 15; minibatch++) {
            double[][] inputs = new double[20][INPUTS];
            double[][] labels = new double[20][CLASSES];
            for (int row = 0; row < inputs.length; row++) {
                inputs[row] = random.doubles(INPUTS, -2, 2).toArray();
                double[] withNoise = Arrays.stream(inputs[row], 0, CLASSES).map(x -> x + random.nextGaussian())
                        .toArray();
                double largest = Arrays.stream(withNoise).max().orElseThrow();
                labels[row] = Arrays.stream(withNoise).map(x -> x == largest ? 1 : 0).toArray();
            }
            minibatches.add(new DataSet(Nd4j.createFromArray(inputs), Nd4j.createFromArray(labels)));
        }
        return new ExistingDataSetIterator(minibatches);
    }
}
