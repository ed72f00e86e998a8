package io.github.powergrad.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Mean and deviation")
class SpreadTest {

    @Test
    void use_the_sample_deviation() {
        Spread spread = new Spread(1, 2, 3);

        assertThat(spread.mean()).isEqualTo(2);
        assertThat(spread.deviation()).isEqualTo(1);
        assertThat(spread.format("%.2f", "+/-")).isEqualTo("2.00 +/- 1.00");
    }

    @Test
    void show_the_sign_of_a_difference_but_none_of_its_deviation() {
        assertThat(new Spread(1, 2, 3).format("%+.1f", "+/-")).isEqualTo("+2.0 +/- 1.0");
    }

    @Test
    void leave_the_deviation_out_for_one_value() {
        assertThat(new Spread(4.5).format("%.2f", "+/-")).isEqualTo("4.50");
    }

    @Test
    void show_a_dash_for_no_value() {
        assertThat(new Spread().format("%.2f", "+/-")).isEqualTo("-");
    }

    @Nested
    @DisplayName("of paired differences")
    class OfDifferences {

        @Test
        void has_the_interval_of_students_t() {
            // Mean and deviation by Python's statistics; t(0.975) from a table: 2.776 for 4 degrees of freedom.
            Spread difference = new Spread(1.2, 0.7, 2.1, 1.5, 0.9);

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
            assertThat(new Spread(0, 1).high()).isCloseTo(0.5 + 0.5 * Math.tan(0.475 * Math.PI), within(1e-6));
        }

        @Test
        void is_a_gain_or_a_loss_only_where_the_whole_interval_is() {
            assertThat(new Spread(1, 1.1, 1.2).isGain()).isTrue();
            assertThat(new Spread(-1, -1.1, -1.2).isLoss()).isTrue();
            Spread open = new Spread(-1, 3);
            assertThat(open.isGain()).isFalse();
            assertThat(open.isLoss()).isFalse();
        }

        @Test
        void of_one_value_or_none_claims_nothing() {
            assertThat(new Spread(1).isGain()).isFalse();
            assertThat(new Spread(1)).hasToString("+1.00");
            assertThat(new Spread()).hasToString("–");
        }
    }
}
