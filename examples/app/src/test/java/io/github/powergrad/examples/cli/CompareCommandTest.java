package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.powergrad.examples.data.IdxFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("powergrad compare")
class CompareCommandTest {

    private static final String HEADER =
            "loss,alpha,seed,epoch,learning_rate,train_loss,train_top1,test_top1,test_cross_entropy,logit_norm,images_per_second"
            + ",test_calibration_error,folded_cross_entropy,folded_calibration_error";

    @TempDir
    Path folder;

    private final Console console = new Console();

    private Path data;
    private Path out;

    @BeforeEach
    void smallData() {
        data = IdxFiles.write(folder.resolve("data"), 200, 100, 12);
        out = folder.resolve("out");
    }

    private int compare(String... arguments) {
        List<String> all = new ArrayList<>(List.of("compare", "--data", data.toString(), "--out", out.toString()));
        all.addAll(Arrays.asList(arguments));
        return console.powergrad(all.toArray(new String[0]));
    }

    private List<String> metrics() throws IOException {
        return Files.readAllLines(out.resolve("metrics.csv"));
    }

    private JsonNode runs() throws IOException {
        return new ObjectMapper().readTree(out.resolve("summary.json").toFile()).get("runs");
    }

    @Test
    void shows_a_row_for_each_loss_and_the_paired_difference() {
        assertThat(compare("--seeds", "2", "--epochs", "2", "--batch", "50")).isZero();

        assertThat(console.stdout().lines().collect(Collectors.toList()))
                .satisfiesExactly(
                        header -> assertThat(header).containsSubsequence("loss", "alpha", "train top-1 %",
                                "test top-1 %", "test cross-entropy", "of p'", "calibration error", "of p'", "logit norm",
                                "seconds"),
                        first -> assertThat(first).startsWith("LossMCXENT ").containsPattern("\u00B1|\\+/-"),
                        second -> assertThat(second).startsWith("LossPowerGrad ").contains("0.25"),
                        difference -> assertThat(difference).startsWith("difference "),
                        note -> assertThat(note).startsWith("p' = softmax(alpha z)"),
                        empty -> assertThat(empty).isEmpty(),
                        files -> assertThat(files).contains(out.toString()));
        assertThat(console.stderr()).contains("images/s").contains("left");
    }

    @Test
    void writes_one_csv_row_for_each_epoch_of_each_run() throws IOException {
        compare("--seeds", "2", "--epochs", "3", "--batch", "50", "--lr", "0.1");

        assertThat(metrics()).hasSize(1 + 2 * 2 * 3).startsWith(HEADER);
        assertThat(metrics().subList(1, 13)).extracting(row -> String.join(",", Arrays.copyOf(row.split(","), 4)))
                .startsWith("LossMCXENT,1,1,1", "LossMCXENT,1,1,2", "LossMCXENT,1,1,3", "LossPowerGrad,0.25,1,1")
                .endsWith("LossPowerGrad,0.25,2,3");
        assertThat(metrics().subList(1, 13)).allSatisfy(row -> {
            double[] values = Stream.of(row.split(",")).skip(1).mapToDouble(Double::parseDouble).toArray();
            assertThat(values).hasSize(13);
            assertThat(values[3]).as("learning rate").isBetween(0.0, 0.1);
            assertThat(values[5]).as("train top-1").isBetween(0.0, 100.0);
            assertThat(values[9]).as("images per second").isPositive();
        });
    }

    @Test
    void writes_a_summary_that_equals_the_last_rows_of_the_csv() throws IOException {
        compare("--seeds", "7,4", "--epochs", "2", "--batch", "50", "--alpha", "0.5");

        JsonNode runs = runs();
        assertThat(runs).hasSize(4);
        List<String> names = new ArrayList<>();
        runs.get(0).fieldNames().forEachRemaining(names::add);
        assertThat(names).containsExactly("loss", "alpha", "seed", "train_top1", "test_top1", "test_cross_entropy",
                "logit_norm", "test_calibration_error", "folded_cross_entropy", "folded_calibration_error", "seconds",
                "images_per_second");
        for (JsonNode run : runs) {
            String[] row = metrics().stream()
                    .filter(line -> line.startsWith(run.get("loss").asText() + ","))
                    .map(line -> line.split(","))
                    .filter(cells -> Long.parseLong(cells[2]) == run.get("seed").asLong() && cells[3].equals("2"))
                    .findFirst().orElseThrow();
            assertThat(run.get("alpha").asDouble()).isEqualTo(Double.parseDouble(row[1]));
            assertThat(run.get("train_top1").asDouble()).isEqualTo(Double.parseDouble(row[6]));
            assertThat(run.get("test_top1").asDouble()).isEqualTo(Double.parseDouble(row[7]));
            assertThat(run.get("test_cross_entropy").asDouble()).isEqualTo(Double.parseDouble(row[8]));
            assertThat(run.get("logit_norm").asDouble()).isEqualTo(Double.parseDouble(row[9]));
            assertThat(run.get("test_calibration_error").asDouble()).isEqualTo(Double.parseDouble(row[11]));
            assertThat(run.get("folded_cross_entropy").asDouble()).isEqualTo(Double.parseDouble(row[12]));
            assertThat(run.get("folded_calibration_error").asDouble()).isEqualTo(Double.parseDouble(row[13]));
        }
    }

