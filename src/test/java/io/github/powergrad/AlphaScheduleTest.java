package io.github.powergrad;

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
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class AlphaScheduleTest {

    @BeforeEach
    void forgetOtherTests() {
        RecordingLoss.takeAlphas();
    }

    @Test
    void aLoopOverMinibatchesTrainsWithTheAlphaOfEachIterationFromTheFirst() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(new AlphaSchedule(tenths()));
        minibatches(4).forEach(network::fit);
        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.0, 0.1, 0.2, 0.3);

        ComputationGraph graph = graph(new RecordingLoss());
        graph.setListeners(new AlphaSchedule(tenths()));
        minibatches(4).forEach(graph::fit);
        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.0, 0.1, 0.2, 0.3);
    }

    @Test
    void warmupTrainsTheFirstEpochsOfAnIteratorWithoutTheTransform() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(AlphaSchedule.warmup(2, 0.25));
        network.fit(iterator(2), 3);
        assertThat(RecordingLoss.takeAlphas()).containsExactly(1.0, 1.0, 1.0, 1.0, 0.25, 0.25);

        ComputationGraph graph = graph(new RecordingLoss());
        graph.setListeners(AlphaSchedule.warmup(1, 0.25));
        graph.fit(iterator(2), 2);
        assertThat(RecordingLoss.takeAlphas()).containsExactly(1.0, 1.0, 0.25, 0.25);
    }

    @Test
    void warmupOfNoEpochsTrainsWithAlphaAtOnce() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(AlphaSchedule.warmup(0, 0.25));
        network.fit(minibatch(0));
        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.25);
    }

    @Test
    void inALoopOverMinibatchesTheCallerCountsTheEpochs() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(AlphaSchedule.warmup(1, 0.25));
        for (int epoch = 0; epoch < 2; epoch++) {
            minibatches(2).forEach(network::fit);
            network.incrementEpochCount();
        }
        assertThat(RecordingLoss.takeAlphas()).containsExactly(1.0, 1.0, 0.25, 0.25);
    }

    @Test
    void trainingIsTheSameAsWithAlphaSetByHand() {
        MultiLayerNetwork scheduled = perceptron(new LossPowerGrad());
        scheduled.setListeners(AlphaSchedule.warmup(1, 0.25));
        scheduled.fit(iterator(3), 2);

        LossPowerGrad loss = new LossPowerGrad(1);
        MultiLayerNetwork byHand = perceptron(loss);
        byHand.fit(iterator(3));
        loss.setAlpha(0.25);
        byHand.fit(iterator(3));

        assertThat(params(scheduled)).isEqualTo(params(byHand));
    }

    @Test
    void aSavedNetworkGoesOnInTheScheduleWhereItStopped(@TempDir Path folder) throws IOException {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(new AlphaSchedule(tenths()));
        network.fit(iterator(2));
        File file = folder.resolve("network.zip").toFile();
        network.save(file, true);
        network.fit(iterator(2));
        RecordingLoss.takeAlphas();

        MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);
        loaded.setListeners(new AlphaSchedule(tenths()));
        loaded.fit(iterator(2));

        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.2, 0.3);
        assertThat(params(loaded)).isEqualTo(params(network));
    }

    @Test
    void aSavedGraphGoesOnInTheEpochWhereItStopped(@TempDir Path folder) throws IOException {
        ComputationGraph graph = graph(new RecordingLoss());
        graph.setListeners(AlphaSchedule.warmup(1, 0.25));
        graph.fit(iterator(2));
        File file = folder.resolve("graph.zip").toFile();
        graph.save(file, true);
        RecordingLoss.takeAlphas();

        ComputationGraph loaded = ComputationGraph.load(file, true);
        loaded.setListeners(AlphaSchedule.warmup(1, 0.25));
        loaded.fit(minibatch(0));

        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.25);
    }

    // Nobody else's loss is changed

    @Test
    void theLossThatANetworkWasBuiltWithKeepsItsAlpha() {
        LossPowerGrad loss = new LossPowerGrad(0.5);
        MultiLayerNetwork network = perceptron(loss);
        network.setListeners(AlphaSchedule.warmup(0, 0.25));
        network.fit(minibatch(0));

        assertThat(loss.getAlpha()).isEqualTo(0.5);
        assertThat(lossOf(network)).isEqualTo(new LossPowerGrad(0.25));
    }

    @Test
    void oneLossObjectInTwoNetworksIsChangedInTheScheduledOneAlone() {
        LossPowerGrad loss = new LossPowerGrad(0.5);
        MultiLayerNetwork network = perceptron(loss);
        MultiLayerNetwork unscheduled = perceptron(loss);
        ComputationGraph graph = graph(loss);
        network.setListeners(AlphaSchedule.warmup(0, 0.25));
        graph.setListeners(AlphaSchedule.warmup(0, 0.75));
        network.fit(minibatch(0));
        graph.fit(minibatch(0));
        unscheduled.fit(minibatch(0));

        assertThat(PowerGrad.alphaOf(network)).isEqualTo(0.25);
        assertThat(PowerGrad.alphaOf(graph)).isEqualTo(0.75);
        assertThat(PowerGrad.alphaOf(unscheduled)).isEqualTo(0.5);
    }

    @Test
    void aCloneTakenWhileTheScheduleRunsKeepsTheAlphaOfThatMoment() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(new AlphaSchedule(tenths()));
        network.fit(iterator(3));
        MultiLayerNetwork clone = network.clone();
        network.fit(iterator(3));
        RecordingLoss.takeAlphas();
        clone.fit(iterator(2));

        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.2, 0.2);
        assertThat(PowerGrad.alphaOf(network)).isEqualTo(0.5);
    }

    @Test
    void aCloneOfAGraphHasTheScheduleAndCountersAtZeroUnlessTheyAreSet() {
        ComputationGraph graph = graph(new RecordingLoss());
        graph.setListeners(AlphaSchedule.warmup(1, 0.25));
        graph.fit(iterator(2), 2);
        ComputationGraph clone = graph.clone();
        assertThat(PowerGrad.alphaOf(clone)).isEqualTo(0.25);
        RecordingLoss.takeAlphas();
        clone.fit(minibatch(0));
        clone.getConfiguration().setEpochCount(2);
        clone.fit(minibatch(0));

        assertThat(RecordingLoss.takeAlphas()).containsExactly(1.0, 0.25);
        assertThat(PowerGrad.alphaOf(graph)).isEqualTo(0.25);
    }

    @Test
    void anUnscheduledCloneTrainsAsIfTheOriginalHadNoSchedule() {
        MultiLayerNetwork network = perceptron(new LossPowerGrad(0.5));
        MultiLayerNetwork clone = network.clone();
        network.setListeners(AlphaSchedule.warmup(0, 0.25));
        network.fit(minibatch(0));
        minibatches(3).forEach(clone::fit);
        MultiLayerNetwork alone = perceptron(new LossPowerGrad(0.5));
        minibatches(3).forEach(alone::fit);

        assertThat(params(clone)).isEqualTo(params(alone));
    }

    @Test
    void twoClonesWithSchedulesOfTheirOwnDoNotDisturbEachOther() {
        MultiLayerNetwork network = perceptron(new LossPowerGrad(0.5));
        MultiLayerNetwork clone = network.clone();
        network.setListeners(AlphaSchedule.warmup(0, 0.25));
        clone.setListeners(AlphaSchedule.warmup(0, 0.75));
        network.fit(minibatch(0));
        clone.fit(minibatch(0));
        network.fit(minibatch(0));

        assertThat(PowerGrad.alphaOf(network)).isEqualTo(0.25);
        assertThat(PowerGrad.alphaOf(clone)).isEqualTo(0.75);
    }

    @Test
    void theBestModelThatEarlyStoppingKeepsInMemoryKeepsItsAlpha() {
        MultiLayerNetwork network = perceptron(new LossPowerGrad());
        network.setListeners(new AlphaSchedule(tenths()));
        EarlyStoppingResult<MultiLayerNetwork> result =
                new EarlyStoppingTrainer(bestIsTheFirstOfThreeEpochs(), network, iterator(2)).fit();

        assertThat(result.getBestModelEpoch()).isZero();
        assertThat(PowerGrad.alphaOf(result.getBestModel())).as("set in iteration 1").isEqualTo(0.1);
        assertThat(PowerGrad.alphaOf(network)).as("set in iteration 5").isEqualTo(0.5);
    }

    @Test
    void theBestGraphThatEarlyStoppingKeepsInMemoryKeepsItsAlpha() {
        ComputationGraph graph = graph(new LossPowerGrad());
        graph.setListeners(AlphaSchedule.warmup(1, 0.25));
        EarlyStoppingResult<ComputationGraph> result =
                new EarlyStoppingGraphTrainer(bestIsTheFirstOfThreeEpochs(), graph, iterator(2)).fit();

        assertThat(PowerGrad.alphaOf(result.getBestModel())).as("of the first epoch").isEqualTo(1);
        assertThat(PowerGrad.alphaOf(graph)).as("of the last epoch").isEqualTo(0.25);
    }

    private static <T extends Model> EarlyStoppingConfiguration<T> bestIsTheFirstOfThreeEpochs() {
        return new EarlyStoppingConfiguration.Builder<T>().modelSaver(new InMemoryModelSaver<>())
                .scoreCalculator(new WorseEachTime<>())
                .epochTerminationConditions(new MaxEpochsTerminationCondition(3)).build();
    }

    private static final class WorseEachTime<T extends Model> implements ScoreCalculator<T> {

        private static final long serialVersionUID = 1L;
        private double score;

        @Override
        public double calculateScore(T network) {
            return ++score;
        }

        @Override
        public boolean minimizeScore() {
            return true;
        }
    }

    @Test
    void aNetworkMadeByTransferLearningFollowsItsOwnSchedule() {
        MultiLayerNetwork network = perceptron(new LossPowerGrad());
        network.setListeners(AlphaSchedule.warmup(0, 0.25));
        network.fit(minibatch(0));
        MultiLayerNetwork transferred = new TransferLearning.Builder(network).setFeatureExtractor(0).build();
        assertThat(PowerGrad.alphaOf(transferred)).isEqualTo(0.25);

        transferred.setListeners(AlphaSchedule.warmup(0, 0.75));
        transferred.fit(minibatch(0));

        assertThat(PowerGrad.alphaOf(transferred)).isEqualTo(0.75);
        assertThat(PowerGrad.alphaOf(network)).isEqualTo(0.25);
    }

    @Test
    void aGraphMadeByTransferLearningFollowsItsOwnSchedule() {
        ComputationGraph graph = graph(new LossPowerGrad());
        ComputationGraph transferred = new TransferLearning.GraphBuilder(graph).setFeatureExtractor("hidden").build();
        transferred.setListeners(AlphaSchedule.warmup(0, 0.75));
        transferred.fit(minibatch(0));

        assertThat(PowerGrad.alphaOf(transferred)).isEqualTo(0.75);
        assertThat(PowerGrad.alphaOf(graph)).isEqualTo(LossPowerGrad.DEFAULT_ALPHA);
    }

    @Test
    void aNewLossHasClassWeightsOfItsOwn() {
        LossPowerGrad loss = LossPowerGrad.builder().alpha(0.5).labelSmoothing(0.1).weights(1, 2, 0.5).build();
        MultiLayerNetwork network = perceptron(loss);
        network.setListeners(AlphaSchedule.warmup(0, 0.25));
        network.fit(minibatch(0));
        LossPowerGrad own = (LossPowerGrad) lossOf(network);

        assertThat(own).isEqualTo(
                LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).weights(1, 2, 0.5).build());
        assertThat(own.getWeights()).isNotSameAs(loss.getWeights());
        assertThat(own.getWeights().data().pointer().address())
                .isNotEqualTo(loss.getWeights().data().pointer().address());
        assertThat(own.getWeights().isAttached()).as("in a workspace").isFalse();
    }

    @Test
    void whileAlphaStaysTheLossStays() {
        LossPowerGrad loss = new LossPowerGrad(1);
        MultiLayerNetwork network = perceptron(loss);
        network.setListeners(AlphaSchedule.warmup(1, 0.25));
        network.fit(iterator(3));
        assertThat(lossOf(network)).isSameAs(loss);

        network.fit(minibatch(0));
        ILossFunction second = lossOf(network);
        network.fit(iterator(3));
        assertThat(lossOf(network)).isSameAs(second).isNotSameAs(loss);
    }

    @Test
    void takenOffTheNetworkTrainsOnWithItsLastAlpha() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(new AlphaSchedule(tenths()));
        network.fit(iterator(4));
        network.setListeners();
        network.fit(iterator(2));

        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.0, 0.1, 0.2, 0.3, 0.3, 0.3);
    }

    @Test
    void appliedBetweenFitsAnotherAlphaLastsUntilTheNextGradient() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(new AlphaSchedule(tenths()));
        network.fit(iterator(2));
        PowerGrad.applyTo(network, 0.75);
        assertThat(PowerGrad.alphaOf(network)).isEqualTo(0.75);
        network.fit(minibatch(0));

        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.0, 0.1, 0.2);
    }

    // Which layers

    @Test
    void everyPowerGradOutputOfAGraphIsSetAndOtherLossesStay() {
        ComputationGraph graph = new ComputationGraph(settings().graphBuilder()
                .addInputs("in")
                .addLayer("hidden", dense(INPUTS, 5, Activation.TANH), "in")
                .addLayer("one", output(new LossPowerGrad(0.5)), "hidden")
                .addLayer("two", output(LossPowerGrad.builder().labelSmoothing(0.1).build()), "hidden")
                .addLayer("other", output(new LossMSE()), "hidden")
                .setOutputs("one", "two", "other").build());
        graph.init();
        graph.setListeners(AlphaSchedule.warmup(0, 0.25));
        INDArray labels = minibatch(0).getLabels();
        graph.fit(new MultiDataSet(new INDArray[] {minibatch(0).getFeatures()},
                new INDArray[] {labels, labels, labels}));

        assertThat(lossOf(graph, "one")).isEqualTo(new LossPowerGrad(0.25));
        assertThat(lossOf(graph, "two")).isEqualTo(LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).build());
        assertThat(lossOf(graph, "other")).isEqualTo(new LossMSE());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.powergrad.NetworkTrainingTest#networks")
    void everyKindOfOutputAndLossLayerTrainsWithTheAlphaOfTheIteration(String name,
            Function<ILossFunction, MultiLayerNetwork> build, Supplier<DataSet> data) {
        MultiLayerNetwork network = build.apply(new RecordingLoss());
        network.setListeners(new AlphaSchedule(tenths()));
        for (int i = 0; i < 3; i++) {
            network.fit(data.get());
        }

        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.0, 0.1, 0.2);
    }

    @Test
    void aFrozenOutputThatPassesGradientsOnIsSet() {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(dense(INPUTS, 5, Activation.TANH),
                new FrozenLayerWithBackprop(output(new RecordingLoss()))));
        network.init();
        network.setListeners(new AlphaSchedule(tenths()));
        minibatches(3).forEach(network::fit);

        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.0, 0.1, 0.2);
        assertThat(MultiLayerConfiguration.fromJson(network.getLayerWiseConfigurations().toJson()).toJson())
                .contains("\"alpha\" : 0.2");
    }

    @Test
    void aSavedNetworkHasTheAlphaOfItsLastGradient(@TempDir Path folder) throws IOException {
        MultiLayerNetwork network = perceptron(new LossPowerGrad());
        network.setListeners(new AlphaSchedule(tenths()));
        network.fit(iterator(3));
        File file = folder.resolve("network.zip").toFile();
        network.save(file, true);
        network.fit(iterator(2));

        assertThat(PowerGrad.alphaOf(MultiLayerNetwork.load(file, true))).isEqualTo(0.2);
    }

    @Test
    void truncatedBackpropagationThroughTimeTakesTheAlphaOfEachPart() {
        MultiLayerNetwork network = new MultiLayerNetwork(settings().list(
                new SimpleRnn.Builder().nIn(INPUTS).nOut(5).activation(Activation.TANH).build(),
                new RnnOutputLayer.Builder(new RecordingLoss()).nIn(5).nOut(CLASSES).activation(Activation.SOFTMAX)
                        .build()).backpropType(BackpropType.TruncatedBPTT).tBPTTLength(2).build());
        network.init();
        network.setListeners(new AlphaSchedule(tenths()));
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, CLASSES, 6);
        labels.slice(0, 1).assign(1);
        network.fit(Nd4j.rand(DataType.DOUBLE, 2, INPUTS, 6), labels);

        assertThat(RecordingLoss.takeAlphas()).containsExactly(0.0, 0.1, 0.2);
    }

    @Test
    void aValueOutOfRangeStopsTrainingWhenItIsReachedNamingIterationAndEpoch() {
        MultiLayerNetwork network = perceptron(new LossPowerGrad());
        network.setListeners(new AlphaSchedule(
                new MapSchedule.Builder(ScheduleType.ITERATION).add(0, 1.0).add(3, 1.2).build()));
        network.fit(iterator(2));
        network.fit(minibatch(0));

        assertThatIllegalArgumentException().isThrownBy(() -> network.fit(minibatch(0)))
                .withMessageStartingWith("At iteration 3, epoch 1 of AlphaSchedule(MapSchedule(")
                .withMessageContaining("alpha must be in [0, 1], got 1.2");
    }

    @Test
    void notANumberStopsTraining() {
        ComputationGraph graph = graph(new LossPowerGrad());
        graph.setListeners(new AlphaSchedule(new FixedSchedule(Double.NaN)));

        assertThatIllegalArgumentException().isThrownBy(() -> graph.fit(minibatch(0)))
                .withMessageContaining("At iteration 0, epoch 0")
                .withMessageContaining("got NaN");
    }

    @Test
    void aNetworkWithoutAPowerGradLossIsRefusedWithTheRemedy() {
        MultiLayerNetwork network = perceptron(new LossMCXENT());
        network.setListeners(AlphaSchedule.warmup(1, 0.25));
        assertThatIllegalStateException().isThrownBy(() -> network.fit(minibatch(0)))
                .withMessage("AlphaSchedule needs a network with a PowerGrad loss, found 'layer1' (OutputLayer): "
                        + "LossMCXENT with softmax; call PowerGrad.applyTo(network, alpha) before fit");

        ComputationGraph graph = graph(new LossMSE());
        graph.setListeners(AlphaSchedule.warmup(1, 0.25));
        assertThatIllegalStateException().isThrownBy(() -> graph.fit(minibatch(0)))
                .withMessageContaining("'out' (OutputLayer): LossMSE");
    }

    @Test
    void warmupRefusesNegativeEpochsAndAlphaOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> AlphaSchedule.warmup(-1, 0.25))
                .withMessageContaining("epochs must be 0 or more, got -1");
        assertThatIllegalArgumentException().isThrownBy(() -> AlphaSchedule.warmup(1, 1.5))
                .withMessageContaining("alpha must be in [0, 1], got 1.5");
        assertThatNullPointerException().isThrownBy(() -> new AlphaSchedule(null)).withMessage("schedule");
    }

    @Test
    void layersThatPretrainAreLeftAlone() {
        MultiLayerNetwork network = perceptron(new LossPowerGrad(0.5));

        AlphaSchedule.warmup(0, 0.25).onForwardPass(network.getLayer(0), List.of());

        assertThat(lossOf(network)).isEqualTo(new LossPowerGrad(0.5));
    }

    @Test
    void itSurvivesJavaSerializationAsSparkNeedsIt() throws IOException, ClassNotFoundException {
        AlphaSchedule copy = copyOf(AlphaSchedule.warmup(3, 0.25));

        assertThat(copy.getSchedule()).isEqualTo(
                new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 1.0).add(3, 0.25).build());
        assertThat(copy).hasToString("AlphaSchedule(" + copy.getSchedule() + ")");
    }

    // Copies that train

    @Test
    @Timeout(60)
    void eachWorkerOfAParallelWrapperTrainsWithTheAlphaOfItsIteration() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        network.setListeners(new AlphaSchedule(tenths()));
        ParallelWrapper wrapper = twoWorkers(network);

        wrapper.fit(iterator(6));
        assertTrainedFrom(0, 3, RecordingLoss.takeAlphasByThread());
        wrapper.fit(iterator(4));
        assertTrainedFrom(3, 2, RecordingLoss.takeAlphasByThread());
    }

    /** A replica may start one iteration ahead: ParallelWrapper copies the counter while the network itself trains. */
    private static void assertTrainedFrom(int first, int iterations, List<List<Double>> workers) {
        assertThat(workers).hasSize(2).contains(tenthsFrom(first, iterations));
        assertThat(tenthsFrom(first, iterations + 1)).as("both workers").containsAll(workers.get(0))
                .containsAll(workers.get(1));
        assertThat(workers).allSatisfy(alphas -> assertThat(alphas).hasSize(iterations).isSorted()
                .doesNotHaveDuplicates());
    }

    private static List<Double> tenthsFrom(int first, int iterations) {
        return IntStream.range(first, first + iterations).mapToObj(i -> i / 10.0).collect(Collectors.toList());
    }

    @Test
    @Timeout(60)
    void eachWorkerOfAParallelWrapperTrainsWithTheAlphaOfTheEpochThatTheCallerCounts() {
        ComputationGraph graph = graph(new RecordingLoss());
        graph.setListeners(AlphaSchedule.warmup(1, 0.25));
        ParallelWrapper wrapper = twoWorkers(graph);

        wrapper.fit(iterator(4));
        graph.incrementEpochCount();
        wrapper.fit(iterator(4));

        List<List<Double>> alphas = RecordingLoss.takeAlphasByThread();
        assertThat(alphas).hasSize(4).containsOnly(List.of(1.0, 1.0), List.of(0.25, 0.25));
    }

    @Test
    @Timeout(60)
    void betweenTwoFitsOfAParallelWrapperApplyToReachesEveryWorker() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        ParallelWrapper wrapper = twoWorkers(network);
        wrapper.fit(iterator(4));
        assertThat(RecordingLoss.takeAlphasByThread()).containsOnly(List.of(0.125, 0.125));
        PowerGrad.applyTo(network, 0.5);
        wrapper.fit(iterator(4));

        assertThat(RecordingLoss.takeAlphasByThread()).hasSize(2).containsOnly(List.of(0.5, 0.5));
    }

    @Test
    @Timeout(60)
    void betweenTwoFitsOfAParallelWrapperSetAlphaReachesEveryWorker() {
        RecordingLoss loss = new RecordingLoss();
        ComputationGraph graph = graph(loss);
        ParallelWrapper wrapper = twoWorkers(graph);
        wrapper.fit(iterator(4));
        RecordingLoss.takeAlphasByThread();
        loss.setAlpha(0.5);
        wrapper.fit(iterator(4));

        assertThat(RecordingLoss.takeAlphasByThread()).hasSize(2).containsOnly(List.of(0.5, 0.5));
    }

    @Test
    @Timeout(60)
    void afterAFitThatThrewAParallelWrapperStillHasItsOldCopiesUntilItIsShutDown() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        ParallelWrapper wrapper = twoWorkers(network);
        Iterator<DataSet> broken = Stream.concat(minibatches(4).stream(), Stream.generate(() -> {
            throw new IllegalStateException("unreadable");
        })).iterator();
        assertThatIllegalStateException().isThrownBy(() -> wrapper.fit(new ExistingDataSetIterator(broken)));
        RecordingLoss.takeAlphasByThread();
        PowerGrad.applyTo(network, 0.5);
        wrapper.fit(iterator(4));
        assertThat(RecordingLoss.takeAlphasByThread()).as("one with the new loss, one with the old")
                .containsExactlyInAnyOrder(List.of(0.5, 0.5), List.of(0.125, 0.125));

        PowerGrad.applyTo(network, 0.75);
        wrapper.shutdown();
        wrapper.fit(iterator(4));
        assertThat(RecordingLoss.takeAlphasByThread()).hasSize(2).containsOnly(List.of(0.75, 0.75));
    }

    @Test
    @Timeout(60)
    void duringAFitOfAParallelWrapperApplyToReachesTheNetworkItselfAlone() {
        MultiLayerNetwork network = perceptron(new RecordingLoss());
        ParallelWrapper wrapper = twoWorkers(network);
        wrapper.setListeners(new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
                if (model == network && iteration == 1) { // the second: every worker has its copy by then
                    PowerGrad.applyTo(network, 0.5);
                }
            }
        });
        wrapper.fit(iterator(6));

        assertThat(RecordingLoss.takeAlphasByThread()).as("an AlphaSchedule reaches every worker")
                .containsExactlyInAnyOrder(List.of(0.125, 0.125, 0.5), List.of(0.125, 0.125, 0.125));
    }

    @Test
    @Timeout(60)
    void aValueOutOfRangeInAWorkerStopsTheParallelWrapper() {
        MultiLayerNetwork network = perceptron(new LossPowerGrad());
        network.setListeners(new AlphaSchedule(new FixedSchedule(-1)));
        ParallelWrapper wrapper = twoWorkers(network);

        assertThatThrownBy(() -> wrapper.fit(iterator(2)))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasStackTraceContaining("At iteration 0, epoch 0")
                .hasStackTraceContaining("alpha must be in [0, 1], got -1.0");
        wrapper.shutdown();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(60)
    void workersInOneProcessThatShareALossDoNotDisturbEachOther(boolean sameListener) throws Exception {
        // As Spark's ParameterAveragingTrainingWorker does: a clone of one broadcast configuration in each thread
        MultiLayerConfiguration broadcast = perceptron(new RecordingLoss()).getLayerWiseConfigurations();
        AlphaSchedule schedule = new AlphaSchedule(tenths());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> workers = new ArrayList<>();
        for (int first : new int[] {0, 5}) {
            AlphaSchedule listener = sameListener ? schedule : copyOf(schedule);
            workers.add(threads.submit(() -> trainWorker(broadcast.clone(), listener, first)));
        }
        threads.shutdown();
        for (Future<?> worker : workers) {
            worker.get();
        }

        assertThat(RecordingLoss.takeAlphasByThread()).containsExactlyInAnyOrder(workerAlphas(0), workerAlphas(5));
    }

    private static void trainWorker(MultiLayerConfiguration configuration, AlphaSchedule listener, int first) {
        MultiLayerNetwork worker = new MultiLayerNetwork(configuration);
        worker.init();
        worker.setListeners(listener);
        for (int i = 0; i < 60; i++) {
            worker.setIterationCount(first + i % 5);
            worker.fit(minibatch(i));
        }
    }

    private static List<Double> workerAlphas(int first) {
        return IntStream.range(0, 60).mapToObj(i -> (first + i % 5) / 10.0).collect(Collectors.toList());
    }

    private static ParallelWrapper twoWorkers(Model network) {
        return new ParallelWrapper.Builder<>(network).workers(2).prefetchBuffer(0).averagingFrequency(1).build();
    }

    private static DataSetIterator iterator(int minibatches) {
        return new ExistingDataSetIterator(minibatches(minibatches));
    }

    /** 0.0 in iteration 0, 0.1 in iteration 1 and so on. */
    private static ISchedule tenths() {
        MapSchedule.Builder schedule = new MapSchedule.Builder(ScheduleType.ITERATION);
        IntStream.rangeClosed(0, 10).forEach(i -> schedule.add(i, i / 10.0));
        return schedule.build();
    }

    private static AlphaSchedule copyOf(AlphaSchedule schedule) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(schedule);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (AlphaSchedule) in.readObject();
        }
    }
}
