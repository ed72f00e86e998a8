package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What a study says of twins")
class TwinSectionTest {

    @TempDir
    Path folder;

    private final CraftedRuns runs = new CraftedRuns();
    private final int pairs = runs.plan().twins().size();

    private static Predicate<RunSpec> twin(double alpha, double rate) {
        return spec -> spec.isTwin() && spec.alpha() == alpha && spec.learningRate() == rate;
    }

    private String text() throws IOException {
        return runs.report(folder);
    }

    @Test
    void is_that_all_pairs_end_alike_where_they_do() throws IOException {
        assertThat(text()).contains("Of " + pairs + " pairs trained side by side in single precision, " + pairs
                        + " do not fail. Of these, " + pairs + " end with all test logits equal. Of the other pairs 0"
                        + " diverge")
                .contains("| 0.3 | 70.00 (0) | 70.00 (0) | 70.00 (0) | 70.00 (0) | 70.00 (0) | 70.00 (0) |")
                .contains("| 0.25 | 4.0000 (0) | 4.0000 (0) |");
    }

    @Test
    void has_the_difference_of_each_pair_with_the_median_and_the_largest_of_those_that_are_not_equal()
            throws IOException {
        runs.gap(spec -> spec.alpha() != 0.25, 0, 1e-6).add(twin(0.3, 0.15), spec -> -0.75)
                .gap(twin(0.1, 0.08), 0.002, 0.5).gap(twin(0.1, 0.04), -0.001, 0.1);

        assertThat(text()).contains(" Of these, 6 end with all test logits equal, all of them where α is a power of"
                        + " two, so that both round alike. In the others training makes rounding larger: at learning rate"
                        + " 0.04 the largest difference is 0.00 points of test top-1 and 0.0010 of cross-entropy; at all rates"
                        + " the median difference is 0.00 points of test top-1 and 0.0000 of cross-entropy, the largest"
                        + " 0.75 points of test top-1 and 0.0020 of cross-entropy.")
                .contains("| 0.3 | 70.00 (0) | 70.00 (0) | 70.00 (0) | 70.00 (-0.75) | 70.00 (0) | 70.00 (0) |")
                .contains("| 0.1 | 10.0000 (0) | 10.0010 (-1e-03) | 9.9980 (+2e-03) |")
                .contains("| 0.1 | 1e-06 | 1e-01 | 5e-01 | 1e-06 | 1e-06 | 1e-06 |");
    }

    @Test
    void names_the_reason_for_equal_logits_only_where_it_is_one() throws IOException {
        runs.gap(twin(0.3, 0.15), 0, 1e-6);

        assertThat(text()).contains(" end with all test logits equal. In the others");
    }

    @Test
    void has_the_difference_between_the_same_runs_of_the_transform_where_there_is_any() throws IOException {
        assertThat(text()).doesNotContain("done once more");

        runs.add(spec -> spec.equals(RunSpec.transform(0.3, 0.04, 4, 1_000_001)), spec -> 0.3);
        assertThat(text()).contains("test top-1 of the same run differs by 0.00 points in the median and by 0.30 at"
                + " most");
    }

    @Test
    void tells_which_of_the_two_diverged_or_gave_one_class_for_all_images() throws IOException {
        runs.diverge(twin(0.1, 0.6).or(twin(0.1, 0.3))).divergeBeside(twin(0.1, 0.6).or(twin(0.25, 0.6)))
                .add(twin(0.3, 0.6), spec -> -60);

        assertThat(text()).contains("Of " + pairs + " pairs trained side by side in single precision, " + (pairs - 4)
                        + " do not fail. Of these, " + (pairs - 4) + " end with")
                .contains("Of the other pairs 1 diverge in both networks, 2 in one of them, and 1 end with one class"
                        + " for all images in at least one.")
                .contains("| 70.00 (0) | twin diverged | both diverged |",
                        "| 70.00 (0) | transform diverged |");
    }

    @Test
    void has_the_constants_of_each_twin_and_those_of_the_papers_training() throws IOException {
        assertThat(text()).contains("| 0.25 | 0.16, 1.3e-4 | 0.01, 2e-3 | +0.00 [+0.00, +0.00] | 0.02 | 0.08 | 0.005 |")
                .contains("learning rate 0.4, weight decay 5e-4 and α = 0.3. It is ordinary training with learning"
                        + " rate 1.33 and weight decay 1.5e-4 for all layers but the last, and learning rate 0.12 and weight"
                        + " decay 1.7e-3 for the last layer, whose initial weights are 0.3 times as large.");
    }

    @Test
    void says_that_something_remains_of_the_tuned_gain_only_where_it_does() throws IOException {
        assertThat(text()).contains("and that is not shown to be worth anything once the rate is tuned.");

        runs.add(spec -> spec.alpha() == 0.25 && !spec.batchNorm() && spec.learningRate() == 0.08,
                spec -> 2 + 0.01 * (spec.seed() % 10));
        assertThat(text()).contains("and that is worth something after the rate is tuned.");
    }

    @Test
    void needs_the_row_that_each_twin_is_compared_by() throws IOException {
        runs.in(folder);
        Path twins = folder.resolve(RunTable.TWINS);
        List<String> rows = Files.readAllLines(twins);
        Files.write(twins, rows.subList(0, rows.size() - 1));

        assertThatThrownBy(() -> RunTable.read(folder)).hasMessageContaining("runs.csv is damaged in line")
                .hasMessageContaining("it is not in twins.csv");
    }
}
