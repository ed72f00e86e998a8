package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A paired difference")
class PairedDifferenceTest {

    @Test
    void has_the_interval_of_students_t() {
        // Mean and deviation by Python's statistics; t(0.975) from a table: 2.776 for 4 degrees of freedom.
        PairedDifference difference = new PairedDifference(1.2, 0.7, 2.1, 1.5, 0.9);

        assertThat(difference.mean()).isCloseTo(1.28, within(1e-12));
        assertThat(difference.deviation()).isCloseTo(0.5495452665613635, within(1e-12));
        assertThat(difference.high() - difference.mean())
                .isCloseTo(2.776 * 0.5495452665613635 / Math.sqrt(5), within(2e-4));
        assertThat(difference.mean() - difference.low())
                .isCloseTo(difference.high() - difference.mean(), within(1e-12));
        assertThat(difference).hasToString("+1.28 [+0.60, +1.96]");
    }

    @Test
    void of_two_values_has_the_wide_interval_of_one_degree_of_freedom() {
        // t(0.975, 1) = tan(0.475 pi), and s / sqrt(2) of 0 and 1 is 1/2.
        assertThat(new PairedDifference(0, 1).high()).isCloseTo(0.5 + 0.5 * Math.tan(0.475 * Math.PI), within(1e-6));
    }

    @Test
    void is_a_gain_or_a_loss_only_where_the_whole_interval_is() {
        assertThat(new PairedDifference(1, 1.1, 1.2).isGain()).isTrue();
        assertThat(new PairedDifference(-1, -1.1, -1.2).isLoss()).isTrue();
        PairedDifference open = new PairedDifference(-1, 3);
        assertThat(open.isGain()).isFalse();
        assertThat(open.isLoss()).isFalse();
    }

    @Test
    void of_one_value_or_none_claims_nothing() {
        assertThat(new PairedDifference(1).isGain()).isFalse();
        assertThat(new PairedDifference(1)).hasToString("+1.00");
        assertThat(new PairedDifference()).hasToString("–");
    }
}
