package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.examples.data.folder.ImageTree;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import java.awt.image.BufferedImage;
import java.io.File;
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
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("powergrad train")
class TrainCommandTest {

    private static final String HEADER = "loss,alpha,seed,epoch,learning_rate,train_loss,train_top1,test_top1,"
            + "test_cross_entropy,logit_norm,images_per_second,test_top5,test_calibration_error,folded_cross_entropy,"
            + "folded_calibration_error";

    /** ResNet-20 on few and small images: an epoch takes a second. */
    private static final List<String> SMALL = List.of("--model", "resnet20", "--image-size", "8", "--images", "64",
            "--batch", "32", "--classes", "2", "--warmup-epochs", "1", "--lr", "0.05");

    @TempDir
    Path folder;

    private final Console console = new Console();

    static List<String> small(Path out, int epochs, String... more) {
        List<String> all = new ArrayList<>(List.of("train", "--out", out.toString(), "--epochs", "" + epochs));
        all.addAll(SMALL);
        all.addAll(Arrays.asList(more));
        return all;
    }

    private int train(Path out, int epochs, String... more) {
        return console.powergrad(small(out, epochs, more).toArray(new String[0]));
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    @Test
    void tells_what_will_run_trains_and_leaves_metrics_curves_and_checkpoints() throws IOException {
        Path out = folder.resolve("out");
        assertThat(train(out, 2)).as(() -> console.stderr()).isZero();

        assertThat(console.stderr()).contains("resnet20", "trainable parameters", "64 to train",
                "2 per epoch, batch 32", "oneDNN", "memory   about", "images/s", "left");
        assertThat(console.stdout()).contains("resnet20 after 2 epochs: test top-1", "metrics.csv", "curves.png");
        assertThat(files(out)).containsExactly(
                ".powergrad.lock", "checkpoint-best.zip", "checkpoint-last.zip", "curves.png", "metrics.csv",
                "settings.json");
        List<String> rows = Files.readAllLines(out.resolve("metrics.csv"));
        assertThat(rows).hasSize(3).startsWith(HEADER);
        assertThat(rows.subList(1, 3)).allSatisfy(row -> assertThat(row.split(",")).hasSize(15));
        assertThat(ModelSerializer.restoreComputationGraph(out.resolve(Checkpoint.LAST).toFile()).getEpochCount())
                .isEqualTo(2);

        evaluates_and_predicts_with_the_checkpoint(out, rows.get(2).split(","));
        refuses_to_replace_or_to_go_on_with_what_does_not_fit(out);
    }

    @Test
    void shows_itself_in_a_browser_only_where_examples_ui_is_on_the_class_path() {
        Path out = folder.resolve("unseen");

        assertThat(train(out, 1, "--ui")).isEqualTo(1);

        assertThat(console.stderr().lines().filter(line -> line.startsWith("error:"))).singleElement().asString()
                .contains("--ui", "examples/powergrad");
        assertThat(out).doesNotExist();
    }

    private void evaluates_and_predicts_with_the_checkpoint(Path out, String[] lastRow) throws IOException {
        String checkpoint = out.resolve(Checkpoint.LAST).toString();
        Path table = folder.resolve("classes.csv");
        assertThat(console.powergrad("evaluate", "--checkpoint", checkpoint, "--out", table.toString()))
                .as(() -> console.stderr()).isZero();
        double top1 = console.stdout().lines().filter(line -> line.startsWith("top-1")).findFirst()
                .map(line -> Double.parseDouble(line.replaceAll("[^0-9.]+1? +|%", ""))).orElseThrow();
        assertThat(top1).isCloseTo(Double.parseDouble(lastRow[7]), within(0.006));
        assertThat(Files.readAllLines(table)).hasSize(3).first().isEqualTo("class,images,top1,top5");
        assertThat(Files.readAllLines(table).get(1)).startsWith("T-shirt/top,");

        File image = folder.resolve("image.png").toFile();
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", image);
        assertThat(console.powergrad("predict", "--checkpoint", checkpoint, image.toString()))
                .as(() -> console.stderr()).isZero();
        assertThat(console.stdout()).contains("image.png", "%  T-shirt/top", "%  Trouser");

        Path text = Files.writeString(folder.resolve("text.jpg"), "not an image");
        assertThat(console.powergrad("predict", "--checkpoint", checkpoint, text.toString())).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: image ")
                .contains("text.jpg");

        Path bomb = Files.write(folder.resolve("bomb.png"), ImageTree.promising(65544));
        assertThat(console.powergrad("predict", "--checkpoint", checkpoint, bomb.toString())).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: image ")
                .contains("bomb.png says it is 65544x65544 pixels, more than 178956970 in all");
    }

    private void refuses_to_replace_or_to_go_on_with_what_does_not_fit(Path out) {
        assertThat(train(out, 2)).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().contains("--resume", "--overwrite", "--out");

        assertThat(console.powergrad("train", "--resume", out.toString())).isZero();
        assertThat(console.stdout()).startsWith("resnet20 after 2 epochs: test top-1 ");

        assertThat(console.powergrad("train", "--resume", out.toString(), "--model", "resnet18", "--classes", "3"))
                .isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString()
                .contains("--model resnet18 instead of resnet20", "--classes 3 instead of 2");
    }

    @Test
    void stops_before_the_first_step_in_a_dry_run_and_writes_nothing() {
        assertThat(train(folder.resolve("out"), 2, "--dry-run")).isZero();
        assertThat(console.stderr()).contains("resnet20", "x8x8, not augmented\n").doesNotContain("left");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void stops_at_divergence_and_names_the_first_epoch_rule() throws IOException {
        Path out = folder.resolve("out");
        List<String> arguments = small(out, 2);
        arguments.set(arguments.indexOf("--lr") + 1, "1e30");
        arguments.set(arguments.indexOf("--warmup-epochs") + 1, "0");
        assertThat(console.powergrad(arguments.toArray(new String[0]))).isEqualTo(1);
        assertThat(console.stderr()).contains("diverged in epoch 1", "--alpha-warmup-epochs 1").doesNotContain("\tat ");
        assertThat(files(out)).doesNotContain(Checkpoint.LAST);
    }

    @Test
    void trains_on_two_devices_about_as_well_as_on_one_and_leaves_the_same_files() throws IOException {
        List<String> larger = List.of("--images", "256", "--epochs", "5");
        double alone = testTop1(trained("alone", larger));
        Path averaged = trained("averaged", larger, "--devices", "2");
        assertThat(console.stderr()).contains(
                "parallel 2 devices, parameters averaged after each update; effective batch 2 x 16 = 32,"
                        + " learning rate 0.05 for all of it",
                "8 per epoch, batch 32", ", for each of the 2");
        Path shared = trained("shared", larger, "--devices", "2", "--parallel", "sharing");
        assertThat(console.stderr()).contains("parallel 2 devices, updates shared; effective batch 2 x 16 = 32");

        assertThat(alone).as("chance is 50").isGreaterThan(80);
        for (Path out : List.of(averaged, shared)) {
            assertThat(testTop1(out)).as(out.getFileName() + " beside " + alone).isCloseTo(alone, within(8.0));
            assertThat(files(out)).containsExactly(
                    ".powergrad.lock", "checkpoint-best.zip", "checkpoint-last.zip", "curves.png", "metrics.csv",
                "settings.json");
            evaluates_and_predicts_with_the_checkpoint(out, lastRow(out));
        }
    }

    private Path trained(String name, List<String> changes, String... more) {
        List<String> arguments = new ArrayList<>(small(folder.resolve(name), 1, more));
        for (int i = 0; i < changes.size(); i += 2) {
            arguments.set(arguments.indexOf(changes.get(i)) + 1, changes.get(i + 1));
        }
        assertThat(console.powergrad(arguments.toArray(new String[0]))).as(() -> console.stderr()).isZero();
        return folder.resolve(name);
    }

    private static String[] lastRow(Path out) throws IOException {
        List<String> rows = Files.readAllLines(out.resolve("metrics.csv"));
        return rows.get(rows.size() - 1).split(",");
    }

    private static double testTop1(Path out) throws IOException {
        return Double.parseDouble(lastRow(out)[7]);
    }

    @Test
    void refuses_to_go_on_with_another_number_of_devices() {
        assertThat(train(folder.resolve("out"), 1)).isZero();
        assertThat(console.powergrad("train", "--resume", folder.resolve("out").toString(), "--devices", "2")).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().contains("--devices 2 instead of 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"averaging", "sharing"})
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void on_two_devices_goes_on_after_a_kill_as_if_nothing_had_happened(String parallel) throws Exception {
        SeparateProcess alone = new SeparateProcess(folder);
        TrainedFolder whole = new TrainedFolder(folder.resolve("whole"));
        TrainedFolder killed = new TrainedFolder(folder.resolve("killed"));
        String[] rule = {"--alpha-warmup-epochs", "1", "--devices", "2", "--parallel", parallel};
        assertThat(alone.start(small(whole.path, 4, rule)).waitFor()).isZero();

        Process process = alone.start(small(killed.path, 4, rule));
        while (killed.rows().size() < 2) {
            assertThat(process.isAlive()).isTrue();
            Thread.sleep(5);
        }
        process.destroyForcibly().waitFor();
        assertThat(killed.rows()).hasSizeLessThan(4);
        assertThat(alone.start(List.of("train", "--resume", killed.path.toString())).waitFor()).isZero();

        assertThat(killed.rowsWithoutSpeed()).isEqualTo(whole.rowsWithoutSpeed());
        assertThat(killed.weights()).usingComparatorWithPrecision(1e-6f).containsExactly(whole.weights());
        assertThat(killed.files()).isEqualTo(whole.files());
    }

    @Test
    void stops_with_one_line_where_a_gpu_is_asked_for_and_there_is_no_driver() throws Exception {
        SeparateProcess alone = new SeparateProcess(folder).with("-Dpowergrad.cuda=11.6");
        assertThat(alone.start(small(folder.resolve("out"), 2)).waitFor()).isEqualTo(1);
        assertThat(alone.stderr()).singleElement().asString()
                .startsWith("error: no NVIDIA driver, libcuda.so.1 cannot be loaded; ");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void refuses_the_ui_on_the_version_of_deeplearning4j_that_it_is_not_for() throws Exception {
        SeparateProcess alone = new SeparateProcess(folder).with("-Dpowergrad.cuda=11.2");
        assertThat(alone.start(small(folder.resolve("out"), 2, "--ui")).waitFor()).isEqualTo(1);
        assertThat(alone.stderr()).singleElement().asString().startsWith("error: --ui shows trainings of");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--alpha           | 1.2      | --alpha must be in [0, 1], got 1.2",
        "--model           | resnet34 | --model must be one of resnet18,",
        "--recipe          | none     | --recipe must be one that 'powergrad recipes' lists",
        "--batch           | 65       | --batch must be at most the number of training images, 64, got 65",
        "--devices         | 0        | --devices must be in [1, 64], got 0",
        "--devices         | 65       | --devices must be in [1, 64], got 65",
        "--devices         | 3        | --batch must be a multiple of --devices, here 3",
        "--parallel        | sharing  | --parallel sharing is for 2 or more --devices, got 1",
        "--averaging-frequency | 2    | --averaging-frequency is for --parallel averaging on 2 or more --devices, got 2",
        "--scheduler       | linear   | expected one of [cosine, step]",
        "--label-smoothing | 1        | --label-smoothing must be in [0, 1), got 1.0",
        "--max-skipped     | many     | --max-skipped",
        "--workers         | 0        | --workers must be at least 1, got 0",
    })
    void exits_2_with_the_fault_before_anything_is_written(String option, String value, String message) {
        List<String> arguments = new ArrayList<>(small(folder.resolve("out"), 2));
        int given = arguments.indexOf(option);
        if (given >= 0) {
            arguments.set(given + 1, value);
        } else {
            arguments.addAll(List.of(option, value));
        }
        assertThat(console.powergrad(arguments.toArray(new String[0]))).isEqualTo(2);
        assertThat(console.stderr()).containsIgnoringCase(message).contains("usage: powergrad train")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "train --data missing | missing",
        "train --resume missing | checkpoint-last.zip does not exist",
        "evaluate --checkpoint missing.zip | missing.zip does not exist",
    })
    void exits_1_with_one_line_when_a_file_or_folder_is_missing(String command, String message) {
        assertThat(console.powergrad(command.split(" "))).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: ").contains(message);
    }

    @Test
    void exits_1_with_one_line_when_a_checkpoint_is_cut_off() throws IOException {
        Path file = Files.write(folder.resolve("cut.zip"), new byte[100]);
        assertThat(console.powergrad("evaluate", "--checkpoint", file.toString())).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().contains("cut.zip is not a whole checkpoint");
    }

    @Test
    void lists_models_and_recipes() {
        assertThat(console.powergrad("models")).isZero();
        assertThat(console.stdout()).containsPattern("resnet50 +25,557,032 +77.216")
                .containsPattern("resnet20 +272,474 +-");
        assertThat(console.powergrad("recipes")).isZero();
        assertThat(console.stdout().lines().filter(line -> line.startsWith("resnet50-cosine-a0.3 ")).findFirst())
                .hasValueSatisfying(
                line -> assertThat(line).containsSubsequence("resnet50", "0.3", "cosine", "100", "1024", "0.4", "79.43", "76.886"));
    }
}
