package io.github.powergrad.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
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
}
