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
        return Stream.of(transform, RunSpec.transform(1, 0.6, 8, 1), transform.twin(),
                transform.withBatchNorm(),
                transform.withClipping("norm"), transform.withClipping("agc"),
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
    void at_alpha_1_is_cross_entropy_and_its_own_twin() {
        RunSpec one = RunSpec.transform(1, 0.04, 4, 1);

        assertThat(one.twin()).isEqualTo(one);
        assertThat(one.plan().loss().toString()).isEqualTo("LossMCXENT");
    }

    @Test
    void of_a_twin_keeps_the_learning_rate_of_the_transform_but_its_plan_does_not() {
        RunSpec twin = RunSpec.transform(0.25, 0.04, 4, 1).twin();

        assertThat(twin.learningRate()).isEqualTo(0.04);
        assertThat(twin.plan().learningRate()).isEqualTo(0.16);
        assertThat(twin.plan().loss().toString()).isEqualTo("LossMCXENT");
        assertThat(twin.twinOf()).isEqualTo(RunSpec.transform(0.25, 0.04, 4, 1));
    }

    @Test
    void of_a_twin_takes_twice_the_epochs_because_the_transform_is_run_beside_it() {
        RunSpec transform = RunSpec.transform(0.25, 0.04, 4, 1);

        assertThat(transform.trainedEpochs()).isEqualTo(4);
        assertThat(transform.twin().trainedEpochs()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain,hinge,1,0,none,0.04,4,1", "dense,transform,1,0,none,0.04,4,1",
        "plain,transform,1,0,hard,0.04,4,1", "plain,temperature,0.5,0,none,0.04,4,1",
        "plain,transform,x,0,none,0.04,4,1"})
    void is_not_read_from_something_else(String csv) {
        assertThatThrownBy(() -> parsed(csv)).isInstanceOf(IllegalArgumentException.class);
    }
}
