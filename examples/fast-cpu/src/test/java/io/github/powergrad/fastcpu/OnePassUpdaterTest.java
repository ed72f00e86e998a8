package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.stepfunctions.NegativeDefaultStepFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.StepFunction;
import org.deeplearning4j.optimize.solvers.StochasticGradientDescent;
import org.deeplearning4j.optimize.solvers.accumulation.BasicGradientsAccumulator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Deeplearning4j's own way is the reference: the same network, data and seed, without the exchange. */
@DisplayName("An update in one pass")
class OnePassUpdaterTest {

    private static final int STEPS = 20;
    private static final int INPUTS = 12;
    private static final int CLASSES = 5;

    /** More parameters than one thread takes, in pieces that do not come out even. */
    private static final int WIDTH = 301;

    static Stream<Arguments> recipes() {
        return Stream.of(
                recipe("Sgd", builder -> builder.updater(new Sgd(0.05))),
                recipe("Nesterovs", builder -> builder.updater(nesterovs())),
                recipe("Nesterovs with L2", builder -> builder.updater(nesterovs()).l2(1e-2).l2Bias(3e-3)),
                recipe("Nesterovs with weight decay", builder -> builder.updater(nesterovs()).weightDecay(1e-2)
                        .weightDecayBias(3e-3)),
                recipe("weight decay that the learning rate does not scale", builder -> builder.updater(nesterovs())
                        .weightDecay(1e-3, false)),
                recipe("schedules of learning rate and momentum", builder -> builder.updater(new Nesterovs(
                        new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.1, 7, 0.01)),
                        new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.5, 9, 0.9))))
                        .weightDecay(1e-2)),
                recipe("the sum over the minibatch", builder -> builder
                        .updater(new Nesterovs(0.002, 0.9)).miniBatch(false)),
                recipe("L1", builder -> builder.updater(nesterovs()).l1(1e-2).l1Bias(3e-3)),
                recipe("L1 and L2", builder -> builder.updater(nesterovs()).l1(1e-2).l2(2e-2).l1Bias(3e-3).l2Bias(4e-3)),
                recipe("L2 and L1, which changes with time", builder -> builder.updater(nesterovs()).regularization(List.of(
                        new L2Regularization(2e-2),
                        new L1Regularization(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 1e-2, 7, 1e-3)))))),
                recipe("L1 and weight decay", builder -> builder.updater(new Sgd(0.05)).l1(1e-2).weightDecay(2e-2)),
                recipe("a regularization of one's own, which stays Deeplearning4j's", builder -> builder
                        .updater(nesterovs()).regularizationBias(List.of(new OwnRegularization()))),
                recipe("a constraint", builder -> builder.updater(nesterovs())
                        .constrainWeights(new MaxNormConstraint(0.5, 1))));
    }

    private static final class OwnRegularization extends L1Regularization {

        OwnRegularization() {
            super(1e-3);
        }

        @Override
        public void apply(INDArray parameters, INDArray gradients, double rate, int iteration, int epoch) {
            gradients.addi(Transforms.exp(parameters, true).muli(0.01));
        }

        @Override
        public Regularization clone() {
            return new OwnRegularization();
        }
    }

    private static Arguments recipe(String name, Consumer<NeuralNetConfiguration.Builder> settings) {
        return Arguments.of(name, settings);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recipes")
    void trains_to_the_same_numbers(String name, Consumer<NeuralNetConfiguration.Builder> settings) {
        MultiLayerNetwork slow = network(settings);
        MultiLayerNetwork fast = network(settings);

        assertThat(OnePassUpdater.in(fast)).startsWith(OnePassUpdater.DONE);

        fit(slow, 0, STEPS);
        fit(fast, 0, STEPS);
        assertThat(OnePassUpdate.fits(fast.getUpdater(), fast.gradient(), fast)).isTrue();
        assertEqual(fast, slow);
    }

    @ParameterizedTest
    @EnumSource(GradientNormalization.class)
    void normalizes_gradients_of_the_mean_over_the_minibatch(GradientNormalization normalization) {
        Consumer<NeuralNetConfiguration.Builder> settings = builder -> builder.updater(nesterovs())
                .weightDecay(1e-2).gradientNormalization(normalization).gradientNormalizationThreshold(0.05);
        MultiLayerNetwork slow = network(settings);
        MultiLayerNetwork fast = network(settings);
        OnePassUpdater.in(fast);

        fit(slow, 0, STEPS);
        fit(fast, 0, STEPS);

        assertEqual(fast, slow);
    }

    @Test
    void adam_trains_to_the_same_numbers_but_for_rounding() {
        Consumer<NeuralNetConfiguration.Builder> settings = builder -> builder
                .updater(new Adam(1e-3)).weightDecay(1e-2);
        MultiLayerNetwork slow = network(settings);
        MultiLayerNetwork fast = network(settings);
        OnePassUpdater.in(fast);

        fit(slow, 0, STEPS);
        fit(fast, 0, STEPS);

        assertThat(difference(fast.params(), slow.params())).isLessThan(1e-5);
        assertThat(difference(fast.getUpdater().getStateViewArray(), slow.getUpdater().getStateViewArray()))
                .isLessThan(1e-5);
    }

    @Test
    void each_layer_keeps_its_own_updater_and_what_is_not_known_is_deeplearning4js() {
        MultiLayerNetwork slow = mixed();
        MultiLayerNetwork fast = mixed();

        assertThat(OnePassUpdater.in(fast))
                .isEqualTo("updated in one pass, but by Deeplearning4j where the updater is RmsProp");

        fit(slow, 0, STEPS);
        fit(fast, 0, STEPS);
        assertEqual(fast, slow);
    }

    private static MultiLayerNetwork mixed() {
        return initialized(new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(1)
                .updater(nesterovs()).activation(Activation.TANH).list()
                .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(30).updater(new Sgd(0.01)).build())
                .layer(new DenseLayer.Builder().nOut(30).updater(new RmsProp(1e-3)).build())
                .layer(new DenseLayer.Builder().nOut(30).updater(new NoOp()).build())
                .layer(new DenseLayer.Builder().nOut(30).updater(new Nesterovs(0.2, 0.5)).build())
                .layer(output().build())
                .build()));
    }

    @Test
    void a_graph_trains_to_the_same_numbers() {
        ComputationGraph slow = graph();
        ComputationGraph fast = graph();
        OnePassUpdater.in(fast);

        for (int step = 0; step < STEPS; step++) {
            slow.fit(minibatch(step));
            fast.fit(minibatch(step));
        }

        assertThat(OnePassUpdate.fits(fast.getUpdater(), fast.gradient(), fast)).isTrue();
        assertThat(difference(fast.params(), slow.params())).isZero();
        assertThat(difference(fast.getUpdater().getStateViewArray(), slow.getUpdater().getStateViewArray())).isZero();
    }

    private static ComputationGraph graph() {
        ComputationGraph graph = new ComputationGraph(new NeuralNetConfiguration.Builder().seed(1)
                .updater(nesterovs()).weightDecay(1e-2).activation(Activation.TANH).graphBuilder()
                .addInputs("in")
                .addLayer("a", new DenseLayer.Builder().nIn(INPUTS).nOut(20).build(), "in")
                .addLayer("norm", new BatchNormalization.Builder().nIn(20).nOut(20).build(), "a")
                .addLayer("out", output().nIn(20).build(), "norm")
                .setOutputs("out").build());
        graph.init();
        return graph;
    }

    @Test
    void frozen_layers_do_not_change() {
        MultiLayerNetwork slow = frozen();
        MultiLayerNetwork fast = frozen();
        INDArray before = fast.getLayer(0).params().dup();

        assertThat(OnePassUpdater.in(fast)).isEqualTo(OnePassUpdater.DONE);

        fit(slow, 0, STEPS);
        fit(fast, 0, STEPS);
        assertEqual(fast, slow);
        assertThat(fast.getLayer(0).params()).isEqualTo(before);
    }

    private static MultiLayerNetwork frozen() {
        return new TransferLearning.Builder(network(builder -> builder.updater(nesterovs()).weightDecay(1e-2)))
                .setFeatureExtractor(0).build();
    }

    @Test
    void a_listener_may_change_the_gradients_before_the_update() {
        MultiLayerNetwork slow = network(builder -> builder.updater(nesterovs()));
        MultiLayerNetwork fast = network(builder -> builder.updater(nesterovs()));
        OnePassUpdater.in(fast);
        slow.setListeners(new Clipping());
        fast.setListeners(new Clipping());

        fit(slow, 0, STEPS);
        fit(fast, 0, STEPS);

        assertEqual(fast, slow);
    }

    private static final class Clipping extends BaseTrainingListener {

        @Override
        public void onGradientCalculation(Model model) {
            INDArray gradients = model.gradient().gradient();
            gradients.assign(Transforms.min(Transforms.max(gradients, -0.05), 0.05));
        }
    }

    @Test
    void a_listener_sees_the_updates_after_the_step() {
        MultiLayerNetwork fast = network(builder -> builder.updater(nesterovs()));
        OnePassUpdater.in(fast);
        INDArray before = fast.params().dup();

        fit(fast, 0, 1);

        assertThat(difference(before.sub(fast.params()), fast.gradient().gradient())).isLessThan(1e-6);
        assertThat(fast.gradient().gradient().norm2Number().doubleValue()).isPositive();
    }

    @Test
    void a_saved_network_goes_on_as_it_would_have() throws Exception {
        goesOnAfter(network -> {
            File file = folder.resolve("network.zip").toFile();
            network.save(file, true);
            return MultiLayerNetwork.load(file, true);
        });
    }

    @TempDir
    Path folder;

    @Test
    void a_clone_goes_on_as_it_would_have() throws Exception {
        goesOnAfter(MultiLayerNetwork::clone);
    }

    @Test
    void a_new_updater_is_updated_in_one_pass_too() throws Exception {
        goesOnAfter(network -> {
            network.setLearningRate(0.02);
            return network;
        });
    }

    private interface Change {
        MultiLayerNetwork of(MultiLayerNetwork network) throws Exception;
    }

    private static void goesOnAfter(Change change) throws Exception {
        MultiLayerNetwork slow = network(builder -> builder.updater(nesterovs()).weightDecay(1e-2));
        MultiLayerNetwork fast = network(builder -> builder.updater(nesterovs()).weightDecay(1e-2));
        OnePassUpdater.in(fast);
        fit(slow, 0, STEPS / 2);
        fit(fast, 0, STEPS / 2);
        MultiLayerNetwork slower = change.of(slow);
        MultiLayerNetwork faster = change.of(fast);

        assertThat(OnePassUpdater.in(faster)).isEqualTo(OnePassUpdater.DONE);

        fit(slower, STEPS / 2, STEPS);
        fit(faster, STEPS / 2, STEPS);
        assertThat(faster.getOptimizer()).isInstanceOf(OnePassDescent.class);
        assertThat(OnePassUpdate.fits(faster.getUpdater(), faster.gradient(), faster)).isTrue();
        assertEqual(faster, slower);
    }

    @Test
    void is_exchanged_once() {
        MultiLayerNetwork network = network(builder -> builder.updater(nesterovs()));

        OnePassUpdater.in(network);
        Object optimizer = network.getOptimizer();

        assertThat(OnePassUpdater.in(network)).isEqualTo(OnePassUpdater.DONE);
        assertThat(network.getOptimizer()).isSameAs(optimizer);
    }

    @Test
    void is_exchanged_again_after_clear() {
        MultiLayerNetwork network = network(builder -> builder.updater(nesterovs()));
        OnePassUpdater.in(network);
        network.clear();

        OnePassUpdater.in(network);

        assertThat(network.getOptimizer()).isInstanceOf(OnePassDescent.class);
    }

    @Test
    void a_listener_may_exchange_the_optimizer_in_mid_step() {
        MultiLayerNetwork slow = network(builder -> builder.updater(nesterovs()));
        MultiLayerNetwork fast = network(builder -> builder.updater(nesterovs()));
        fast.setListeners(new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
                OnePassUpdater.in(model);
            }
        });

        fit(slow, 0, STEPS);
        fit(fast, 0, STEPS);

        assertThat(fast.getOptimizer()).isInstanceOf(OnePassDescent.class);
        assertEqual(fast, slow);
    }

    @Test
    void only_a_step_subtracts() {
        MultiLayerNetwork network = network(builder -> builder.updater(nesterovs()));
        OnePassUpdater.in(network);
        fit(network, 0, 1);
        INDArray before = network.params().dup();

        network.getOptimizer().updateGradientAccordingToParams(network.gradient(), network, 8,
                LayerWorkspaceMgr.noWorkspaces());

        assertThat(network.params()).isEqualTo(before);
    }

    @Test
    void an_accumulator_of_gradients_subtracts_itself() {
        MultiLayerNetwork slow = network(builder -> builder.updater(nesterovs()));
        MultiLayerNetwork fast = network(builder -> builder.updater(nesterovs()));
        slow.setGradientsAccumulator(new HalfSteps());
        fast.setGradientsAccumulator(new HalfSteps());
        OnePassUpdater.in(fast);

        fit(slow, 0, STEPS);
        fit(fast, 0, STEPS);

        assertEqual(fast, slow);
    }

    private static final class HalfSteps extends BasicGradientsAccumulator {

        HalfSteps() {
            super(1);
        }

        @Override
        public void applyUpdate(StepFunction function, INDArray params, INDArray updates, boolean isFinalStep) {
            function.step(params, updates.mul(0.5));
        }
    }

    @Test
    void double_is_left_as_it_is() {
        MultiLayerNetwork network = network(builder -> builder.updater(nesterovs()).dataType(DataType.DOUBLE));

        assertThat(OnePassUpdater.in(network)).isEqualTo("left as it is: its parameters are DOUBLE, not FLOAT");
        assertThat(network.getOptimizer().getClass()).isEqualTo(StochasticGradientDescent.class);
    }

    @Test
    void other_updaters_are_left_as_they_are() {
        MultiLayerNetwork network = network(builder -> builder.updater(new RmsProp(1e-3)));

        assertThat(OnePassUpdater.in(network)).isEqualTo("left as it is: there is no faster RmsProp");
        assertThat(network.getOptimizer().getClass()).isEqualTo(StochasticGradientDescent.class);
    }

    @Test
    void other_optimizers_are_left_as_they_are() {
        MultiLayerNetwork network = network(builder -> builder.updater(new Sgd(0.05))
                .optimizationAlgo(OptimizationAlgorithm.LBFGS));

        assertThat(OnePassUpdater.in(network)).isEqualTo("left as it is: its optimizer is LBFGS");
    }

    @Test
    void other_steps_are_left_as_they_are() {
        MultiLayerNetwork network = network(builder -> builder.updater(new Sgd(0.05))
                .stepFunction(new NegativeDefaultStepFunction()));

        assertThat(OnePassUpdater.in(network))
                .isEqualTo("left as it is: its steps are those of NegativeDefaultStepFunction");
    }

    @Test
    void runs_on_no_more_threads_than_nd4j() {
        int threads = Nd4j.getEnvironment().maxMasterThreads();
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        try {
            trains_to_the_same_numbers("Nesterovs", builder -> builder.updater(nesterovs()));
        } finally {
            Nd4j.getEnvironment().setMaxMasterThreads(threads);
        }
    }

    private static MultiLayerNetwork network(Consumer<NeuralNetConfiguration.Builder> settings) {
        NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder()
                .seed(1).activation(Activation.TANH);
        settings.accept(builder);
        return initialized(new MultiLayerNetwork(builder.list()
                .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(WIDTH).build())
                .layer(new BatchNormalization.Builder().build())
                .layer(new DenseLayer.Builder().nOut(WIDTH).build())
                .layer(output().build())
                .build()));
    }

    private static Nesterovs nesterovs() {
        return new Nesterovs(0.05, 0.9);
    }

    private static OutputLayer.Builder output() {
        return new OutputLayer.Builder(new LossMCXENT()).activation(Activation.SOFTMAX).nOut(CLASSES);
    }

    private static MultiLayerNetwork initialized(MultiLayerNetwork network) {
        network.init();
        return network;
    }

    private static void fit(MultiLayerNetwork network, int from, int to) {
        for (int step = from; step < to; step++) {
            network.fit(minibatch(step));
        }
    }

    /** Of sizes that differ, some no power of two. */
    private static DataSet minibatch(int step) {
        Random random = new Random(step);
        int examples = 6 + step % 4;
        INDArray inputs = Nd4j.zeros(DataType.FLOAT, examples, INPUTS);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, CLASSES);
        for (int n = 0; n < examples; n++) {
            for (int i = 0; i < INPUTS; i++) {
                inputs.putScalar(n, i, random.nextGaussian());
            }
            labels.putScalar(n, random.nextInt(CLASSES), 1);
        }
        return new DataSet(inputs, labels);
    }

    private static void assertEqual(MultiLayerNetwork fast, MultiLayerNetwork slow) {
        assertThat(difference(fast.params(), slow.params())).isZero();
        INDArray state = slow.getUpdater().getStateViewArray();
        if (state == null) {
            assertThat(fast.getUpdater().getStateViewArray()).isNull();
        } else {
            assertThat(difference(fast.getUpdater().getStateViewArray(), state)).isZero();
        }
        assertThat(fast.score()).isEqualTo(slow.score());
    }

    /** The largest; NaN if there is a NaN. */
    private static double difference(INDArray a, INDArray b) {
        float[] first = a.toFloatVector();
        float[] second = b.toFloatVector();
        assertThat(first).hasSameSizeAs(second);
        double largest = 0;
        for (int i = 0; i < first.length; i++) {
            largest = Math.max(largest, Math.abs(first[i] - second[i]));
        }
        return largest;
    }
}
