package io.github.powergrad.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is measured of logits")
class LogitMeasuresTest {

    private static double crossEntropy(float[] logits, int label) {
        LogitMeasures measures = new LogitMeasures(logits.length);
        measures.add(logits, label);
        return measures.crossEntropy();
    }

    @Test
    void gives_the_exact_cross_entropy_where_clipped_probabilities_cannot() {
        // p of the label is e^-300: a probability clipped at 1e-10 would give 23.
        assertThat(crossEntropy(new float[] {300, 0, -50}, 1)).isCloseTo(300, within(1e-12));
    }

    @Test
    void gives_the_logarithm_of_the_number_of_classes_for_equal_logits() {
        assertThat(crossEntropy(new float[] {7, 7, 7, 7}, 2)).isCloseTo(Math.log(4), within(1e-15));
    }

    @Test
    void stays_finite_for_the_largest_logits_a_float_can_hold() {
        assertThat(crossEntropy(new float[] {Float.MAX_VALUE, 0}, 1)).isFinite();
    }

    @Test
    void takes_the_largest_logit_as_the_prediction_and_the_first_of_equal_ones() {
        LogitMeasures measures = new LogitMeasures(3);
        measures.add(new float[] {-3, -1, -2}, 1);
        assertThat(measures.top1()).isEqualTo(100);
        measures.add(new float[] {5, 5, -2}, 1);
        assertThat(measures.top1()).isEqualTo(50);
    }

    @Test
    void has_the_mean_l2_norm_of_the_logits() {
        LogitMeasures measures = new LogitMeasures(2);
        measures.add(new float[] {3, -4}, 0);
        measures.add(new float[] {0, 1}, 0);
        assertThat(measures.logitNorm()).isEqualTo(3);
    }
}
