package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The epoch that reaches an accuracy")
class CurvesSectionTest {

    private static List<EpochResult> epochs(double... top1) {
        List<EpochResult> epochs = new ArrayList<>();
        for (int i = 0; i < top1.length; i++) {
            epochs.add(new EpochResult(TrainingPlan.of("conv3-8", 1), i + 1, Map.of(Metric.TEST_TOP1, top1[i])));
        }
        return epochs;
    }

    @Test
    void lies_between_the_epoch_before_and_the_first_that_has_it() {
        assertThat(CurvesSection.epochReaching(epochs(50, 60, 80, 70), Metric.TEST_TOP1, 65))
                .isCloseTo(2.25, within(1e-12));
    }

    @Test
    void is_the_first_where_the_first_has_it() {
        assertThat(CurvesSection.epochReaching(epochs(50, 60), Metric.TEST_TOP1, 40)).isEqualTo(1);
    }

    @Test
    void is_not_there_where_none_has_it() {
        assertThat(CurvesSection.epochReaching(epochs(50, 60), Metric.TEST_TOP1, 61)).isNaN();
    }
}
