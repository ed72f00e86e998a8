package io.github.powergrad.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.databind.ObjectMapper;

@DisplayName("The warm-up and cosine schedule")
class WarmupCosineScheduleTest {

    private final ISchedule schedule = new WarmupCosineSchedule(0.4, 10, 110);

    @Test
    void starts_with_one_step_of_the_warm_up_and_not_with_zero() {
        assertThat(schedule.valueAt(0, 0)).isEqualTo(0.04);
    }

    @Test
    void reaches_the_peak_with_the_last_iteration_of_the_warm_up() {
        assertThat(schedule.valueAt(8, 0)).isCloseTo(0.36, within(1e-15));
        assertThat(schedule.valueAt(9, 0)).isEqualTo(0.4);
    }

    @Test
    void starts_the_cosine_at_the_peak() {
        assertThat(schedule.valueAt(10, 0)).isEqualTo(0.4);
        assertThat(schedule.valueAt(11, 0)).isLessThan(0.4);
    }

    @Test
    void is_at_half_the_peak_in_the_middle_of_the_cosine() {
        assertThat(schedule.valueAt(60, 0)).isCloseTo(0.2, within(1e-15));
    }

    @Test
    void ends_just_above_zero_and_stays_at_zero() {
        assertThat(schedule.valueAt(109, 0)).isBetween(1e-9, 1.1e-4);
        assertThat(schedule.valueAt(110, 0)).isZero();
        assertThat(schedule.valueAt(1_000_000, 0)).isZero();
    }

    @Test
    void depends_on_the_iteration_alone() {
        assertThat(schedule.valueAt(42, 7)).isEqualTo(schedule.valueAt(42, 0));
    }

    @Test
    void can_do_without_a_warm_up() {
        assertThat(new WarmupCosineSchedule(0.4, 0, 100).valueAt(0, 0)).isEqualTo(0.4);
    }

    @Test
    void can_be_nothing_but_warm_up() {
        ISchedule warmupOnly = new WarmupCosineSchedule(0.4, 4, 4);
        assertThat(warmupOnly.valueAt(3, 0)).isEqualTo(0.4);
        assertThat(warmupOnly.valueAt(4, 0)).isZero();
    }

    @Test
    void survives_json_as_part_of_an_updater() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Nesterovs updater = new Nesterovs(schedule, 0.9);

        assertThat(json.readValue(json.writeValueAsString(updater), Nesterovs.class).getLearningRateSchedule())
                .isEqualTo(schedule);
    }

    @Test
    void refuses_impossible_settings() {
        assertThatThrownBy(() -> new WarmupCosineSchedule(0, 1, 2))
                .hasMessage("peak must be a finite number above 0, got 0.0");
        assertThatThrownBy(() -> new WarmupCosineSchedule(1, 0, 0))
                .hasMessage("total iterations must be at least 1, got 0");
        assertThatThrownBy(() -> new WarmupCosineSchedule(1, 3, 2))
                .hasMessage("warm-up iterations must be in [0, 2], got 3");
    }
}
