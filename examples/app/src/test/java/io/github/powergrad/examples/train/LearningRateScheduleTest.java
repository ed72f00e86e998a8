package io.github.powergrad.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.examples.train.TrainingPlan.Scheduler;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.databind.ObjectMapper;

@DisplayName("The learning-rate schedule")
class LearningRateScheduleTest {

    private static final int PER_EPOCH = 1252;

    private static double rate(Scheduler scheduler, double epoch, Map<String, ?> changes) {
        TrainingPlan plan = TrainingPlan.of("resnet50", 0.3).with(Map.of("scheduler", scheduler)).with(changes);
        return LearningRateSchedule.of(plan, PER_EPOCH).valueAt((int) Math.round(epoch * PER_EPOCH), (int) epoch);
    }

    @ParameterizedTest
    @CsvSource({"0, 4e-4", "2.5, 0.2002", "5, 0.4", "47.5, 0.2002", "90, 4e-4", "95, 4e-4", "99.99, 4e-4"})
    void warms_up_for_5_epochs_then_follows_a_cosine_and_ends_with_10_constant_epochs(double epoch, double rate) {
        assertThat(rate(Scheduler.COSINE, epoch, Map.of())).isCloseTo(rate, within(1e-12));
    }

    @Test
    void is_just_below_its_peak_in_the_last_iteration_of_warm_up_and_at_it_in_the_next() {
        ISchedule schedule = LearningRateSchedule.of(TrainingPlan.of("resnet50", 0.3), PER_EPOCH);
        assertThat(schedule.valueAt(5 * PER_EPOCH - 1, 4)).isBetween(0.3999, 0.39999);
        assertThat(schedule.valueAt(5 * PER_EPOCH, 5)).isEqualTo(0.4);
    }

    @ParameterizedTest
    @CsvSource({"5, 0.4", "29.99, 0.4", "30, 0.04", "59.99, 0.04", "60, 0.004", "89.99, 0.004", "90, 4e-4", "99.9, 4e-4"})
    void divides_by_10_at_epochs_30_60_and_90_of_100(double epoch, double rate) {
        assertThat(rate(Scheduler.STEP, epoch, Map.of("cooldown-epochs", 0))).isCloseTo(rate, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"14.99, 0.4", "15, 0.04", "30, 0.004", "45, 4e-4"})
    void scales_the_steps_with_the_number_of_epochs(double epoch, double rate) {
        assertThat(rate(Scheduler.STEP, epoch, Map.of("epochs", 50, "cooldown-epochs", 0))).isCloseTo(rate, within(1e-12));
    }

    @Test
    void starts_at_its_peak_without_warm_up() {
        assertThat(rate(Scheduler.COSINE, 0, Map.of("warmup-epochs", 0))).isEqualTo(0.4);
    }

    @Test
    void survives_the_json_of_a_saved_network() throws Exception {
        IUpdater updater = new Nesterovs(LearningRateSchedule.of(TrainingPlan.of("resnet18", 1), 7), 0.9);
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(updater), IUpdater.class)).isEqualTo(updater);
    }

    /** That of {@code compare}: half an epoch of warm-up, then a cosine to 0. */
    @Nested
    @DisplayName("to a low of 0")
    class To0 {

        private final ISchedule schedule = schedule(0.5, 11, 10);

        private ISchedule schedule(double warmupEpochs, int epochs, int perEpoch) {
            return new LearningRateSchedule(Scheduler.COSINE, 0.4, 0, epochs, warmupEpochs, 0, perEpoch);
        }

        @Test
        void starts_with_one_step_of_the_warm_up_and_not_with_0() {
            assertThat(schedule.valueAt(0, 0)).isEqualTo(0.08);
        }

        @Test
        void reaches_the_peak_with_the_last_iteration_of_the_warm_up_and_starts_the_cosine_there() {
            assertThat(schedule.valueAt(3, 0)).isCloseTo(0.32, within(1e-15));
            assertThat(schedule.valueAt(4, 0)).isEqualTo(0.4);
            assertThat(schedule.valueAt(5, 0)).isEqualTo(0.4);
            assertThat(schedule.valueAt(6, 0)).isLessThan(0.4);
        }

        @Test
        void rounds_a_fraction_of_an_epoch_down_to_whole_iterations() {
            assertThat(schedule(0.5, 2, 5).valueAt(0, 0)).isEqualTo(0.2);
            assertThat(schedule(0.5, 2, 1).valueAt(0, 0)).isEqualTo(0.4);
        }

        @Test
        void is_at_half_the_peak_in_the_middle_of_the_cosine() {
            assertThat(schedule(1, 11, 10).valueAt(60, 0)).isCloseTo(0.2, within(1e-15));
        }

        @Test
        void ends_just_above_0_and_stays_at_0() {
            assertThat(schedule.valueAt(109, 0)).isBetween(1e-9, 1.1e-4);
            assertThat(schedule.valueAt(110, 0)).isZero();
            assertThat(schedule.valueAt(1_000_000, 0)).isZero();
        }

        @Test
        void depends_on_the_iteration_alone() {
            assertThat(schedule.valueAt(42, 7)).isEqualTo(schedule.valueAt(42, 0));
        }

        @Test
        void can_be_nothing_but_warm_up() {
            assertThat(schedule(1, 1, 4).valueAt(3, 0)).isEqualTo(0.4);
            assertThat(schedule(1, 1, 4).valueAt(4, 0)).isZero();
        }
    }
}
