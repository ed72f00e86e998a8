package io.github.powergrad.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.examples.data.IdxFiles;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingObserver;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.fashionmnist.FashionMnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A comparison")
class ComparisonTest {

    @TempDir
    Path folder;

    private static TrainingPlan crossEntropy(double learningRate) {
        return ComparedTraining.plan(4, false, learningRate, 2, 32);
    }

    private static TrainingPlan powerGrad(double alpha) {
        return crossEntropy(0.05).with(Map.of("loss", TrainingPlan.Loss.POWER_GRAD, "alpha", alpha));
    }

    private Comparison comparison(TrainingPlan... plans) throws IOException {
        return new Comparison(List.of(plans), FashionMnist.inFolder(IdxFiles.write(folder, 300, 100, 12)));
    }

    /** Keeps what it is told. */
    private static final class Recorder implements TrainingObserver {
        final List<EpochResult> epochs = Collections.synchronizedList(new ArrayList<>());
        final AtomicLong images = new AtomicLong();

        @Override
        public void trained(int count) {
            images.addAndGet(count);
        }

        @Override
        public void epochEnded(EpochResult result) {
            epochs.add(result);
        }

        @Override
        public void skipped(long count) {
            images.addAndGet(count);
        }
    }

    private static List<Double> numbers(RunResult run) {
        EpochResult last = run.last();
        return List.of(last.get(Metric.TRAIN_LOSS), last.get(Metric.TRAIN_TOP1), last.get(Metric.TEST_TOP1),
                last.get(Metric.TEST_CROSS_ENTROPY), last.get(Metric.LOGIT_NORM));
    }

    @Test
    void treats_both_losses_exactly_alike() throws IOException {
        // At alpha = 1 the two losses are the same function: any difference would come from elsewhere.
        List<RunResult> runs = comparison(crossEntropy(0.05), powerGrad(1)).run(List.of(1L), new Recorder());

        assertThat(numbers(runs.get(1))).isEqualTo(numbers(runs.get(0)));
    }

    @Test
    void shows_a_difference_when_alpha_differs() throws IOException {
        List<RunResult> runs = comparison(crossEntropy(0.05), powerGrad(0.25)).run(List.of(1L), new Recorder());

        assertThat(numbers(runs.get(1))).isNotEqualTo(numbers(runs.get(0)));
        assertThat(runs.get(1).last().get(Metric.LOGIT_NORM)).isGreaterThan(runs.get(0).last().get(Metric.LOGIT_NORM));
    }

    @Test
    void gives_the_same_numbers_each_time() throws IOException {
        TrainingPlan[] plans = {crossEntropy(0.05), powerGrad(0.25)};
        List<RunResult> first = comparison(plans).run(List.of(1L, 2L), new Recorder());
        List<RunResult> second = comparison(plans).run(List.of(1L, 2L), new Recorder());

        for (int i = 0; i < first.size(); i++) {
            assertThat(numbers(second.get(i))).isEqualTo(numbers(first.get(i)));
        }
    }

    @Test
    void returns_the_runs_seed_by_seed_in_the_order_of_the_losses() throws IOException {
        List<RunResult> runs = comparison(crossEntropy(0.05), powerGrad(0.5)).run(List.of(5L, 3L), new Recorder());

        assertThat(runs).extracting(run -> run.last().plan().seed()).containsExactly(5L, 5L, 3L, 3L);
        assertThat(runs).extracting(run -> run.last().plan().loss().toString())
                .containsExactly("LossMCXENT", "LossPowerGrad", "LossMCXENT", "LossPowerGrad");
    }

    @Test
    void tells_of_every_epoch_and_every_image() throws IOException {
        Recorder recorder = new Recorder();
        Comparison comparison = comparison(crossEntropy(0.05), powerGrad(0.5));
        comparison.run(List.of(1L), recorder);

        assertThat(recorder.epochs).extracting(EpochResult::epoch).containsExactlyInAnyOrder(1, 1, 2, 2);
        assertThat(recorder.images).hasValue(comparison.plannedImages(1));
    }

    @Test
    void ends_a_run_that_diverges_and_accounts_for_its_images() throws IOException {
        Recorder recorder = new Recorder();
        Comparison diverging = comparison(crossEntropy(1e9), powerGrad(0.25).with(Map.of("lr", 1e9)));
        List<RunResult> runs = diverging.run(List.of(1L), recorder);

        assertThat(runs).allMatch(RunResult::diverged);
        assertThat(recorder.epochs).isNotEmpty().anyMatch(epoch -> !epoch.isFinite());
        assertThat(recorder.images).hasValue(diverging.plannedImages(1));
    }

    @Test
    void stops_when_a_result_cannot_be_kept() {
        TrainingObserver fullDisk = new TrainingObserver() {
            @Override
            public void trained(int images) {}

            @Override
            public void epochEnded(EpochResult result) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void skipped(long images) {}
        };

        assertThatThrownBy(() -> comparison(crossEntropy(0.05)).run(List.of(1L), fullDisk))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
    }

    @Test
    void refuses_a_batch_larger_than_the_training_set() {
        assertThatThrownBy(() -> comparison(ComparedTraining.plan(4, false, 0.1, 1, 301)))
                .hasMessage("batch must be at most the number of training images, 300, got 301");
    }
}
