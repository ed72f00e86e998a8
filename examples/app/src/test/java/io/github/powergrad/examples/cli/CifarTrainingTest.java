package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.data.folder.CifarTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("powergrad train on CIFAR's binary files")
class CifarTrainingTest {

    @TempDir
    Path folder;

    private final Console console = new Console();
    private Path binary;
    private Path png;
    private Path out;

    @BeforeEach
    void data() {
        binary = folder.resolve("binary");
        png = folder.resolve("png");
        out = folder.resolve("out");
        CifarTree cifar = new CifarTree(10).write(binary);
        cifar.writeAsFolder(png);
    }

    private String run(String... arguments) {
        assertThat(console.powergrad(arguments)).as(() -> console.stderr()).isZero();
        return console.stdout();
    }

    @Test
    @DisplayName("takes CIFAR's recipe, and its checkpoint tells evaluate and predict how images are prepared")
    void remembersAugmentation() throws IOException {
        run("train", "--data", binary.toString(), "--out", out.toString(), "--epochs", "1", "--warmup-epochs", "0",
                "--cooldown-epochs", "0", "--batch", "25");
        assertThat(console.stderr()).contains("resnet20", "CIFAR-10 (50 + 10 images, 10 classes)",
                "3x32x32, augmentation cifar\n", "alpha 0.25");
        String checkpoint = out.resolve("checkpoint-last.zip").toString();

        String ofBinary = run("evaluate", "--checkpoint", checkpoint, "--data", binary.toString());
        String ofPng = run("evaluate", "--checkpoint", checkpoint, "--data", png.toString());
        assertThat(ofBinary.lines().skip(1)).containsExactlyElementsOf(ofPng.lines().skip(1)::iterator);
        String lastRow = Files.readAllLines(out.resolve("metrics.csv")).get(1);
        assertThat(ofBinary).contains("top-1          " + String.format("%.2f%%", Double.parseDouble(lastRow.split(",")[7])));

        Path image = Files.list(png.resolve("val/cat")).findFirst().orElseThrow();
        assertThat(run("predict", "--checkpoint", checkpoint, image.toString())).contains("%  ");

        assertThat(console.powergrad("train", "--resume", out.toString(), "--data", binary.toString(),
                "--augmentation", "imagenet")).isEqualTo(1);
        assertThat(console.stderr()).contains("--augmentation imagenet instead of cifar");
    }

    private static List<String> train(Path data, TrainedFolder trained) {
        return List.of("train", "--recipe", "resnet20-cifar10-a1", "--data", data.toString(), "--out", trained.path.toString(),
                "--epochs", "3", "--warmup-epochs", "1", "--cooldown-epochs", "0", "--batch", "25");
    }

    @Test
    @DisplayName("gives the rows of a training on a folder of the same images")
    void sameRows() throws IOException {
        TrainedFolder ofBinary = new TrainedFolder(folder.resolve("of-binary"));
        TrainedFolder ofPng = new TrainedFolder(folder.resolve("of-png"));
        run(train(binary, ofBinary).toArray(new String[0]));
        run(train(png, ofPng).toArray(new String[0]));

        assertThat(ofBinary.rowsWithoutSpeed()).hasSize(3).isEqualTo(ofPng.rowsWithoutSpeed());
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @DisplayName("gives the same rows where it is killed after the first epoch and resumed")
    void killed() throws Exception {
        SeparateProcess alone = new SeparateProcess(folder);
        TrainedFolder whole = new TrainedFolder(folder.resolve("whole"));
        assertThat(alone.start(train(binary, whole)).waitFor()).isZero();

        TrainedFolder killed = new TrainedFolder(folder.resolve("killed"));
        Process process = alone.start(train(binary, killed));
        while (process.isAlive() && !killed.hasCheckpoint()) {
            Thread.sleep(5);
        }
        process.destroyForcibly().waitFor();
        assertThat(killed.saved()).isBetween(1, 2);
        assertThat(alone.start(List.of("train", "--resume", killed.path.toString(), "--data", binary.toString())).waitFor())
                .isZero();

        assertThat(killed.rowsWithoutSpeed()).hasSize(3).isEqualTo(whole.rowsWithoutSpeed());
    }

    @Test
    @DisplayName("is refused with one line where a file is damaged, and where bundled images are to be augmented")
    void refuses() throws IOException {
        Files.write(binary.resolve("data_batch_5.bin"), new byte[3000]);

        assertThat(console.powergrad("train", "--data", binary.toString(), "--out", out.toString())).isEqualTo(1);
        assertThat(console.stderr()).startsWith("error: " + binary.resolve("data_batch_5.bin") + " has 3000 bytes")
                .hasLineCount(1);
        assertThat(out).doesNotExist();

        assertThat(console.powergrad("train", "--augmentation", "cifar", "--out", out.toString())).isEqualTo(2);
        assertThat(console.stderr()).contains("--augmentation is for --data");
    }
}
