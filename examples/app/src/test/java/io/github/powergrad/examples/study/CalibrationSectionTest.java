package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.Calibration;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.knowm.xchart.XYChart;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("A study's reliability diagrams")
class CalibrationSectionTest {

    @TempDir
    Path folder;

    private final StudyPlan plan = StudyPlan.quickly();

    /** Two classes, two images whose logits differ by 4, the second of them taken for the wrong class. */
    private static List<Calibration> calibrations(double alpha) {
        LogitMeasures measures = new LogitMeasures(2, alpha);
        measures.add(Nd4j.createFromArray(new float[][] {{4, 0}, {4, 0}}),
                Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}}));
        return List.of(measures.plain(), measures.folded());
    }

    @BeforeEach
    void writeRuns() throws IOException {
        RunTable table = RunTable.empty(new DataDescription("Fashion-MNIST 1000+500 f29aca9e"));
        try (OutputFolder output = OutputFolder.claim(folder)) {
            for (RunSpec spec : plan.calibration()) {
                Map<Metric, Double> values = new EnumMap<>(Metric.class);
                List.of(Metric.values()).forEach(metric -> values.put(metric, 1.0));
                table.add(new FinishedRun(spec, List.of(new EpochResult(spec.plan(), 1, values)), List.of(), null,
                        calibrations(spec.alpha())), output);
            }
        }
    }

    private String report() throws IOException {
        return new StudyReport(plan, RunTable.read(folder)).text();
    }

    private void replace(String text, String by) throws IOException {
        Path file = folder.resolve(RunTable.CALIBRATION);
        Files.writeString(file, Files.readString(file).replace(text, by));
    }

    @Test
    void are_read_as_they_were_written() throws IOException {
        for (RunSpec spec : plan.calibration()) {
            for (int number = 0; number < 2; number++) {
                Calibration read = RunTable.read(folder).run(spec).calibrations.get(number);
                Calibration written = calibrations(spec.alpha()).get(number);
                for (int bin = 0; bin < Calibration.BINS; bin++) {
                    assertThat(read.images(bin)).isEqualTo(written.images(bin));
                    if (written.images(bin) > 0) {
                        assertThat(read.accuracy(bin)).isEqualTo(written.accuracy(bin));
                        assertThat(read.confidence(bin)).isCloseTo(written.confidence(bin), within(1e-6));
                    }
                }
                assertThat(read.factor()).isEqualTo(written.factor());
                assertThat(read.error()).isCloseTo(written.error(), within(1e-6));
            }
        }
    }

    @Test
    void hold_how_many_images_are_how_sure_and_how_often_right() throws IOException {
        // 1 / (1 + exp(-4)) = 0.982014 is in the last of 15 bins, 1 / (1 + exp(-1)) = 0.731059 in the eleventh.
        assertThat(Files.readAllLines(folder.resolve(RunTable.CALIBRATION))).contains(
                "plain,transform,0.25,0,none,0.04,1,2000000,p,15,2,0.5,0.982014",
                "plain,transform,0.25,0,none,0.04,1,2000000,p',11,2,0.5,0.731059");
    }

    @Test
    void come_with_their_calibration_errors_from_the_csv_file() throws IOException {
        // |0.5 - 1 / (1 + exp(-4 alpha))| for p', with alpha = 1 for p.
        assertThat(report()).contains("of p is 0.482 at α = 1, 0.482 at α = 0.5, 0.482 at α = 0.25.",
                "That of p′ is 0.482 at α = 1, 0.381 at α = 0.5, 0.231 at α = 0.25.");

        replace(",11,2,0.5,", ",11,10,0.7,");
        assertThat(report()).contains("0.381 at α = 0.5, 0.031 at α = 0.25.");
    }

    @Test
    void weigh_each_bin_by_its_images() throws IOException {
        replace("0.25,0,none,0.04,1,2000000,p',11,2,0.5,0.731059",
                "0.25,0,none,0.04,1,2000000,p',11,30,0.5,0.6\n"
                        + "plain,transform,0.25,0,none,0.04,1,2000000,p',12,10,0.5,0.7");

        // (30 * 0.1 + 10 * 0.2) / 40
        assertThat(report()).contains("0.125 at α = 0.25.");
    }

    @Test
    void have_the_bins_as_points() throws IOException {
        StudyResults results = new StudyResults(plan, RunTable.read(folder));
        List<XYChart> charts = new CalibrationSection(results).figures().get("reliability.png");

        assertThat(charts).hasSize(2);
        assertThat(charts.get(0).getSeriesMap().get("α = 0.25 (error 0.482)").getXData()).containsExactly(0.982014);
        assertThat(charts.get(1).getSeriesMap().get("α = 0.25 (error 0.231)").getXData()).containsExactly(0.731059);
        assertThat(charts.get(1).getSeriesMap().get("α = 0.25 (error 0.231)").getYData()).containsExactly(0.5);
    }

    @Test
    void have_no_points_for_bins_with_less_than_a_400th_of_the_images() throws IOException {
        String run = "plain,transform,0.25,0,none,0.04,1,2000000,p',";
        replace(run + "11,2,0.5,0.731059",
                run + "4,1,1,0.25\n" + run + "11,797,0.7,0.71875\n" + run + "12,2,0.5,0.78125");

        XYChart chart = new CalibrationSection(new StudyResults(plan, RunTable.read(folder))).figures()
                .get("reliability.png").get(1);
        assertThat(chart.getSeriesMap().values()).filteredOn(series -> series.getName().startsWith("α = 0.25 "))
                .singleElement().satisfies(series -> assertThat(series.getXData()).containsExactly(0.71875, 0.78125));
    }

    @Test
    void need_the_rows_of_each_run() throws IOException {
        replace("transform,0.25", "transform,0.3");

        assertThatThrownBy(() -> RunTable.read(folder)).hasMessageContaining("runs.csv is damaged in line")
                .hasMessageContaining("it is not in calibration.csv");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {",p',11|,q,11", ",p',11|,p',16", ",p',11|,p',x"})
    void are_not_read_from_rows_of_other_probabilities_or_bins(String text, String damage) throws IOException {
        replace(text, damage);

        assertThatThrownBy(() -> RunTable.read(folder)).hasMessageContaining("calibration.csv is damaged in line");
    }
}
