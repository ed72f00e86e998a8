package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.data.folder.CifarTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
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
        assertThat(console.stderr()).contains("resnet20", "CIFAR-10 (50 + 10 images, 10 classes)", "32x32", "alpha 0.25");
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

    @Test
    @DisplayName("and on a folder of the same images give the same rows")
    void sameRows() throws IOException {
        for (Path data : new Path[] {binary, png}) {
            run("train", "--recipe", "resnet20-cifar10-a1", "--data", data.toString(), "--out", folder.resolve("of-" + data.getFileName()).toString(),
                    "--epochs", "2", "--warmup-epochs", "1", "--cooldown-epochs", "0", "--batch", "25");
        }

        assertThat(measured("of-binary")).isEqualTo(measured("of-png"));
    }

    /** All but the images per second. */
    private String measured(String run) throws IOException {
        return Files.readString(folder.resolve(run).resolve("metrics.csv")).replaceAll("(?m)^((?:[^,]*,){10})[^,]*", "$1");
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
