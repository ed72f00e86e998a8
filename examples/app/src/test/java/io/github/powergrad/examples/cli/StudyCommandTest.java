package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.data.IdxFiles;
import io.github.powergrad.examples.files.OutputFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("powergrad study")
class StudyCommandTest {

    private static final List<String> TABLES = List.of("runs.csv", "epochs.csv", "filters.csv", "calibration.csv");

    @TempDir
    Path folder;

    private final Console console = new Console();

    private Path data;
    private Path out;

    @BeforeEach
    void smallData() {
        data = IdxFiles.write(folder.resolve("data"), 260, 100, 12);
        out = folder.resolve("out");
    }

    private int powergrad(List<String> arguments) {
        return console.powergrad(arguments.toArray(new String[0]));
    }

    private List<String> arguments(Path to, String... more) {
        List<String> all = new ArrayList<>(
                List.of("study", "--quick", "--data", data.toString(), "--out", to.toString()));
        all.addAll(Arrays.asList(more));
        return all;
    }

    private int study(String... more) {
        return powergrad(arguments(out, more));
    }

    private static void assertSameTables(Path first, Path second) {
        for (String table : TABLES) {
            assertThat(second.resolve(table)).hasSameTextualContentAs(first.resolve(table));
        }
    }

    private static List<String> rows(Path folder) throws IOException {
        Path runs = folder.resolve("runs.csv");
        return Files.exists(runs) ? Files.readAllLines(runs).stream().skip(1).collect(Collectors.toList()) : List.of();
    }

