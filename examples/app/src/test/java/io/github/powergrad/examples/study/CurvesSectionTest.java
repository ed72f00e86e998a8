package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The epoch that reaches an accuracy")
class CurvesSectionTest {

    private static List<MeasuredEpoch> epochs(double... top1) {
        List<MeasuredEpoch> epochs = new ArrayList<>();
        for (int i = 0; i < top1.length; i++) {
            Map<String, String> cells = Map.of("epoch", "" + (i + 1), "test_top1", "" + top1[i]);
            epochs.add(MeasuredEpoch.parse(column -> cells.getOrDefault(column, "0")));
        }
        return epochs;
    }

    @Test
    void lies_between_the_epoch_before_and_the_first_that_has_it() {
        assertThat(CurvesSection.epochReaching(epochs(50, 60, 80, 70), MeasuredEpoch::testTop1, 65))
                .isCloseTo(2.25, within(1e-12));
    }

    @Test
    void is_the_first_where_the_first_has_it() {
        assertThat(CurvesSection.epochReaching(epochs(50, 60), MeasuredEpoch::testTop1, 40)).isEqualTo(1);
    }

    @Test
    void is_not_there_where_none_has_it() {
        assertThat(CurvesSection.epochReaching(epochs(50, 60), MeasuredEpoch::testTop1, 61)).isNaN();
    }
}
