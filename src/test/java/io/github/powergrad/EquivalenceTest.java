package io.github.powergrad;

import static io.github.powergrad.SmallNetworks.minibatches;
import static io.github.powergrad.Twins.largestDifference;
import static io.github.powergrad.Twins.logits;
import static io.github.powergrad.Twins.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.Twins.Constants;
import io.github.powergrad.Twins.Decay;
import io.github.powergrad.Twins.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** What docs/theory.md proves, on networks of Deeplearning4j in DOUBLE. */
@DisplayName("Training with the transform is ordinary training of a twin:")
class EquivalenceTest {

    private static final int STEPS = 100;
    private static final int FEW_STEPS = 20;
    private static final double SMOOTHING = 0.1;
    private static final INDArray WEIGHTS = Nd4j.createFromArray(1.0, 2.0, 0.5);
    private static final List<DataSet> DATA = minibatches(STEPS);
    private static final List<DataSet> SMOOTHED_DATA = DATA.stream().map(data -> new DataSet(data.getFeatures(),
            data.getLabels().mul(1 - SMOOTHING).addi(SMOOTHING / 3))).collect(Collectors.toList());
    private static final INDArray INPUT = Nd4j.vstack(DATA.subList(0, 4).stream().map(DataSet::getFeatures)
            .toArray(INDArray[]::new));

    /** One pair of trainings: the optimizer, alpha, and what the loss has beside it. */
    private static final class Run {

        final Twins twins;
        final double alpha;
        final boolean smoothed;
        final boolean weighted;
        final Constants constants;

        Run(Twins twins, double alpha, boolean smoothed, boolean weighted) {
            this.twins = twins;
            this.alpha = alpha;
            this.smoothed = smoothed;
            this.weighted = weighted;
            boolean follows = twins.optimizer.followsTheGradient();
            double decay = twins.decay == Decay.DECOUPLED ? 5e-4 : 5e-3;
            this.constants = new Constants(follows ? 0.02 : 0.005, decay, 1e-3);
        }

        /** alpha z after training with the transform. */
        double[] transformed(int steps) {
            LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).labelSmoothing(smoothed ? SMOOTHING : 0)
                    .weights(weighted ? WEIGHTS : null).build();
            MultiLayerNetwork network = twins.network(loss, constants, constants);
            DATA.subList(0, steps).forEach(network::fit);
            return times(alpha, logits(network, INPUT));
        }

        /** The logits of the twin, whose constants may be given wrong factors. */
        double[] ofTwin(int steps, Error error) {
            Constants head = twins.head(constants, alpha)
                    .times(error.of(Error.HEAD_RATE), error.of(Error.HEAD_DECAY), error.of(Error.HEAD_EPSILON));
            Constants rest = twins.rest(constants, alpha)
                    .times(error.of(Error.RATE), error.of(Error.DECAY), error.of(Error.EPSILON));
            MultiLayerNetwork network = twins.network(new LossMCXENT(weighted ? WEIGHTS : null), head, rest);
            int last = network.getnLayers() - 1;
            network.getParam(last + "_W").muli(alpha * error.of(Error.START));
            network.getParam(last + "_b").muli(alpha);
            (smoothed ? SMOOTHED_DATA : DATA).subList(0, steps).forEach(network::fit);
            return logits(network, INPUT);
        }

        @Override
        public String toString() {
            return twins + ", alpha " + alpha + (smoothed ? ", label smoothing" : "") + (weighted ? ", weights" : "");
        }
    }

    /** What may be wrong by one per cent. */
    private enum Error {
        NONE, START, HEAD_RATE, HEAD_DECAY, HEAD_EPSILON, RATE, DECAY, EPSILON;

        boolean isEpsilon() {
            return this == HEAD_EPSILON || this == EPSILON;
        }

        double of(Error constant) {
            return this == constant && this != NONE ? 1.01 : 1;
        }
    }

    static List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        for (Optimizer optimizer : List.of(Optimizer.SGD, Optimizer.NESTEROVS, Optimizer.ADAM)) {
            for (double alpha : new double[] {0.5, 0.25, 0.1}) {
                runs.add(new Run(new Twins(optimizer, Decay.L2, true), alpha, false, false));
                runs.add(new Run(new Twins(optimizer, Decay.L2, false), alpha, true, true));
            }
        }
        for (Optimizer optimizer : List.of(Optimizer.NESTEROVS, Optimizer.ADAM)) {
            for (Decay decay : List.of(Decay.NONE, Decay.DECOUPLED_TIMES_RATE, Decay.DECOUPLED)) {
                runs.add(new Run(new Twins(optimizer, decay, false), 0.1, false, false));
            }
        }
        return runs;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    @DisplayName("after 100 steps its logits are alpha times the logits")
    void theTwinHasTheSameLogitsTimesAlpha(Run run) {
        assertThat(run.ofTwin(STEPS, Error.NONE)).containsExactly(run.transformed(STEPS), within(1e-10));
    }

    static List<Run> others() {
        List<Run> runs = new ArrayList<>();
        for (Optimizer optimizer : List.of(Optimizer.NADAM, Optimizer.AMS_GRAD, Optimizer.ADA_MAX)) {
            runs.add(new Run(new Twins(optimizer, Decay.L2, false), 0.25, false, false));
        }
        return runs;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    @DisplayName("with the other optimizers that divide the gradient by its size, as with Adam")
    void theOtherOptimizersMapAsAdamDoes(Run run) {
        assertThat(run.ofTwin(FEW_STEPS, Error.NONE)).containsExactly(run.transformed(FEW_STEPS), within(1e-10));
    }

    static Stream<Arguments> wrongConstants() {
        List<Twins> twins = List.of(new Twins(Optimizer.SGD, Decay.L2, false),
                new Twins(Optimizer.NESTEROVS, Decay.DECOUPLED_TIMES_RATE, false),
                new Twins(Optimizer.ADAM, Decay.L2, false), new Twins(Optimizer.ADAM, Decay.DECOUPLED, false));
        return twins.stream().flatMap(of -> Arrays.stream(Error.values())
                .filter(error -> error != Error.NONE)
                .filter(error -> of.optimizer == Optimizer.ADAM || !error.isEpsilon())
                .map(error -> Arguments.of(error, new Run(of, 0.25, false, false))));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("wrongConstants")
    @DisplayName("with any one constant wrong by one per cent its logits are others")
    void aWrongConstantShows(Error error, Run run) {
        assertThat(largestDifference(run.ofTwin(FEW_STEPS, error), run.transformed(FEW_STEPS))).isGreaterThan(1e-6);
    }
}