    @Test
    void runs_all_parts_and_reports_them_with_figures() throws IOException {
        assertThat(study()).as(console::stderr).isZero();

        assertThat(console.stdout()).contains(out.toString());
        assertThat(console.stderr()).contains("100%", "left");
        String report = Files.readString(out.resolve("README.md"));
        assertThat(report).contains("## In short", "## What holds", "## Figure 1", "## Figure 2", "## Figure 3",
                "## Figure 4", "## Tables 2 and 3", "## Control: each α", "## Control: ordinary training",
                "## Calibration", "## Zeroed filters",
                "260 training and 100 test images", "A quick setting")
                .doesNotContain("Not run to the end yet", "NaN", "null");
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.startsWith(".")))
                    .containsExactlyInAnyOrder("README.md", "runs.csv", "epochs.csv", "filters.csv", "twins.csv",
                            "calibration.csv", "transform.png", "alpha.png", "logits.png", "curves.png", "rates.png",
                            "reliability.png", "filters.png");
        }
        for (String figure : List.of("transform.png", "alpha.png", "curves.png", "rates.png", "filters.png")) {
            assertThat(report).contains("](" + figure + ")");
            BufferedImage image = ImageIO.read(out.resolve(figure).toFile());
            assertThat(image.getWidth()).isEqualTo(2560);
        }
    }

    @Test
    void gives_the_same_tables_whatever_the_number_of_jobs() {
        assertThat(study("alpha", "rates", "--jobs", "1")).isZero();
        Path other = folder.resolve("other");
        assertThat(powergrad(arguments(other, "alpha", "rates", "--jobs", "3"))).isZero();

        assertSameTables(out, other);
    }

    @Test
    void runs_what_parts_share_once_and_nothing_again() throws IOException {
        study("alpha");
        List<String> grid = rows(out);
        assertThat(grid).hasSize(2 * 3 * 2);
        study("methods");
        assertThat(rows(out)).hasSize(12 + 8 * 2).containsAll(grid);

        study("methods", "alpha");
        assertThat(console.stderr()).isEmpty();
        assertThat(rows(out)).hasSize(28);
    }

    @Test
    void reports_a_part_alone_and_says_what_is_missing() throws IOException {
        assertThat(study("transform")).isZero();
        assertThat(out.resolve("transform.png")).exists();
        study("curves");

        String report = Files.readString(out.resolve("README.md"));
        assertThat(report.split("Not run to the end yet", -1)).hasSize(1 + 7);
        assertThat(out.resolve("curves.png")).exists();
        assertThat(out.resolve("alpha.png")).doesNotExist();
    }

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void goes_on_after_a_kill_as_if_nothing_had_happened() throws Exception {
        Path killed = folder.resolve("killed");
        Process process = new SeparateProcess(folder).start(arguments(killed, "methods", "curves"));
        while (rows(killed).size() < 3) {
            assertThat(process.isAlive()).isTrue();
            Thread.sleep(2);
        }
        process.destroyForcibly().waitFor();
        List<String> before = rows(killed);
        assertThat(before).hasSizeBetween(3, 23);

        assertThat(powergrad(arguments(killed, "methods", "curves"))).as(console::stderr).isZero();
        long runAgain = console.stderr().lines().filter(line -> line.contains(" left")).count();
        assertThat(runAgain).isEqualTo(24 - before.size());
        assertThat(rows(killed)).containsAll(before);
        assertThat(study("methods", "curves")).isZero();
        assertSameTables(out, killed);
    }

    @Test
    void keeps_runs_that_diverge_and_leaves_them_out_of_the_means() throws IOException {
        study("alpha");
        List<String> lines = Files.readAllLines(out.resolve("runs.csv"));
        String diverged = lines.get(1).replaceFirst(",finished,.*", ",diverged,1,NaN,NaN,NaN,NaN,NaN,NaN,NaN");
        String spec = diverged.substring(diverged.indexOf(',') + 1, diverged.indexOf(",diverged"));
        Files.write(out.resolve("runs.csv"), replaced(lines, 1, diverged));
        Files.write(out.resolve("epochs.csv"), Files.readAllLines(out.resolve("epochs.csv")).stream()
                .map(line -> line.startsWith(spec + ",") ? spec + ",1,NaN,NaN,NaN,NaN,NaN,NaN,NaN" : line)
                .collect(Collectors.toList()));

        assertThat(study("report")).as(console::stderr).isZero();
        assertThat(Files.readString(out.resolve("README.md"))).contains("those that diverged (1) included")
                .containsPattern("of 2 \\|").doesNotContain("NaN");
    }

    private static List<String> replaced(List<String> lines, int number, String by) {
        List<String> replaced = new ArrayList<>(lines);
        replaced.set(number, by);
        return replaced;
    }

    @Test
    void refuses_a_table_of_other_images_and_of_other_epochs_with_one_line() throws IOException {
        study("curves");
        List<String> before = rows(out);

        assertThat(study("curves", "--epochs", "3")).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: ")
                .contains("runs.csv holds runs of 2 epochs",
                "this study has 3 and 6", "another folder");
        data = IdxFiles.write(folder.resolve("others"), 270, 100, 12);
        assertThat(study("curves")).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: ")
                .contains("runs.csv holds runs on data",
                "260 training", "not on others", "270 training", "another folder");
        assertThat(rows(out)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "runs.csv   | ,transform, | ,hinge,  | runs.csv is damaged in line",
        "runs.csv   | ,finished,2 | ,finished,1 | its last epoch is not in epochs.csv",
        "epochs.csv | ,transform, | ,hinge,  | epochs.csv is damaged in line",
        "epochs.csv | network     | net      | epochs.csv is not of this version",
        "filters.csv | ,0,1       | ,0,x     | filters.csv is damaged in line",
    })
    void refuses_a_damaged_table_with_one_line(String table, String text, String damage, String message)
            throws IOException {
        study("curves");
        Path file = out.resolve(table);
        Files.writeString(file, Files.readString(file).replaceFirst(text, damage));

        assertThat(study("curves")).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: ").contains(message);
    }

    @Test
    void refuses_a_folder_in_which_another_study_runs() throws IOException {
        try (OutputFolder claimed = OutputFolder.claim(out)) {
            assertThat(claimed.path()).isEqualTo(out);
            assertThat(study("curves")).isEqualTo(1);
        }
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: ").contains("another powergrad");
    }

    @Test
    void says_so_when_there_is_nothing_to_report() {
        assertThat(study("report")).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: ").contains("runs.csv does not exist");
    }

    @Test
    void needs_as_many_images_as_a_minibatch() {
        data = IdxFiles.write(folder.resolve("few"), 100, 100, 12);

        assertThat(study("curves")).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().contains("at least 128 training images", "few has 100");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--jobs   | 0   | --jobs must be in [1, 256], got 0",
        "--jobs   | two | 'two' is not an int",
        "--epochs | 0   | --epochs must be in [1, 1000], got 0",
        "--seeds  | 1   | --seeds must be at least 2 seeds, for an interval, got 1",
        "--seeds  | 3,1000000 | --seeds must be below 1000000",
        "--speed  | 3   | Unknown option",
        "--jobs=1 | beta | PART must be one of transform, alpha, methods, curves, rates, twin, calibration, filters, report",
    })
    void exits_2_with_the_fault_and_the_usage_line(String option, String value, String message) {
        assertThat(study(option, value)).isEqualTo(2);

        assertThat(console.stderr()).contains(message).contains("usage: powergrad study ").doesNotContain("\tat ");
        assertThat(out).doesNotExist();
    }

    @Test
    void tells_every_option_in_its_help() {
        assertThat(powergrad(List.of("study", "--help"))).isZero();
        assertThat(console.stdout()).contains("--data", "--out", "--seeds", "--epochs", "--jobs", "--quick",
                "transform", "alpha", "report");
    }

    @Test
    void tells_in_its_help_how_many_epochs_the_longer_runs_have() throws IOException {
        assertThat(study("curves", "--epochs", "3")).as(console::stderr).isZero();
        assertThat(rows(out)).isNotEmpty().allMatch(row -> row.matches(".*,0\\.04,6,\\d+,finished,6,.*"));

        powergrad(List.of("study", "--help"));
        assertThat(console.stdout().replaceAll("\\s+", " "))
                .contains("passes over the training images, twice as many where accuracy is followed over time");
    }
}
