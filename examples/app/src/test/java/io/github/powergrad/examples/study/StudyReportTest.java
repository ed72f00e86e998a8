package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of the study that is part of this repository. */
@DisplayName("The report in examples/study")
class StudyReportTest {

    private static final Path STUDY = Path.of("../study");

    private static StudyReport report() throws IOException {
        return new StudyReport(StudyPlan.whole(), RunTable.read(STUDY));
    }

    private static String committed() throws IOException {
        return Files.readString(STUDY.resolve(StudyReport.FILE));
    }

    @Test
    void is_what_the_csv_files_give() throws IOException {
        assertThat(committed()).isEqualTo(report().text()).doesNotContain("Not run to the end yet");
    }

    @Test
    void has_its_three_sentences_in_the_readme_of_the_repository() throws IOException {
        String readme = readme();

        assertThat(report().sentences()).hasSize(3)
                .allSatisfy(sentence -> assertThat(readme).contains(sentence.replaceAll("\\s+", " ")));
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("..", "..", "README.md")).replaceAll("\\s+", " ");
    }

    @Test
    void has_the_means_and_deviations_of_the_rows() throws IOException {
        double[] top1 = column("plain,transform,0.25,0,none,0.04,4,[1-5]", 13);
        double mean = Arrays.stream(top1).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(top1).map(value -> (value - mean) * (value - mean)).sum() / 4);

        assertThat(top1).hasSize(5);
        assertThat(committed()).contains(String.format(Locale.ROOT, " %.2f ± %.2f |", mean, deviation));
    }

    @Test
    void has_the_paired_difference_of_the_rows() throws IOException {
        double[] baseline = column("plain,cross-entropy,1,0,none,0.04,4,[1-5]", 13);
        double[] transform = column("plain,transform,0.25,0,none,0.04,4,[1-5]", 13);
        double mean = 0;
        for (int seed = 0; seed < 5; seed++) {
            mean += (transform[seed] - baseline[seed]) / 5;
        }

        assertThat(committed()).contains(String.format(Locale.ROOT, "α = 0.25: %+.2f [", mean));
    }

    @Test
    void has_the_difference_of_the_gains_with_and_without_batch_norm() throws IOException {
        double[] gains = minus(
                minus(column("plain,transform,0.25,0,none,0.04,4,[1-5]", 13),
                        column("plain,cross-entropy,1,0,none,0.04,4,[1-5]", 13)),
                minus(column("batch-norm,transform,0.25,0,none,0.04,4,[1-5]", 13),
                        column("batch-norm,cross-entropy,1,0,none,0.04,4,[1-5]", 13)));

        // t(0.975, 4) from a table.
        assertThat(gains).hasSize(5);
        assertThat(report().sentences().get(0))
                .contains("The first is " + interval(gains, 2.776445) + " points more than the second");
    }

    @Test
    void has_the_difference_at_the_best_rates_over_the_seeds_with_which_no_run_failed() throws IOException {
        double[] transform = column("plain,transform,0.25,0,none,0.08,4,[1-5]", 13);
        double[] baseline = column("plain,cross-entropy,1,0,none,0.3,4,[1-5]", 13);
        // One class for all images is 10 % of them; a run that diverged has no accuracy.
        double[] whole = Arrays.stream(minus(transform, baseline))
                .filter(difference -> !Double.isNaN(difference) && difference < 50).toArray();

        // t(0.975, 4) from a table.
        assertThat(whole).hasSize(5);
        assertThat(report().sentences().get(1)).contains("is " + interval(whole, 2.776445) + " points",
                "over the 5 of 5 seeds", "cross-entropy none");
    }

    @Test
    void has_twins_that_end_at_the_top1_of_the_transform_to_the_last_image_where_alpha_is_a_power_of_two()
            throws IOException {
        String twins = "plain,twin,0.25,0,none,[^,]*,4,1000001";

        assertThat(twinsColumn(twins, 8)).hasSize(6).containsExactly(column(twins, 13));
    }

    private static double[] twinsColumn(String specification, int column) throws IOException {
        return Files.readAllLines(STUDY.resolve("twins.csv")).stream()
                .filter(line -> line.matches(specification + ",.*"))
                .map(line -> line.split(",")[column]).mapToDouble(Double::parseDouble).toArray();
    }

    @Test
    void has_the_median_and_the_largest_difference_of_the_twins_that_do_not_end_equal() throws IOException {
        String all = "plain,twin,[^,]*,0,none,[^,]*,4,1000001";
        double[] twins = column(all, 13);
        double[] transforms = twinsColumn(all, 8);
        double[] logitDifferences = twinsColumn(all, 10);
        // A run that diverged has no accuracy; one class for all images is less than 11 %.
        double[] apart = IntStream.range(0, twins.length)
                .filter(pair -> twins[pair] > 11 && transforms[pair] > 11 && logitDifferences[pair] > 0)
                .mapToDouble(pair -> Math.abs(twins[pair] - transforms[pair])).sorted().toArray();

        assertThat(apart).hasSize(27);
        assertThat(report().sentences().get(2)).endsWith(String.format(Locale.ROOT,
                "to %.2f points of test top-1 in the median and %.2f at most.", apart[13], apart[26]));
    }

    @ParameterizedTest
    @CsvSource({"cross-entropy,1", "transform,0.5", "transform,0.25"})
    void has_bins_of_all_test_images_with_the_accuracy_of_the_run(String loss, String alpha) throws IOException {
        String specification = "plain," + loss + "," + alpha + ",0,none,0.04,4,2000000";
        double[] top1 = column(specification, 13);

        assertThat(top1).hasSize(1);
        for (String probabilities : List.of("p", "p'")) {
            double correct = 0;
            int images = 0;
            for (double[] bin : bins(specification, probabilities)) {
                images += bin[1];
                correct += bin[1] * bin[2];
                // The confidence of bin k of 15.
                assertThat(15 * bin[3]).isBetween(bin[0] - 1, bin[0] + 1e-4);
            }
            assertThat(images).isEqualTo(4000);
            assertThat(100 * correct / images).isCloseTo(top1[0], within(1e-3));
        }
    }

    @ParameterizedTest
    @CsvSource({"cross-entropy,1", "transform,0.5", "transform,0.25"})
    void has_the_calibration_errors_of_the_bins(String loss, String alpha) throws IOException {
        String specification = "plain," + loss + "," + alpha + ",0,none,0.04,4,2000000";

        assertThat(committed())
                .containsPattern("of p is [^p]*" + Pattern.quote(calibrationError(specification, "p", alpha)))
                .containsPattern("That of p′ is .*" + Pattern.quote(calibrationError(specification, "p'", alpha)));
    }

    /** As the report writes it. */
    private static String calibrationError(String specification, String probabilities, String alpha)
            throws IOException {
        double error = bins(specification, probabilities).stream()
                .mapToDouble(bin -> bin[1] / 4000 * Math.abs(bin[2] - bin[3])).sum();
        return String.format(Locale.ROOT, "%.3f at α = %s", error, alpha);
    }

    /** Bin, images, accuracy and confidence. */
    private static List<double[]> bins(String specification, String probabilities) throws IOException {
        List<String> lines = Files.readAllLines(STUDY.resolve("calibration.csv"));
        assertThat(lines.get(0)).endsWith(",probabilities,bin,images,accuracy,confidence");
        String start = specification + "," + probabilities + ",";
        return lines.stream().filter(line -> line.startsWith(start))
                .map(line -> Arrays.stream(line.substring(start.length()).split(","))
                        .mapToDouble(Double::parseDouble).toArray())
                .collect(Collectors.toList());
    }

    @Test
    void has_a_cross_entropy_that_rises_at_the_steps_that_the_readme_of_the_repository_names() throws IOException {
        assertThat(readme()).contains("below α = 0.7 the reported cross-entropy rises at every step of our study");

        for (String network : List.of("plain", "batch-norm")) {
            double before = 0;
            for (String alpha : List.of("0.7", "0.5", "0.4", "0.3", "0.25", "0.2", "0.1", "0.05")) {
                double mean = Arrays.stream(column(network + ",transform," + alpha + ",0,none,0.04,4,[1-5]", 14))
                        .average().orElseThrow();
                assertThat(mean).as("%s at %s", network, alpha).isGreaterThan(before);
                before = mean;
            }
        }
    }

    private static double[] minus(double[] values, double[] others) {
        assertThat(others).hasSameSizeAs(values);
        return IntStream.range(0, values.length).mapToDouble(i -> values[i] - others[i]).toArray();
    }

    /** The mean and its interval, as the report writes them. */
    private static String interval(double[] values, double t) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        double half = t * Math.sqrt(squares / (values.length - 1) / values.length);
        return String.format(Locale.ROOT, "%+.2f [%+.2f, %+.2f]", mean, mean - half, mean + half);
    }

    private static double[] column(String specification, int column) throws IOException {
        List<String> lines = Files.readAllLines(STUDY.resolve("runs.csv"));
        assertThat(lines.get(0).split(",")[13]).isEqualTo("test_top1");
        assertThat(lines.get(0).split(",")[14]).isEqualTo("test_cross_entropy");
        return lines.stream().filter(line -> line.matches("[^,]*," + specification + ",.*"))
                .map(line -> line.split(",")[column]).mapToDouble(Double::parseDouble).toArray();
    }

    @Test
    void is_accompanied_by_its_figures_each_well_under_a_megabyte() throws IOException {
        for (String figure : List.of("transform", "alpha", "logits", "curves", "rates", "reliability",
                "filters")) {
            assertThat(committed()).contains("](" + figure + ".png)");
            assertThat(Files.size(STUDY.resolve(figure + ".png"))).isBetween(10_000L, 500_000L);
        }
        try (var files = Files.list(STUDY)) {
            assertThat(files.filter(file -> file.toFile().length() > 700_000).collect(Collectors.toList())).isEmpty();
        }
    }
}
