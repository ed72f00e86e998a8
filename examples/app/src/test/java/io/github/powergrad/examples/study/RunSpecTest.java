package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A run's specification")
class RunSpecTest {

    static Stream<RunSpec> kinds() {
        RunSpec transform = RunSpec.transform(0.25, 0.04, 4, 7);
        return Stream.of(transform, RunSpec.transform(1, 0.6, 8, 1), transform.atTemperature(),
                transform.withBatchNorm(),
                transform.withClipping(RunSpec.NORM), transform.withClipping(RunSpec.AGC),
                transform.withSmoothing(0.1), transform.withSeed(1_000_001));
    }

    private static RunSpec parsed(String csv) {
        List<String> cells = Arrays.asList(csv.split(","));
        return RunSpec.parse(column -> cells.get(RunSpec.COLUMNS.indexOf(column)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void is_read_as_it_was_written(RunSpec spec) {
        assertThat(parsed(spec.toString())).isEqualTo(spec).hasSameHashCodeAs(spec);
    }

    @Test
    void differs_in_each_of_its_parts() {
        assertThat(kinds().distinct()).hasSize(8);
    }

    @Test
    void at_alpha_1_is_cross_entropy_by_transform_and_temperature_alike() {
        RunSpec one = RunSpec.transform(1, 0.04, 4, 1);

        assertThat(one.atTemperature()).isEqualTo(one);
        assertThat(one.plan().loss().toString()).isEqualTo("LossMCXENT");
    }

    @Test
    void divides_the_learning_rate_by_alpha_at_a_temperature_only() {
        RunSpec transform = RunSpec.transform(0.25, 0.04, 4, 1);

        assertThat(transform.plan().learningRate()).isEqualTo(0.04);
        assertThat(transform.atTemperature().plan().learningRate()).isEqualTo(0.16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain,hinge,1,0,none,0.04,4,1", "dense,transform,1,0,none,0.04,4,1",
        "plain,transform,1,0,hard,0.04,4,1", "plain,transform,x,0,none,0.04,4,1"})
    void is_not_read_from_something_else(String csv) {
        assertThatThrownBy(() -> parsed(csv)).isInstanceOf(IllegalArgumentException.class);
    }
}
