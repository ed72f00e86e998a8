package io.github.powergrad;

import static io.github.powergrad.BitwiseEquality.assertSameBits;
import static io.github.powergrad.SmallNetworks.CLASSES;
import static io.github.powergrad.SmallNetworks.INPUTS;
import static io.github.powergrad.SmallNetworks.configuration;
import static io.github.powergrad.SmallNetworks.dense;
import static io.github.powergrad.SmallNetworks.graph;
import static io.github.powergrad.SmallNetworks.lossOf;
import static io.github.powergrad.SmallNetworks.minibatch;
import static io.github.powergrad.SmallNetworks.minibatches;
import static io.github.powergrad.SmallNetworks.output;
import static io.github.powergrad.SmallNetworks.params;
import static io.github.powergrad.SmallNetworks.perceptron;
import static io.github.powergrad.SmallNetworks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CollectScoresListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

class PowerGradTest {

    private static final INDArray WEIGHTS = Nd4j.createFromArray(new double[][] {{1, 2, 0.5}});

    // What is changed

    @Test
    void aNetworkTrainsOnAsIfItHadBeenBuiltWithTheTransform() {
        MultiLayerNetwork changed = perceptron(new LossMCXENT());
        MultiLayerNetwork built = perceptron(new LossPowerGrad(0.25));

        assertThat(PowerGrad.applyTo(changed, 0.25)).isEqualTo(1);
        minibatches(5).forEach(changed::fit);
        minibatches(5).forEach(built::fit);

        assertThat(params(changed)).isEqualTo(params(built)).isNotEqualTo(params(trained(new LossMCXENT(), 5)));
    }

    @Test
    void aGraphTrainsOnAsIfItHadBeenBuiltWithTheTransform() {
        ComputationGraph changed = graph(new LossMCXENT());
        ComputationGraph built = graph(new LossPowerGrad(0.25));

        assertThat(PowerGrad.applyTo(changed, 0.25)).isEqualTo(1);
        minibatches(5).forEach(changed::fit);
        minibatches(5).forEach(built::fit);

        assertThat(params(changed)).isEqualTo(params(built));
    }

    @Test
    void weightsUpdaterStateCountsAndListenersStayWhenALossIsChangedInTraining() {
        MultiLayerNetwork network = trained(new LossMCXENT(), 3);
        TrainingListener listener = new CollectScoresListener(1);
        network.setListeners(listener);
        double[] params = params(network);
        double[] momentum = network.getUpdater().getStateViewArray().dup().toDoubleVector();
        INDArray predictions = network.output(minibatch(0).getFeatures());

        PowerGrad.applyTo(network, 0.25);

        assertThat(params(network)).isEqualTo(params);
        assertThat(network.getUpdater().getStateViewArray().toDoubleVector()).isEqualTo(momentum)
                .isNotEqualTo(new double[momentum.length]);
        assertThat(network.getIterationCount()).isEqualTo(3);
        assertThat(network.getListeners()).containsExactly(listener);
        assertThat(network.output(minibatch(0).getFeatures()).toDoubleMatrix())
                .isDeepEqualTo(predictions.toDoubleMatrix());
    }

    @Test
    void momentumGatheredBeforeTheChangeIsUsedAfterIt() {
        MultiLayerNetwork changed = trained(new LossMCXENT(), 3);
        LossPowerGrad switchable = new LossPowerGrad(1);
        MultiLayerNetwork switched = trained(switchable, 3);

        PowerGrad.applyTo(changed, 0.25);
        switchable.setAlpha(0.25);
        minibatches(3).forEach(changed::fit);
        minibatches(3).forEach(switched::fit);

        assertThat(params(changed)).isEqualTo(params(switched));
    }

    @Test
    void eachLossIsReplacedByItsTwinWithWeightsAndClippingKept() {
        assertThat(changed(new LossMCXENT())).isEqualTo(new LossPowerGrad(0.25));
        assertThat(changed(new LossMCXENT(1e-4, WEIGHTS)))
                .isEqualTo(LossPowerGrad.builder().alpha(0.25).softmaxClipEps(1e-4).weights(WEIGHTS).build());
        assertThat(changed(new LossNegativeLogLikelihood(WEIGHTS)))
                .isEqualTo(LossPowerGrad.builder().alpha(0.25).weights(WEIGHTS).build());
        assertThat(changed(new LossSparseMCXENT(1e-4, WEIGHTS)))
                .isEqualTo(LossSparsePowerGrad.builder().alpha(0.25).softmaxClipEps(1e-4).weights(WEIGHTS).build());
    }

