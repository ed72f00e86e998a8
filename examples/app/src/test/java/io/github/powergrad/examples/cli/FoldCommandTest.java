package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("powergrad fold")
class FoldCommandTest {

    private static final int IMAGES = 200;
    private static final double ALPHA = 0.3;

    @TempDir
    static Path trained;

    @TempDir
    Path folder;

    private final Console console = new Console();

    @BeforeAll
    static void trains() {
        train(trained.resolve("low"), 1, "--alpha", "" + ALPHA);
        train(trained.resolve("warm"), 1, "--alpha", "" + ALPHA, "--alpha-warmup-epochs", "1");
    }

    private static void train(Path out, int epochs, String... more) {
        Console console = new Console();
        assertThat(console.powergrad(TrainCommandTest.small(out, epochs, more).toArray(new String[0])))
                .as(console::stderr).isZero();
    }

    private static Path checkpoint(String training) {
        return trained.resolve(training).resolve(Checkpoint.LAST);
    }

    private int fold(Path checkpoint, Path out) {
        return console.powergrad("fold", "--checkpoint", checkpoint.toString(), "--out", out.toString());
    }

    private void refuses(Path checkpoint, Path out, String message) {
        assertThat(fold(checkpoint, out)).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: ").contains(message);
        assertThat(console.stdout()).isEmpty();
    }

    private static void predictsSoftmaxOf(double alpha, Path checkpoint, Path folded) throws IOException {
        ComputationGraph before = Checkpoint.open(checkpoint).network();
        ComputationGraph after = ModelSerializer.restoreComputationGraph(folded.toFile());
        INDArray images = Nd4j.randn(DataType.FLOAT, IMAGES, 1, 8, 8);
        double[][] logits = Evaluator.logits(before, images).castTo(DataType.DOUBLE).toDoubleMatrix();
        double[][] p = after.outputSingle(images).castTo(DataType.DOUBLE).toDoubleMatrix();

        for (int image = 0; image < IMAGES; image++) {
            double sum = 0;
            for (double logit : logits[image]) {
                sum += Math.exp(alpha * logit);
            }
            for (int i = 0; i < p[image].length; i++) {
                assertThat(p[image][i]).isCloseTo(Math.exp(alpha * logits[image][i]) / sum, within(1e-6));
            }
        }
        assertThat(after.outputSingle(images).argMax(1)).isEqualTo(before.outputSingle(images).argMax(1));
    }

    @Test
    void writes_a_network_that_predicts_softmax_of_alpha_z() throws IOException {
        Path out = folder.resolve("new/calibrated.zip");
        assertThat(fold(checkpoint("low"), out)).as(console::stderr).isZero();

        assertThat(console.stdout()).contains("resnet20, epoch 1: alpha 0.3 is folded", "written to " + out);
        predictsSoftmaxOf(ALPHA, checkpoint("low"), out);
    }

    @Test
    void takes_the_alpha_that_the_warm_up_has_reached() throws IOException {
        Path out = folder.resolve("calibrated.zip");
        assertThat(fold(checkpoint("warm"), out)).as(console::stderr).isZero();

        assertThat(console.stdout()).contains("alpha 1 is folded");
        predictsSoftmaxOf(1, checkpoint("warm"), out);
    }

