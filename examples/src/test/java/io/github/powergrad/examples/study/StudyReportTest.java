package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Of the study that is part of this repository. */
@DisplayName("The report in examples/study")
class StudyReportTest {

    private static final Path STUDY = Path.of("study");

    private static StudyReport report() throws IOException {
        return new StudyReport(new StudyPlan(StudySettings.whole()), RunTable.read(STUDY));
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
        String readme = Files.readString(Path.of("..", "README.md")).replaceAll("\\s+", " ");

        assertThat(report().sentences()).hasSize(3)
                .allSatisfy(sentence -> assertThat(readme).contains(sentence.replaceAll("\\s+", " ")));
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

    private static double[] column(String specification, int column) throws IOException {
        List<String> lines = Files.readAllLines(STUDY.resolve("runs.csv"));
        assertThat(lines.get(0).split(",")[column]).isEqualTo("test_top1");
        return lines.stream().filter(line -> line.matches("[^,]*," + specification + ",.*"))
                .map(line -> line.split(",")[column]).mapToDouble(Double::parseDouble).toArray();
    }

    @Test
    void is_accompanied_by_its_figures_each_well_under_a_megabyte() throws IOException {
        for (String figure : List.of("transform", "alpha", "logits", "curves", "rates", "filters")) {
            assertThat(committed()).contains("](" + figure + ".png)");
            assertThat(Files.size(STUDY.resolve(figure + ".png"))).isBetween(10_000L, 500_000L);
        }
        try (var files = Files.list(STUDY)) {
            assertThat(files.filter(file -> file.toFile().length() > 700_000).collect(Collectors.toList())).isEmpty();
        }
    }
}
