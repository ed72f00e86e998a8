package io.github.powergrad.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The evaluator")
class EvaluatorTest {

    @Test
    void gives_the_exact_cross_entropy_where_clipped_probabilities_cannot() {
        // p of the label is e^-300: a probability clipped at 1e-10 would give 23.
        assertThat(Evaluator.crossEntropy(new float[] {300, 0, -50}, 1)).isCloseTo(300, within(1e-12));
    }

    @Test
    void gives_the_logarithm_of_the_number_of_classes_for_equal_logits() {
        assertThat(Evaluator.crossEntropy(new float[] {7, 7, 7, 7}, 2)).isCloseTo(Math.log(4), within(1e-15));
    }

    @Test
    void stays_finite_for_the_largest_logits_a_float_can_hold() {
        assertThat(Evaluator.crossEntropy(new float[] {Float.MAX_VALUE, 0}, 1)).isFinite();
    }

    @Test
    void takes_the_largest_logit_as_the_prediction() {
        assertThat(Evaluator.argMax(new float[] {-3, -1, -2})).isEqualTo(1);
    }

    @Test
    void measures_the_l2_norm_of_the_logits() {
        assertThat(Evaluator.norm(new float[] {3, -4})).isEqualTo(5);
    }
}