    @Test
    void writes_a_file_that_names_no_class_of_this_project() throws IOException {
        Path out = folder.resolve("calibrated.zip");
        fold(checkpoint("low"), out);

        try (ZipFile zip = new ZipFile(out.toFile())) {
            List<String> entries = zip.stream().map(ZipEntry::getName).collect(Collectors.toList());
            assertThat(entries).containsExactlyInAnyOrder("configuration.json", "coefficients.bin");
            try (InputStream json = zip.getInputStream(zip.getEntry("configuration.json"))) {
                assertThat(new String(json.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("LossMCXENT").doesNotContain("powergrad").doesNotContain("PowerGrad");
            }
        }
    }

    @Test
    void goes_on_with_the_learning_rate_of_the_last_step() throws IOException {
        Path out = folder.resolve("calibrated.zip");
        fold(checkpoint("low"), out);

        String row = Files.readAllLines(trained.resolve("low/metrics.csv")).get(1);
        double rate = ModelSerializer.restoreComputationGraph(out.toFile()).getLearningRate("fc");
        assertThat(rate).isPositive().isCloseTo(Double.parseDouble(row.split(",")[4]), within(1e-7));
    }

    @Test
    void leaves_the_checkpoint_as_it_is_and_replaces_an_earlier_file() throws IOException {
        byte[] before = Files.readAllBytes(checkpoint("low"));
        Path out = Files.writeString(folder.resolve("calibrated.zip"), "an earlier one");
        assertThat(fold(checkpoint("low"), out)).isZero();

        assertThat(Files.readAllBytes(checkpoint("low"))).isEqualTo(before);
        assertThat(ModelSerializer.restoreComputationGraph(out.toFile())).isNotNull();
    }

    @Test
    void refuses_to_write_over_the_checkpoint_by_whatever_name() throws IOException {
        Path copy = Files.copy(checkpoint("low"), folder.resolve("checkpoint.zip"));
        Path link = Files.createLink(folder.resolve("link.zip"), copy);
        byte[] before = Files.readAllBytes(copy);

        refuses(copy, copy, "is the checkpoint itself");
        refuses(copy, folder.resolve("./checkpoint.zip"), "is the checkpoint itself");
        refuses(copy, link, "is the checkpoint itself");
        assertThat(Files.readAllBytes(copy)).isEqualTo(before);
    }

    @Test
    void refuses_what_is_no_checkpoint_and_what_is_no_file() throws IOException {
        Path out = folder.resolve("calibrated.zip");
        refuses(folder.resolve("missing.zip"), out, "missing.zip does not exist");
        refuses(Files.write(folder.resolve("cut.zip"), new byte[100]), out, "cut.zip is not a whole checkpoint");
        refuses(checkpoint("low"), Files.createDirectory(folder.resolve("dir")), "dir is a folder");
        assertThat(out).doesNotExist();
    }

    @Test
    void refuses_alpha_0_which_leaves_nothing_to_predict() {
        train(folder.resolve("zero"), 1, "--alpha", "0");
        Path out = folder.resolve("calibrated.zip");
        refuses(folder.resolve("zero").resolve(Checkpoint.LAST), out, "cannot be folded: ");
        assertThat(out).doesNotExist();
    }

    @Test
    void refuses_a_checkpoint_of_ordinary_cross_entropy() throws IOException {
        Path copy = Files.copy(checkpoint("low"), folder.resolve("checkpoint.zip"));
        try (FileSystem zip = FileSystems.newFileSystem(copy, (ClassLoader) null)) {
            Path settings = zip.getPath("powergrad.json");
            ObjectNode json = (ObjectNode) new ObjectMapper().readTree(Files.readAllBytes(settings));
            ((ObjectNode) json.get("plan")).put("loss", "CROSS_ENTROPY").put("alpha", 1);
            Files.write(settings, new ObjectMapper().writeValueAsBytes(json));
        }

        refuses(copy, folder.resolve("calibrated.zip"), "was trained with LossMCXENT, so there is no alpha to fold");
    }

    @Test
    void refuses_a_network_with_a_vertex_that_deeplearning4j_does_not_know() {
        Path squeezed = folder.resolve("squeezed");
        assertThat(console.powergrad("train", "--model", "seresnet18", "--image-size", "32", "--images", "16", "--batch",
                "16", "--classes", "2", "--epochs", "1", "--warmup-epochs", "0", "--cooldown-epochs", "0", "--out",
                squeezed.toString())).as(console::stderr).isZero();

        Path out = folder.resolve("calibrated.zip");
        refuses(squeezed.resolve(Checkpoint.LAST), out, "seresnet18 has io.github.powergrad.examples.model.ChannelGateVertex");
        assertThat(out).doesNotExist();
    }

    @Test
    void shows_in_evaluate_what_the_folded_network_gives() {
        Path diagram = folder.resolve("reliability.png");
        List<String> arguments = new ArrayList<>(List.of("evaluate", "--checkpoint", checkpoint("low").toString(),
                "--diagram", diagram.toString()));
        assertThat(console.powergrad(arguments.toArray(new String[0]))).as(console::stderr).isZero();
        assertThat(console.stdout()).containsPattern("cross-entropy  [0-9.]+ of p, [0-9.]+ of p'")
                .containsPattern("calibration    [0-9.]+ of p, [0-9.]+ of p'").contains("p' = softmax(0.3 z)");
        assertThat(diagram).isNotEmptyFile();

        assertThat(console.powergrad("evaluate", "--checkpoint", checkpoint("warm").toString())).isZero();
        assertThat(console.stdout()).containsPattern("cross-entropy  [0-9.]+\\R").contains("p' = p");
    }
}