    @Test
    void aPowerGradLossGetsTheNewAlphaAndKeepsAllElse() {
        LossPowerGrad smoothed = LossPowerGrad.builder().alpha(0.5).labelSmoothing(0.1).weights(WEIGHTS).build();
        MultiLayerNetwork network = perceptron(smoothed);
        MultiLayerNetwork clone = network.clone();

        assertThat(PowerGrad.applyTo(network, 0.25)).isEqualTo(1);

        assertThat(lossOf(network))
                .isEqualTo(LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).weights(WEIGHTS).build());
        assertThat(((LossPowerGrad) lossOf(clone)).getAlpha())
                .as("a clone shares the loss, so it must be replaced").isEqualTo(0.5);
        assertThat(changed(new LossSparsePowerGrad(1))).isEqualTo(new LossSparsePowerGrad(0.25));
        assertThat(changed(new LossPowerGrad(1) {})).isInstanceOf(LossPowerGrad.class)
                .isNotExactlyInstanceOf(LossPowerGrad.class);
    }

    static Stream<Layer> layersWithSoftmax() {
        return Stream.of(output(new LossMCXENT()),
                new RnnOutputLayer.Builder(new LossMCXENT()).nIn(5).nOut(3).activation(Activation.SOFTMAX).build(),
                new CenterLossOutputLayer.Builder(new LossMCXENT()).nIn(5).nOut(3).activation(Activation.SOFTMAX)
                        .build(),
                new LossLayer.Builder(new LossMCXENT()).activation(Activation.SOFTMAX).build(),
                new RnnLossLayer.Builder(new LossMCXENT()).activation(Activation.SOFTMAX).build(),
                new CnnLossLayer.Builder(new LossMCXENT()).activation(Activation.SOFTMAX).build(),
                new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW).lossFunction(new LossMCXENT())
                        .activation(Activation.SOFTMAX).build(),
                new FrozenLayerWithBackprop(output(new LossMCXENT())));
    }

    @ParameterizedTest
    @MethodSource("layersWithSoftmax")
    void everyKindOfOutputAndLossLayerWithSoftmaxIsChangedAndChangedBack(Layer layer) {
        MultiLayerConfiguration configuration = configuration(layer);

        assertThat(PowerGrad.applyTo(configuration, 0.25)).isEqualTo(1);
        assertThat(configuration.toJson()).contains("LossPowerGrad").doesNotContain("LossMCXENT");
        assertThat(PowerGrad.removeFrom(configuration)).isEqualTo(1);
        assertThat(configuration.toJson()).contains("LossMCXENT").doesNotContain("LossPowerGrad");
    }

    static Stream<List<Layer>> lossLayersBehindASoftmax() {
        return Stream.of(
                List.of(dense(4, 3, Activation.SOFTMAX), new LossLayer.Builder(new LossMCXENT()).build()),
                List.of(new SimpleRnn.Builder().nIn(4).nOut(3).activation(Activation.SOFTMAX).build(),
                        new RnnLossLayer.Builder(new LossMCXENT()).activation(Activation.IDENTITY).build()),
                List.of(new ConvolutionLayer.Builder(1, 1).nIn(4).nOut(3).activation(Activation.SOFTMAX).build(),
                        new CnnLossLayer.Builder(new LossMCXENT()).activation(Activation.IDENTITY).build()),
                List.of(new Convolution3D.Builder(1, 1, 1).nIn(4).nOut(3).activation(Activation.SOFTMAX).build(),
                        new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW).lossFunction(new LossMCXENT())
                                .activation(Activation.IDENTITY).build()));
    }

    @ParameterizedTest
    @MethodSource("lossLayersBehindASoftmax")
    void everyKindOfLossLayerWithIdentityIsChangedBehindASoftmax(List<Layer> layers) {
        assertThat(PowerGrad.applyTo(configuration(layers.toArray(new Layer[0])), 0.25)).isEqualTo(1);
    }

    static Stream<List<Layer>> layersThatEndInASoftmax() {
        Layer softmax = dense(4, 3, Activation.SOFTMAX);
        return Stream.of(List.of(new ActivationLayer(Activation.SOFTMAX)),
                List.of(softmax, new ActivationLayer(Activation.IDENTITY), new MaskLayer()),
                List.of(new LastTimeStep(
                        new SimpleRnn.Builder().nIn(4).nOut(3).activation(Activation.SOFTMAX).build())),
                List.of(new FrozenLayerWithBackprop(softmax)));
    }

    @ParameterizedTest
    @MethodSource("layersThatEndInASoftmax")
    void identityIsChangedWhereTheLayersBeforeItEndInASoftmax(List<Layer> before) {
        assertThat(PowerGrad.applyTo(before(before), 0.25)).isEqualTo(1);
    }

    static Stream<List<Layer>> layersThatDoNotEndInASoftmax() {
        Layer softmax = dense(4, 3, Activation.SOFTMAX);
        return Stream.of(List.of(), List.of(new ActivationLayer(Activation.IDENTITY)),
                List.of(dense(4, 3, Activation.SIGMOID)),
                List.of(softmax, new ActivationLayer(Activation.TANH)),
                List.of(softmax, new GlobalPoolingLayer.Builder().build()),
                List.of(new LSTM.Builder().nIn(4).nOut(3).activation(Activation.SOFTMAX).build()),
                List.of(dense(4, 3, Activation.TANH), repeated()),
                List.of(softmax, new DropoutLayer.Builder(0.5).activation(Activation.SOFTMAX).build()),
                List.of(softmax, new BatchNormalization.Builder().nOut(3).activation(Activation.SOFTMAX).build()));
    }

    @ParameterizedTest
    @MethodSource("layersThatDoNotEndInASoftmax")
    void identityIsLeftAloneWhereTheLayersBeforeItDoNotEndInASoftmax(List<Layer> before) {
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(before(before), 0.25))
                .withMessageContaining("(LossLayer): LossMCXENT with identity, not on a softmax");
    }

    /** A RepeatVector never applies the activation function that it has, here from the configuration's default. */
    private static RepeatVector repeated() {
        RepeatVector layer = new RepeatVector.Builder<>(2).build();
        layer.setActivationFn(new ActivationSoftmax());
        return layer;
    }

    @Test
    void identityBehindARepeatedSoftmaxTrainsWithTheSumOverTheRepetitions() {
        MultiLayerNetwork repeated = new MultiLayerNetwork(settings().updater(new Sgd(0.1)).list(
                dense(INPUTS, CLASSES, Activation.SOFTMAX), new RepeatVector.Builder<>(2).build(),
                new RnnLossLayer.Builder(new LossMCXENT()).activation(Activation.IDENTITY).build()).build());
        MultiLayerNetwork twiceTheRate = new MultiLayerNetwork(settings().updater(new Sgd(0.2)).list(
                dense(INPUTS, CLASSES, Activation.IDENTITY),
                new LossLayer.Builder(new LossPowerGrad(0.25)).activation(Activation.SOFTMAX).build()).build());
        repeated.init();
        twiceTheRate.init();

        assertThat(PowerGrad.applyTo(repeated, 0.25)).isEqualTo(1);
        INDArray labels = minibatch(0).getLabels();
        repeated.fit(minibatch(0).getFeatures(), Nd4j.stack(2, labels, labels));
        twiceTheRate.fit(minibatch(0));

        assertThat(params(repeated)).containsExactly(params(twiceTheRate), within(1e-12));
    }

    static Stream<GraphVertex> verticesThatPassOn() {
        return Stream.of(new ReshapeVertex(-1, CLASSES), new FrozenVertex(new ReshapeVertex(-1, CLASSES)),
                new PreprocessorVertex(new RnnToFeedForwardPreProcessor()));
    }

    @ParameterizedTest
    @MethodSource("verticesThatPassOn")
    void inAGraphASoftmaxIsSeenThroughVerticesThatPassRowsOn(GraphVertex vertex) {
        assertThat(PowerGrad.applyTo(softmaxThen(vertex), 0.25)).isEqualTo(1);
    }

    @Test
    void inAGraphASoftmaxIsNotSeenThroughVerticesThatCompute() {
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(softmaxThen(new ScaleVertex(2)), 0.25))
                .withMessageContaining("'loss' (LossLayer): LossMCXENT with identity, not on a softmax");
    }

    @Test
    void inAGraphTwoMergedSoftmaxesAreNoSoftmax() {
        ComputationGraphConfiguration merged = settings().graphBuilder().addInputs("in")
                .addLayer("one", dense(INPUTS, CLASSES, Activation.SOFTMAX), "in")
                .addLayer("two", dense(INPUTS, CLASSES, Activation.SOFTMAX), "in")
                .addLayer("direct", new LossLayer.Builder(new LossMCXENT()).build(), "one", "two")
                .addVertex("through", new ReshapeVertex(-1, 2 * CLASSES), "one", "two")
                .addLayer("reshaped", new LossLayer.Builder(new LossMCXENT()).build(), "through")
                .setOutputs("direct", "reshaped").build();

        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(merged, 0.25));
    }

    @Test
    void inAGraphALossOnTheInputIsNoSoftmax() {
        ComputationGraphConfiguration onInput = settings().graphBuilder().addInputs("in")
                .addLayer("activation", new ActivationLayer(Activation.IDENTITY), "in")
                .addLayer("loss", new LossLayer.Builder(new LossMCXENT()).build(), "activation")
                .setOutputs("loss").build();

        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(onInput, 0.25));
    }

    @Test
    void otherLossesAndActivationsAreLeftAlone() {
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(perceptron(new LossMSE()), 0.25))
                .withMessage("No loss to change: PowerGrad.applyTo replaces LossMCXENT, LossNegativeLogLikelihood and "
                        + "LossSparseMCXENT where the activation is softmax, or identity behind a softmax; found "
                        + "'layer1' (OutputLayer): LossMSE with softmax");
        LossMCXENT own = new LossMCXENT() {};
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(perceptron(own), 0.25));
        MultiLayerConfiguration sigmoid = configuration(
                new OutputLayer.Builder(new LossMCXENT()).nIn(4).nOut(3).activation(Activation.SIGMOID).build());
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(sigmoid, 0.25))
                .withMessageEndingWith("LossMCXENT with sigmoid");
    }

    @Test
    void anOutputLayerWithWeightsAndIdentityIsLeftAloneEvenBehindASoftmax() {
        MultiLayerConfiguration configuration = configuration(dense(4, 5, Activation.SOFTMAX),
                new OutputLayer.Builder(new LossMCXENT()).nIn(5).nOut(3).activation(Activation.IDENTITY).build());

        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(configuration, 0.25))
                .withMessageContaining("LossMCXENT with identity, not on a softmax");
    }

    @Test
    void aNetworkWithoutALossIsRefusedWithTheRemedy() {
        MultiLayerConfiguration configuration = configuration(dense(4, 3, Activation.SOFTMAX));
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(configuration, 0.25))
                .withMessageContaining("found no output or loss layer "
                        + "(add one, such as a LossLayer behind the softmax)");

        OutputLayer layer = output(new LossMCXENT());
        layer.setLossFn(null);
        layer.setLayerName(null);
        MultiLayerConfiguration unset = configuration(output(new LossMSE()));
        unset.getConf(0).setLayer(layer);
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(unset, 0.25))
                .withMessageContaining("found 'layer 0' (OutputLayer): no loss with softmax");
    }

    @Test
    void anOutputLayerWithLossesOfItsOwnIsNamedWithWhatToDo() {
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(yolo(new LossL2()), 0.25))
                .withMessageEndingWith("found 'layer0' (Yolo2OutputLayer): adds up several losses, of which its "
                        + "builder's lossClassPredictions(new LossPowerGrad(alpha)) can have the transform");
        ComputationGraphConfiguration sameDiff = settings().graphBuilder().addInputs("in")
                .addLayer("out", new OwnLoss(), "in").setOutputs("out").build();
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.removeFrom(sameDiff))
                .withMessageEndingWith("found 'out' (OwnLoss): computes its loss in SameDiff, where "
                        + "SDPowerGrad.softmaxCrossEntropy has the transform");
    }

    @Test
    void theClassPredictionsOfYoloTrainWithTheTransform() {
        INDArray features = Nd4j.rand(DataType.DOUBLE, 2, 2 * (5 + CLASSES), 4, 4);
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, 4 + CLASSES, 4, 4);
        labels.putScalar(new int[] {0, 0, 1, 1}, 1.1).putScalar(new int[] {0, 1, 1, 1}, 1.2)
                .putScalar(new int[] {0, 2, 1, 1}, 1.8).putScalar(new int[] {0, 3, 1, 1}, 1.9)
                .putScalar(new int[] {0, 4, 1, 1}, 1);

        assertThat(yoloAfterAStep(new LossPowerGrad(1), features, labels))
                .containsExactly(yoloAfterAStep(new LossMCXENT(), features, labels), within(1e-12));
        assertThat(yoloAfterAStep(new LossPowerGrad(0.25), features, labels))
                .isNotEqualTo(yoloAfterAStep(new LossMCXENT(), features, labels));
    }

    private static double[] yoloAfterAStep(ILossFunction loss, INDArray features, INDArray labels) {
        int channels = 2 * (5 + CLASSES);
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(
                new ConvolutionLayer.Builder(1, 1).nIn(channels).nOut(channels).activation(Activation.IDENTITY).build(),
                yolo(loss).getConf(0).getLayer()));
        network.init();
        network.fit(features, labels);
        return params(network);
    }

    private static MultiLayerConfiguration yolo(ILossFunction classLoss) {
        return configuration(new Yolo2OutputLayer.Builder().lossClassPredictions(classLoss)
                .boundingBoxPriors(Nd4j.createFromArray(new double[][] {{1, 1}, {2, 2}})).build());
    }

    /** An output layer whose loss DL4J has no setter for. */
    private static final class OwnLoss extends SameDiffOutputLayer {

        @Override
        public SDVariable defineLayer(SameDiff sameDiff, SDVariable input, SDVariable labels,
                Map<String, SDVariable> parameters) {
            return labels.sub(input).norm2("loss");
        }

        @Override
        public String activationsVertexName() {
            return "input";
        }

        @Override
        public void defineParameters(SDLayerParams parameters) {}

        @Override
        public void initializeParameters(Map<String, INDArray> parameters) {}

        @Override
        public InputType getOutputType(int index, InputType inputType) {
            return inputType;
        }
    }

    // Which alpha

    @Test
    void alphaOfIsThatOfTheLossInTheNetwork() {
        assertThat(PowerGrad.alphaOf(perceptron(new LossPowerGrad(0.25)))).isEqualTo(0.25);
        assertThat(PowerGrad.alphaOf(graph(new LossSparsePowerGrad(0)))).isZero();
        MultiLayerNetwork network = perceptron(new LossMCXENT());
        PowerGrad.applyTo(network, 0.5);
        assertThat(PowerGrad.alphaOf(network)).isEqualTo(0.5);
        assertThat(PowerGrad.alphaOf(network, "layer1")).isEqualTo(0.5);
    }

    @Test
    void alphaOfANetworkThatIsNotInitializedYetIsThatOfItsConfiguration() {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(output(new LossPowerGrad(0.25))));
        ComputationGraph graph = new ComputationGraph(graph(new LossPowerGrad(0.5)).getConfiguration().clone());

        assertThat(PowerGrad.alphaOf(network)).isEqualTo(0.25);
        assertThat(PowerGrad.alphaOf(graph)).isEqualTo(0.5);
    }

    @Test
    void alphaOfIsTheOneAlphaOfSeveralOutputsAndOtherLossesDoNotCount() {
        ComputationGraph both = twoOutputs(new LossPowerGrad(0.5));
        PowerGrad.applyTo(both, 0.25);
        ComputationGraph regression = twoOutputs(new LossMSE());
        PowerGrad.applyTo(regression, 0.75);

        assertThat(PowerGrad.alphaOf(both)).isEqualTo(0.25);
        assertThat(PowerGrad.alphaOf(regression)).isEqualTo(0.75);
    }

    @Test
    void alphaOfOutputsThatDifferIsAskedForByName() {
        ComputationGraph graph = twoOutputs(new LossPowerGrad(0.5), new LossPowerGrad(0.25));

        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.alphaOf(graph))
                .withMessage("No single alpha: layers differ, {class=0.5, other=0.25}; "
                        + "ask for one with PowerGrad.alphaOf(network, layer)");
        assertThat(PowerGrad.alphaOf(graph, "class")).isEqualTo(0.5);
        assertThat(PowerGrad.alphaOf(graph, "other")).isEqualTo(0.25);
    }

    @Test
    void alphaOfANetworkOrLayerWithoutThePowerGradLossIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.alphaOf(perceptron(new LossMCXENT())))
                .withMessage("No alpha: no layer has a PowerGrad loss; found 'layer1' (OutputLayer): LossMCXENT with "
                        + "softmax; call PowerGrad.applyTo first");
        ComputationGraph graph = twoOutputs(new LossPowerGrad(0.5), new LossMSE());
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.alphaOf(graph, "other"))
                .withMessage("No layer 'other' with a PowerGrad loss; found 'class' (OutputLayer): LossPowerGrad with "
                        + "softmax, 'other' (OutputLayer): LossMSE with softmax");
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.alphaOf(perceptron(new LossPowerGrad()), "out"))
                .withMessageStartingWith("No layer 'out' with a PowerGrad loss");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void anAlphaOutOfRangeIsRefusedBeforeAnythingIsChanged(double alpha) {
        MultiLayerNetwork network = perceptron(new LossMCXENT());

        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(network, alpha))
                .withMessageContaining("alpha must be in [0, 1], got " + alpha);
        assertThat(lossOf(network)).isEqualTo(new LossMCXENT());
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(perceptron(new LossMSE()), alpha))
                .withMessageContaining("alpha must be in [0, 1], got " + alpha);
    }

    // Where it is changed

    @Test
    void ofTwoOutputsTheCrossEntropyIsChangedAndTheRegressionStays() {
        ComputationGraph graph = twoOutputs(new LossMSE());

        assertThat(PowerGrad.applyTo(graph, 0.25)).isEqualTo(1);

        assertThat(lossOf(graph, "class")).isEqualTo(new LossPowerGrad(0.25));
        assertThat(lossOf(graph, "other")).isEqualTo(new LossMSE());
    }

    @Test
    void ofTwoCrossEntropyOutputsBothAreChangedAndTrain() {
        ComputationGraph changed = twoOutputs(new LossNegativeLogLikelihood());
        ComputationGraph built = twoOutputs(new LossPowerGrad(0.25));

        assertThat(PowerGrad.applyTo(changed, 0.25)).isEqualTo(2);
        PowerGrad.applyTo(built, 0.25);
        MultiDataSet data = new MultiDataSet(new INDArray[] {minibatch(0).getFeatures()},
                new INDArray[] {minibatch(0).getLabels(), minibatch(1).getLabels()});
        changed.fit(data);
        built.fit(data);

        assertThat(params(changed)).isEqualTo(params(built));
        assertThat(PowerGrad.removeFrom(changed)).isEqualTo(2);
    }

    @Test
    void networksThatAreNotInitializedYetCanBeChanged() {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(output(new LossMCXENT())));
        ComputationGraph graph = new ComputationGraph(graph(new LossMCXENT()).getConfiguration().clone());

        assertThat(PowerGrad.applyTo(network, 0.25)).isEqualTo(1);
        assertThat(PowerGrad.applyTo(graph, 0.25)).isEqualTo(1);

        network.init();
        graph.init();
        assertThat(lossOf(network.getLayer(0).conf().getLayer())).isEqualTo(new LossPowerGrad(0.25));
        assertThat(lossOf(graph, "out")).isEqualTo(new LossPowerGrad(0.25));
    }

    @Test
    void configurationsCanBeChangedAndChangedBack() {
        MultiLayerConfiguration layers = configuration(dense(INPUTS, 5, Activation.TANH), output(new LossMCXENT()));
        ComputationGraphConfiguration vertices = graph(new LossSparseMCXENT()).getConfiguration();
        String layersBefore = layers.toJson();
        String verticesBefore = vertices.toJson();

        assertThat(PowerGrad.applyTo(layers, 0.25)).isEqualTo(1);
        assertThat(PowerGrad.applyTo(vertices, 0.25)).isEqualTo(1);
        assertThat(layers.toJson()).contains("LossPowerGrad");
        assertThat(vertices.toJson()).contains("LossSparsePowerGrad");

        assertThat(PowerGrad.removeFrom(layers)).isEqualTo(1);
        assertThat(PowerGrad.removeFrom(vertices)).isEqualTo(1);
        assertThat(layers.toJson()).isEqualTo(layersBefore);
        assertThat(vertices.toJson()).isEqualTo(verticesBefore);
    }

    @Test
    void aFrozenOutputThatPassesGradientsOnTrainsTheLayersBeforeItWithTheTransform() {
        MultiLayerNetwork changed = frozenOutput(new LossMCXENT());
        MultiLayerNetwork built = frozenOutput(new LossPowerGrad(0.25));

        PowerGrad.applyTo(changed, 0.25);
        minibatches(3).forEach(changed::fit);
        minibatches(3).forEach(built::fit);

        assertThat(params(changed)).isEqualTo(params(built)).isNotEqualTo(params(frozenOutput(new LossMCXENT())));
    }

    @Test
    void aNetworkAfterTransferLearningTrainsWithTheTransform() {
        MultiLayerNetwork changed = transferred(trained(new LossMCXENT(), 2), new LossMCXENT());
        MultiLayerNetwork built = transferred(trained(new LossMCXENT(), 2), new LossPowerGrad(0.25));
        double[] frozen = changed.getLayer(0).params().dup().toDoubleVector();

        assertThat(PowerGrad.applyTo(changed, 0.25)).isEqualTo(1);
        minibatches(3).forEach(changed::fit);
        minibatches(3).forEach(built::fit);

        assertThat(params(changed)).isEqualTo(params(built));
        assertThat(changed.getLayer(0).params().toDoubleVector()).isEqualTo(frozen);
    }

    @Test
    void aGraphAfterTransferLearningTrainsWithTheTransform() {
        ComputationGraph graph = new TransferLearning.GraphBuilder(graph(new LossMCXENT()))
                .setFeatureExtractor("hidden").nOutReplace("out", 2, org.deeplearning4j.nn.weights.WeightInit.XAVIER)
                .build();

        assertThat(PowerGrad.applyTo(graph, 0.25)).isEqualTo(1);
        graph.fit(new MultiDataSet(minibatch(0).getFeatures(), minibatch(0).getLabels().getColumns(0, 1)));

        assertThat(lossOf(graph, "out")).isEqualTo(new LossPowerGrad(0.25));
        assertThat(graph.score()).isFinite();
    }

    @Test
    void aFrozenLossLayerIsChangedInTheSavedAndInTheRunningConfiguration() {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(dense(INPUTS, CLASSES, Activation.SOFTMAX),
                new LossLayer.Builder(new LossMCXENT()).build()));
        network.init();
        MultiLayerNetwork frozen = new TransferLearning.Builder(network).setFeatureExtractor(1).build();
        assertThat(frozen.getLayer(1).conf()).isNotSameAs(frozen.getLayerWiseConfigurations().getConf(1));

        PowerGrad.applyTo(frozen, 0.25);

        assertThat(lossOf(frozen.getLayer(1).conf().getLayer())).isEqualTo(new LossPowerGrad(0.25));
        assertThat(frozen.getLayerWiseConfigurations().toJson()).contains("LossPowerGrad");
    }

    @Test
    void aFrozenLossLayerOfAGraphIsChangedInTheSavedAndInTheRunningConfiguration() {
        ComputationGraph graph = new ComputationGraph(settings().graphBuilder().addInputs("in")
                .addLayer("softmax", dense(INPUTS, CLASSES, Activation.SOFTMAX), "in")
                .addLayer("loss", new LossLayer.Builder(new LossMCXENT()).build(), "softmax").setOutputs("loss").build());
        graph.init();
        ComputationGraph frozen = new TransferLearning.GraphBuilder(graph).setFeatureExtractor("loss").build();

        PowerGrad.applyTo(frozen, 0.25);

        assertThat(lossOf(frozen.getLayer("loss").conf().getLayer())).isEqualTo(new LossPowerGrad(0.25));
        assertThat(frozen.getConfiguration().toJson()).contains("LossPowerGrad");
    }

    @Test
    void savedAndLoadedItGoesOnTrainingAsIfItHadNotBeenSaved(@TempDir Path folder) throws IOException {
        MultiLayerNetwork network = trained(new LossMCXENT(1e-4, WEIGHTS), 2);
        PowerGrad.applyTo(network, 0.25);
        minibatches(3).forEach(network::fit);
        File file = folder.resolve("network.zip").toFile();
        network.save(file, true);
        MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);

        assertThat(lossOf(loaded)).isEqualTo(lossOf(network));
        minibatches(3).forEach(network::fit);
        minibatches(3).forEach(loaded::fit);

        assertThat(params(loaded)).isEqualTo(params(network));
        assertThat(loaded.getIterationCount()).isEqualTo(8);
    }

    // The way back

    @Test
    void removingPutsTheOrdinaryLossesBackWithWeightsAndClipping() {
        assertThat(removed(new LossPowerGrad(0.25))).isExactlyInstanceOf(LossMCXENT.class).isEqualTo(new LossMCXENT());
        assertThat(removed(LossPowerGrad.builder().softmaxClipEps(1e-4).weights(WEIGHTS).labelSmoothing(0.1).build()))
                .isEqualTo(new LossMCXENT(1e-4, WEIGHTS));
        assertThat(removed(LossSparsePowerGrad.builder().softmaxClipEps(1e-4).weights(WEIGHTS).build()))
                .isExactlyInstanceOf(LossSparseMCXENT.class).isEqualTo(new LossSparseMCXENT(1e-4, WEIGHTS));
    }

    @Test
    void theNewLossHasClassWeightsOfItsOwnBothWays() {
        MultiLayerNetwork network = perceptron(new LossMCXENT(WEIGHTS));
        PowerGrad.applyTo(network, 0.25);
        INDArray first = ((LossMCXENT) lossOf(network)).getWeights();
        PowerGrad.applyTo(network, 0.5);
        INDArray second = ((LossMCXENT) lossOf(network)).getWeights();
        PowerGrad.removeFrom(network);
        INDArray third = ((LossMCXENT) lossOf(network)).getWeights();

        assertThat(Stream.of(WEIGHTS, first, second, third).map(weights -> weights.data().pointer().address()))
                .doesNotHaveDuplicates();
        assertSameBits(third, WEIGHTS);
    }

    @Test
    void aNetworkTrainsOnAsOrdinaryCrossEntropyAfterRemoving() {
        MultiLayerNetwork network = perceptron(new LossPowerGrad(0.25));

        PowerGrad.removeFrom(network);
        minibatches(3).forEach(network::fit);

        assertThat(params(network)).isEqualTo(params(trained(new LossMCXENT(), 3)));
    }

    @Test
    void removingFromANetworkWithoutTheTransformIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.removeFrom(perceptron(new LossMCXENT())))
                .withMessage("No loss to change: PowerGrad.removeFrom replaces LossPowerGrad and LossSparsePowerGrad; "
                        + "found 'layer1' (OutputLayer): LossMCXENT with softmax");
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.removeFrom(graph(new LossMSE())))
                .withMessageContaining("'out' (OutputLayer): LossMSE");
    }

    private static ILossFunction changed(ILossFunction loss) {
        MultiLayerNetwork network = perceptron(loss);
        PowerGrad.applyTo(network, 0.25);
        return lossOf(network);
    }

    private static ILossFunction removed(ILossFunction loss) {
        MultiLayerNetwork network = perceptron(loss);
        PowerGrad.removeFrom(network);
        return lossOf(network);
    }

    private static MultiLayerNetwork trained(ILossFunction loss, int iterations) {
        MultiLayerNetwork network = perceptron(loss);
        minibatches(iterations).forEach(network::fit);
        return network;
    }

    private static MultiLayerConfiguration before(List<Layer> layers) {
        return configuration(Stream.concat(layers.stream(), Stream.of(new LossLayer.Builder(new LossMCXENT()).build()))
                .toArray(Layer[]::new));
    }

    private static ComputationGraphConfiguration softmaxThen(GraphVertex vertex) {
        return settings().graphBuilder().addInputs("in")
                .addLayer("softmax", dense(INPUTS, CLASSES, Activation.SOFTMAX), "in")
                .addLayer("identity", new ActivationLayer(Activation.IDENTITY), "softmax")
                .addVertex("vertex", vertex, "identity")
                .addLayer("loss", new LossLayer.Builder(new LossMCXENT()).build(), "vertex")
                .setOutputs("loss").build();
    }

    private static ComputationGraph twoOutputs(ILossFunction other) {
        return twoOutputs(new LossMCXENT(), other);
    }

    private static ComputationGraph twoOutputs(ILossFunction one, ILossFunction other) {
        ComputationGraph graph = new ComputationGraph(settings().graphBuilder()
                .addInputs("in")
                .addLayer("hidden", dense(INPUTS, 5, Activation.TANH), "in")
                .addLayer("class", output(one), "hidden")
                .addLayer("other", output(other), "hidden")
                .setOutputs("class", "other").build());
        graph.init();
        return graph;
    }

    private static MultiLayerNetwork frozenOutput(ILossFunction loss) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(dense(INPUTS, 5, Activation.TANH),
                new FrozenLayerWithBackprop(output(loss))));
        network.init();
        return network;
    }

    private static MultiLayerNetwork transferred(MultiLayerNetwork from, ILossFunction loss) {
        return new TransferLearning.Builder(from)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(new Sgd(0.1)).seed(3).build())
                .setFeatureExtractor(0).removeOutputLayer().addLayer(output(loss)).build();
    }

    @Test
    void findsTheSoftmaxThatIsTheFirstLayerAndCountsWhatItChangesBack() {
        MultiLayerNetwork network = new MultiLayerNetwork(SmallNetworks.configuration(
                SmallNetworks.dense(SmallNetworks.INPUTS, SmallNetworks.CLASSES, Activation.SOFTMAX),
                new LossLayer.Builder(new LossMCXENT()).activation(Activation.IDENTITY).build()));
        network.init();

        assertThat(PowerGrad.applyTo(network, 0.3)).isEqualTo(1);
        assertThat(PowerGrad.removeFrom(network)).isEqualTo(1);
    }
}