    @Test
    void measures_p_and_p_folded_which_differ_for_an_alpha_below_1_alone() throws IOException {
        compare("--seeds", "1", "--epochs", "2", "--batch", "50", "--alpha", "0.5");

        JsonNode crossEntropy = runs().get(0);
        assertThat(crossEntropy.get("folded_cross_entropy")).isEqualTo(crossEntropy.get("test_cross_entropy"));
        assertThat(crossEntropy.get("folded_calibration_error")).isEqualTo(crossEntropy.get("test_calibration_error"));
        JsonNode powerGrad = runs().get(1);
        assertThat(powerGrad.get("folded_cross_entropy")).isNotEqualTo(powerGrad.get("test_cross_entropy"));
        assertThat(powerGrad.get("folded_calibration_error")).isNotEqualTo(powerGrad.get("test_calibration_error"));
    }

    @Test
    void draws_a_reliability_diagram() throws IOException {
        compare("--seeds", "2", "--epochs", "1", "--batch", "50");

        assertThat(console.stdout()).contains("curves.png, reliability.png");
        BufferedImage image = ImageIO.read(out.resolve("reliability.png").toFile());
        assertThat(image.getWidth()).isEqualTo(720);
        assertThat(image.getHeight()).isEqualTo(680);
    }

    @Test
    void draws_the_accuracy_curves() throws IOException {
        compare("--seeds", "1", "--epochs", "2", "--batch", "50");

        BufferedImage image = ImageIO.read(out.resolve("curves.png").toFile());
        assertThat(image.getWidth()).isEqualTo(1000);
        assertThat(image.getHeight()).isEqualTo(640);
    }

    @Test
    void trains_with_batch_normalization_and_another_width() throws IOException {
        assertThat(compare("--seeds", "1", "--epochs", "1", "--batch", "50", "--width", "3", "--batch-norm")).isZero();
        assertThat(runs()).hasSize(2);
    }

    @Test
    void exits_1_and_keeps_what_was_reached_when_training_diverges() throws IOException {
        assertThat(compare("--seeds", "1", "--epochs", "2", "--batch", "20", "--lr", "1e9")).isEqualTo(1);

        assertThat(console.stderr()).contains("diverged in epoch").contains("choose a lower --lr than 1.0E9")
                .doesNotContain("\tat ");
        assertThat(metrics()).startsWith(HEADER).hasSizeGreaterThanOrEqualTo(3);
        assertThat(metrics()).anyMatch(row -> row.contains("NaN"));
        assertThat(runs()).hasSize(2).allSatisfy(run -> assertThat(run.get("test_top1").isNull()).isTrue());
        assertThat(console.stdout()).contains("1 of 1 diverged");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--alpha  | 1.2     | --alpha must be in [0, 1], got 1.2",
        "--alpha  | -0.1    | --alpha must be in [0, 1], got -0.1",
        "--alpha  | NaN     | --alpha must be in [0, 1], got NaN",
        "--lr     | 0       | --lr must be a finite number above 0, got 0.0",
        "--lr     | NaN     | --lr must be a finite number above 0, got NaN",
        "--epochs | 0       | --epochs must be in [1, 100000], got 0",
        "--epochs | many    | 'many' is not an int",
        "--batch  | 0       | --batch must be at least 1, got 0",
        "--batch  | 201     | --batch must be at most the number of training images, 200, got 201",
        "--width  | 0       | --width must be in [1, 512], got 0",
        "--seeds  | 0       | seeds must be a count in [1, 1000]",
        "--seeds  | 1,1     | seeds must differ from one another, got 1,1",
        "--seeds  | one     | seeds must be a count in [1, 1000]",
        "--speed  | 3       | Unknown option",
    })
    void exits_2_with_the_fault_and_the_usage_line(String option, String value, String message) {
        assertThat(compare(option, value)).isEqualTo(2);

        assertThat(console.stderr()).contains(message).contains("usage: powergrad compare ").doesNotContain("\tat ");
        assertThat(console.stdout()).isEmpty();
        assertThat(out).doesNotExist();
    }

    @Test
    void exits_2_without_a_command() {
        assertThat(console.powergrad()).isEqualTo(2);
        assertThat(console.stderr()).contains("missing command").contains("usage: powergrad ");
    }

    @Test
    void exits_1_with_one_line_when_a_data_file_is_missing() throws IOException {
        Files.delete(data.resolve("train-labels-idx1-ubyte.gz"));

        assertThat(compare()).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString()
                .startsWith("error: ").contains("train-labels-idx1-ubyte").contains("is missing");
        assertThat(out).doesNotExist();
    }

    @Test
    void exits_1_with_one_line_before_training_when_the_output_folder_is_a_file() throws IOException {
        Files.writeString(out, "a file");

        assertThat(compare()).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: output folder ")
                .contains("is a file");
        assertThat(out).hasContent("a file");
    }

    @Test
    void tells_every_option_and_default_in_its_help() {
        assertThat(console.powergrad("compare", "--help")).isZero();
        assertThat(console.stdout()).contains("--alpha", "--lr", "--epochs", "--batch", "--seeds", "--width",
                "--batch-norm", "--data", "--out", "(default: 0.25)", "(default: powergrad-compare)");
    }
}
