package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.examples.compare.ComparedTraining;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.TrainingObserver;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.fashionmnist.FashionMnist;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The twin of a training with the transform")
class TwinTest {

    private FashionMnistSource images;

    @BeforeEach
    void someImages() throws IOException {
        images = FashionMnistSource.of(FashionMnist.bundled().first(1280, 200));
    }

    private static RunSpec spec(double alpha, boolean batchNorm) {
        RunSpec plain = RunSpec.transform(alpha, 0.08, 1, 7);
        return batchNorm ? plain.withBatchNorm() : plain;
    }

    @Test
    void divides_and_multiplies_learning_rate_and_weight_decay_by_alpha() {
        Twin twin = new Twin(spec(0.25, false).plan());

        assertThat(twin.plan().learningRate()).isEqualTo(0.32);
        assertThat(twin.plan().weightDecay()).isEqualTo(1.25e-4);
        assertThat(twin.head().learningRate()).isEqualTo(0.02);
        assertThat(twin.head().weightDecay()).isEqualTo(2e-3);
        assertThat(twin.plan().loss()).isEqualTo(TrainingPlan.Loss.CROSS_ENTROPY);
    }

    @Test
    void of_the_papers_training_on_imagenet_has_the_constants_that_the_theory_names() {
        Twin twin = new Twin(TrainingPlan.of("resnet50", 0.3));

        assertThat(twin.plan().learningRate()).isCloseTo(1.33, within(0.005));
        assertThat(twin.plan().weightDecay()).isCloseTo(1.5e-4, within(1e-9));
        assertThat(twin.head().learningRate()).isCloseTo(0.12, within(1e-9));
        assertThat(twin.head().weightDecay()).isCloseTo(1.7e-3, within(5e-5));
    }

    /** How far apart transform and twin are after ten steps; the twin's plan may be changed. */
    private Twin.Gap gap(double alpha, boolean batchNorm, Map<String, ?> change) throws IOException {
        return gap(spec(alpha, batchNorm).plan(), change);
    }

    private Twin.Gap gap(TrainingPlan plan, Map<String, ?> change) throws IOException {
        ComparedTraining transform = new ComparedTraining(plan, images);
        ComparedTraining twin = new Twin(plan.with(change)).training(images);
        transform.run(new LastEpoch(), epoch -> false);
        twin.run(new LastEpoch(), epoch -> false);
        return Twin.Gap.between(transform.network(), plan.alpha(), twin.network(), images);
    }

    @ParameterizedTest
    @CsvSource({"0.5, false, 0", "0.25, false, 0", "0.3, false, 1e-3", "0.05, false, 1e-3", "0.3, true, 1e-3"})
    void has_alpha_times_the_logits_after_ten_steps_to_the_last_bit_where_alpha_is_a_power_of_two(
            double alpha, boolean batchNorm, double apart) throws IOException {
        assertThat(gap(alpha, batchNorm, Map.of()).logitDifference).isLessThanOrEqualTo(apart);
    }

    @Test
    void has_alpha_times_the_logits_to_twelve_digits_in_double_precision() throws IOException {
        assertThat(gap(spec(0.3, false).plan().with(Map.of("dtype", TrainingPlan.Type.DOUBLE)), Map.of())
                .logitDifference).isLessThan(1e-10);
    }

    @ParameterizedTest
    @CsvSource({"lr, 0.084", "weight-decay, 0.01", "seed, 8"})
    void has_other_logits_with_another_constant(String setting, double value) throws IOException {
        assertThat(gap(0.3, false, Map.of(setting, setting.equals("seed") ? (Object) (long) value : value))
                .logitDifference).isGreaterThan(5e-3);
    }

    @Test
    void is_compared_with_a_training_that_diverged_by_no_number() throws IOException {
        TrainingPlan plan = spec(0.25, false).plan().with(Map.of("lr", 1e9));
        ComparedTraining transform = new ComparedTraining(plan, images);
        transform.run(new LastEpoch(), epoch -> false);
        Twin.Gap gap = Twin.Gap.between(
                transform.network(), 0.25, new Twin(spec(0.25, false).plan()).training(images).network(), images);

        assertThat(gap.transformDiverged()).isTrue();
        assertThat(gap.crossEntropy).isNaN();
        assertThat(gap.logitDifference).isNaN();
    }

    @Test
    void is_compared_by_top1_and_cross_entropy_of_alpha_times_the_logits() throws IOException {
        ComparedTraining twin = new Twin(spec(0.25, false).plan()).training(images);
        LastEpoch epoch = new LastEpoch();
        twin.run(epoch, number -> false);

        Twin.Gap gap = gap(0.25, false, Map.of());
        assertThat(gap.crossEntropy).isCloseTo(epoch.last.get(Metric.TEST_CROSS_ENTROPY), within(1e-6));
        assertThat(gap.top1).isEqualTo(epoch.last.get(Metric.TEST_TOP1));
    }

    private static final class LastEpoch implements TrainingObserver {

        private EpochResult last;

        @Override
        public void epochEnded(EpochResult result) {
            last = result;
        }

        @Override
        public void trained(int count) { }

        @Override
        public void skipped(long count) { }
    }
}
