package io.github.powergrad.examples.train.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.AdaptiveGradientClipping;
import io.github.powergrad.AlphaSchedule;
import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.train.EpochMeasures;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.TrainingObserver;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.TrainingPlan.Parallel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.nativeblas.NativeOpsHolder;

@DisplayName("Training on several devices")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ParallelTrainingTest {

    private static final int INPUTS = 4;
    private static final int CLASSES = 3;
    private static final double ALPHA = 0.25;

    private static final TrainingObserver NOBODY = new TrainingObserver() {
        @Override
        public void trained(int images) {}

        @Override
        public void epochEnded(EpochResult result) {}

        @Override
        public void skipped(long images) {}
    };

    private static ComputationGraph network(double learningRate) {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().seed(1)
                .dataType(DataType.DOUBLE).updater(new Nesterovs(learningRate, 0.9)).l2(5e-4)
                .graphBuilder().addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(INPUTS).nOut(8).activation(Activation.TANH).build(), "in")
                .addLayer(NetworkBuilder.LOGITS, new DenseLayer.Builder().nIn(8).nOut(CLASSES).activation(Activation.IDENTITY)
                        .build(), "hidden")
                .addLayer("loss", new LossLayer.Builder(new LossPowerGrad(ALPHA)).activation(Activation.SOFTMAX).build(),
                        NetworkBuilder.LOGITS)
                .setOutputs("loss").build());
        network.init();
        return network;
    }

    private static DataSet minibatch(int number, int images) {
        Random random = new Random(number);
        INDArray features = Nd4j.createFromArray(random.doubles((long) images * INPUTS).toArray()).reshape(images, INPUTS);
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, images, CLASSES);
        for (int row = 0; row < images; row++) {
            labels.putScalar(row, (row + number) % CLASSES, 1);
        }
        return new DataSet(features, labels);
    }

    private static List<DataSet> minibatches(int... sizes) {
        return IntStream.range(0, sizes.length).mapToObj(i -> minibatch(i, sizes[i])).collect(Collectors.toList());
    }

    private static BatchStream stream(Iterator<DataSet> iterator) {
        return new BatchStream() {
            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public DataSet next() {
                return iterator.next();
            }

            @Override
            public void close() {}
        };
    }

    private static TrainingPlan plan(int devices, Parallel parallel, int averagingFrequency) {
        return TrainingPlan.of("resnet20", ALPHA).with(Map.of("batch", 12, "devices", devices, "parallel", parallel,
                "averaging-frequency", averagingFrequency));
    }

    private static EpochMeasures epoch(
            ComputationGraph network, TrainingPlan plan, List<DataSet> minibatches, TrainingListener... listeners) {
        EpochMeasures measures = new EpochMeasures(CLASSES, plan.devices(), NOBODY);
        network.setListeners(listeners);
        new ParallelTraining(plan, null, network).train(stream(minibatches.iterator()), measures);
        network.incrementEpochCount();
        return measures;
    }

    private static ComputationGraph trainedAlone(ComputationGraph network, List<DataSet> minibatches) {
        minibatches.forEach(network::fit);
        return network;
    }

    @ParameterizedTest
    @CsvSource({"2, AVERAGING", "3, AVERAGING", "2, SHARING", "3, SHARING"})
    void takes_the_very_steps_of_one_device_with_the_whole_minibatch(int devices, Parallel parallel) {
        List<DataSet> minibatches = minibatches(12, 12, 12, 12, 12);
        ComputationGraph network = network(0.1);

        epoch(network, plan(devices, parallel, 1), minibatches);

        INDArray alone = trainedAlone(network(0.1), minibatches).params();
        assertThat(network.params().distance2(alone)).isLessThan(1e-12);
        assertThat(alone.distance2(network(0.1).params())).as("what training changes").isGreaterThan(0.01);
    }

    /** Where replicas are three, 12 images are 4 for each, and of 3 images no two get half of that. */
    @ParameterizedTest
    @CsvSource({"2, AVERAGING, 5", "3, AVERAGING, 3", "3, AVERAGING, 1", "2, SHARING, 5", "3, SHARING, 3"})
    void gives_a_small_last_minibatch_to_one_device_and_keeps_what_all_have_learnt(
            int devices, Parallel parallel, int last) {
        ComputationGraph network = network(0.1);

        EpochMeasures measures = epoch(network, plan(devices, parallel, 1), minibatches(12, 12, 12, last));
        epoch(network, plan(devices, parallel, 1), minibatches(12, 12));

        ComputationGraph alone =
                trainedAlone(trainedAlone(network(0.1), minibatches(12, 12, 12, last)), minibatches(12, 12));
        assertThat(network.params().distance2(alone.params())).isLessThan(1e-12);
        assertThat(measures.total().images()).isEqualTo(36 + last);
    }

    @Test
    void averages_before_a_last_minibatch_of_one_device_whatever_the_frequency() {
        List<DataSet> minibatches = minibatches(12, 12, 12);
        ComputationGraph network = network(0.1);

        epoch(network, plan(2, Parallel.AVERAGING, 100), minibatches(12, 12, 12, 4));

        ComputationGraph first = trainedAlone(network(0.1), rows(minibatches, 0, 6));
        ComputationGraph second = trainedAlone(network(0.1), rows(minibatches, 6, 12));
        first.setParams(first.params().add(second.params()).divi(2));
        INDArray momentum = first.getUpdater().getStateViewArray();
        momentum.addi(second.getUpdater().getStateViewArray()).divi(2);
        first.fit(minibatch(3, 4));
        assertThat(network.params().distance2(first.params())).isLessThan(1e-12);
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void takes_the_momentum_of_all_into_the_next_epoch(Parallel parallel) {
        ComputationGraph network = network(0.1);

        epoch(network, plan(2, parallel, 1), minibatches(12, 12, 12));
        epoch(network, plan(2, parallel, 1), minibatches(12, 12));

        ComputationGraph alone = trainedAlone(trainedAlone(network(0.1), minibatches(12, 12, 12)), minibatches(12, 12));
        assertThat(network.params().distance2(alone.params())).isLessThan(1e-12);
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void trains_on_every_image_and_counts_as_many_updates_as_one_device(Parallel parallel) {
        ComputationGraph network = network(0.1);

        EpochMeasures measures = epoch(network, plan(3, parallel, 1), minibatches(12, 12, 7, 1));

        assertThat(measures.total().images()).isEqualTo(32);
        assertThat(network.getIterationCount()).isEqualTo(4);
        assertThat(measures.isFinite()).isTrue();
    }

    @Test
    void averages_at_the_end_of_an_epoch_whatever_the_frequency() {
        List<DataSet> minibatches = minibatches(12, 12, 12);
        ComputationGraph network = network(0.1);

        epoch(network, plan(2, Parallel.AVERAGING, 100), minibatches);

        INDArray first = trainedAlone(network(0.1), rows(minibatches, 0, 6)).params();
        INDArray second = trainedAlone(network(0.1), rows(minibatches, 6, 12)).params();
        assertThat(network.params().distance2(first.add(second).divi(2))).isLessThan(1e-12);
        assertThat(first.distance2(second)).as("what there is to average").isGreaterThan(1e-3);
    }

    private static List<DataSet> rows(List<DataSet> minibatches, int from, int to) {
        return minibatches.stream().map(all -> (DataSet) all.getRange(from, to)).collect(Collectors.toList());
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void is_reproducible_to_the_last_bit_on_the_processor(Parallel parallel) {
        ComputationGraph once = network(0.1);
        ComputationGraph again = network(0.1);

        EpochMeasures first = epoch(once, plan(3, parallel, 1), minibatches(12, 12, 12, 8));
        EpochMeasures second = epoch(again, plan(3, parallel, 1), minibatches(12, 12, 12, 8));

        assertThat(again.params()).isEqualTo(once.params());
        assertThat(second.total().crossEntropy()).isEqualTo(first.total().crossEntropy());
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void follows_the_schedule_of_alpha_in_every_replica(Parallel parallel) {
        MapSchedule.Builder tenths = new MapSchedule.Builder(ScheduleType.ITERATION);
        IntStream.rangeClosed(0, 9).forEach(i -> tenths.add(i, i / 10.0));
        TrainingListener schedule = new AlphaSchedule(tenths.build());
        Map<Model, List<Double>> alphas = new ConcurrentHashMap<>();
        TrainingListener recorder = atGradient((graph, thread) ->
                alphas.computeIfAbsent(graph, key -> new CopyOnWriteArrayList<>()).add(alpha(graph)));
        ComputationGraph network = network(0.1);

        epoch(network, plan(2, parallel, 1), minibatches(12, 12, 12), schedule, recorder);
        assertThat(alphas.values()).hasSize(2).allSatisfy(seen -> assertThat(seen).containsExactly(0.0, 0.1, 0.2));
        alphas.clear();
        epoch(network, plan(2, parallel, 1), minibatches(12, 12), schedule, recorder);
        assertThat(alphas.values()).hasSize(2).allSatisfy(seen -> assertThat(seen).containsExactly(0.3, 0.4));
    }

    private static double alpha(ComputationGraph graph) {
        return ((LossPowerGrad) ((LossLayer) graph.getLayer("loss").conf().getLayer()).getLossFn()).getAlpha();
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void clips_the_gradient_of_every_replica(Parallel parallel) {
        Map<Model, List<Double>> norms = new ConcurrentHashMap<>();
        TrainingListener recorder = atGradient((graph, thread) -> norms
                .computeIfAbsent(graph, key -> new CopyOnWriteArrayList<>()).add(hiddenGradientNorm(graph)));

        // Not the recorder itself twice: ParallelWrapper hands equal listeners on once.
        epoch(network(0.1), plan(2, parallel, 1), minibatches(12), recorder, new AdaptiveGradientClipping(1e-4),
                atGradient((graph, thread) -> recorder.onGradientCalculation(graph)));

        assertThat(norms.values()).hasSize(2).allSatisfy(seen -> {
            assertThat(seen).hasSize(2);
            assertThat(seen.get(1)).isPositive().isLessThan(seen.get(0) / 10);
        });
    }

    private static double hiddenGradientNorm(ComputationGraph graph) {
        return graph.gradient().getGradientFor("hidden_W").norm2Number().doubleValue();
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void gives_every_replica_one_native_thread(Parallel parallel) {
        Map<String, Integer> threads = new ConcurrentHashMap<>();
        epoch(network(0.1), plan(2, parallel, 1), minibatches(12), atGradient((graph, thread) -> threads.put(thread,
                NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads())));

        assertThat(threads).hasSize(2).allSatisfy((thread, count) -> assertThat(count).isEqualTo(1));
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void stops_where_the_loss_is_no_longer_finite(Parallel parallel) {
        List<DataSet> minibatches = new ArrayList<>(minibatches(12, 12, 12, 12, 12, 12, 12, 12));
        BatchStream stream = stream(minibatches.iterator());
        EpochMeasures measures = new EpochMeasures(CLASSES, 2, NOBODY);
        minibatches.get(1).getFeatures().putScalar(11, 0, Double.NaN);

        new ParallelTraining(plan(2, parallel, 1), null, network(0.1)).train(stream, measures);

        assertThat(measures.isFinite()).isFalse();
        assertThat(stream.hasNext()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"AVERAGING, 0", "AVERAGING, 1", "SHARING, 0", "SHARING, 1"})
    void ends_with_the_exception_of_the_replica_that_fails(Parallel parallel, int replica) {
        TrainingListener failing = atGradient((graph, thread) -> {
            if (thread.endsWith(" " + replica) && graph.getIterationCount() == 1) {
                throw new IllegalArgumentException("as it was thrown");
            }
        });

        assertThatThrownBy(() -> epoch(network(0.1), plan(3, parallel, 1), minibatches(12, 12, 12), failing))
                .isExactlyInstanceOf(IllegalArgumentException.class).hasMessage("as it was thrown");
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void ends_with_the_error_of_the_replica_that_fails(Parallel parallel) {
        TrainingListener failing = atGradient((graph, thread) -> {
            if (thread.endsWith(" 2")) {
                throw new LinkageError("as it was thrown");
            }
        });

        assertThatThrownBy(() -> epoch(network(0.1), plan(3, parallel, 1), minibatches(12, 12), failing))
                .isExactlyInstanceOf(LinkageError.class).hasMessage("as it was thrown");
    }

    @ParameterizedTest
    @EnumSource(Parallel.class)
    void ends_with_the_exception_of_a_replica_that_cannot_be_made(Parallel parallel) {
        TrainingListener cannotBeHandedOn = new BaseTrainingListener() {
            @Override
            public boolean equals(Object other) {
                if (Thread.currentThread().getName().endsWith(" 1")) {
                    throw new IllegalArgumentException("as it was thrown");
                }
                return other == this;
            }

            @Override
            public int hashCode() {
                return 1;
            }
        };

        assertThatThrownBy(() -> epoch(network(0.1), plan(3, parallel, 1), minibatches(12, 12),
                new BaseTrainingListener() {}, cannotBeHandedOn))
                .isExactlyInstanceOf(IllegalArgumentException.class).hasMessage("as it was thrown");
    }

    @Test
    void ends_with_the_exception_of_the_images() {
        BatchStream broken = stream(IntStream.range(0, 2).mapToObj(number -> {
            if (number == 1) {
                throw new IllegalStateException("too many broken images");
            }
            return minibatch(number, 12);
        }).iterator());

        assertThatThrownBy(() -> new ParallelTraining(plan(2, Parallel.AVERAGING, 1), null, network(0.1))
                .train(broken, new EpochMeasures(CLASSES, 2, NOBODY)))
                .isExactlyInstanceOf(IllegalStateException.class).hasMessage("too many broken images");
    }

    /** A listener that sees each replica's gradients, and the name of the thread that trains it. */
    private static TrainingListener atGradient(BiConsumer<ComputationGraph, String> seen) {
        return new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
                seen.accept((ComputationGraph) model, Thread.currentThread().getName());
            }
        };
    }
}
