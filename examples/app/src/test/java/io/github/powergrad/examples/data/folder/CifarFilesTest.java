package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;

@DisplayName("CIFAR's binary files")
class CifarFilesTest {

    private static final ImageFolderOptions OPTIONS = ImageFolderOptions.defaults().withWorkers(2).withSeed(5)
            .withAugmentation(Augmentation.CIFAR);

    @TempDir
    Path folder;

    private final CifarTree cifar = new CifarTree(20);

    private static List<DataSet> all(BatchStream stream) {
        List<DataSet> batches = new ArrayList<>();
        try (BatchStream closing = stream) {
            closing.forEachRemaining(batches::add);
        }
        return batches;
    }

    private ColourImages open(Path data) throws IOException {
        return ColourImages.open(data, OPTIONS);
    }

    @ParameterizedTest
    @EnumSource(Augmentation.class)
    @DisplayName("give the images of a folder of PNG files with the same pixels, bit for bit and in the same order")
    void sameAsFolder(Augmentation augmentation) throws IOException {
        ImageFolderOptions options = OPTIONS.withAugmentation(augmentation).withImageSize(32);
        cifar.write(folder.resolve("binary"));
        cifar.writeAsFolder(folder.resolve("png"));

        try (ColourImages binary = ColourImages.open(folder.resolve("binary"), options);
                ColourImages png = ColourImages.open(folder.resolve("png"), options)) {
            assertThat(binary.classNames()).isEqualTo(png.classNames()).isEqualTo(CifarTree.CLASSES);
            for (int epoch = 0; epoch < 2; epoch++) {
                assertThat(all(binary.training(epoch, 16))).isEqualTo(all(png.training(epoch, 16))).hasSize(7);
            }
            assertThat(all(binary.test(16))).isEqualTo(all(png.test(16)));
        }
    }

    @Test
    @DisplayName("give test images as they are, normalized by CIFAR-10's mean and deviation, labelled as the files say")
    void testImages() throws IOException {
        cifar.write(folder);
        byte[] bytes = cifar.files.get("test_batch.bin");
        double[] mean = {0.4914, 0.4822, 0.4465};
        double[] deviation = {0.2470, 0.2435, 0.2616};

        try (ColourImages images = open(folder)) {
            DataSet batch = all(images.test(20)).get(0);
            // Sorted by class: label 0 is at places 0 and 10 of the file, and so the first two.
            assertThat(bytes[10 * 3073]).isZero();
            for (int channel = 0; channel < 3; channel++) {
                for (int pixel = 0; pixel < CifarTree.PLANE; pixel++) {
                    double value = (bytes[10 * 3073 + 1 + channel * CifarTree.PLANE + pixel] & 0xFF) / 255.0;
                    assertThat(batch.getFeatures().getFloat(1, channel, pixel / 32, pixel % 32))
                            .isEqualTo((float) ((value - mean[channel]) / deviation[channel]));
                }
            }
            assertThat(batch.getLabels().argMax(1).toIntVector())
                    .containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9);
        }
    }

    @Test
    @DisplayName("may lie in the folder, in the one that the archive unpacks to, or still in the archive")
    void places() throws IOException {
        cifar.files.put("batches.meta.txt", (String.join("\n", CifarTree.CLASSES) + "\n\n").getBytes(StandardCharsets.UTF_8));
        cifar.write(folder.resolve("flat")).write(folder.resolve("outer/cifar-10-batches-bin"));
        Files.write(folder.resolve("cifar-10-binary.tar.gz"), cifar.archive());

        try (ColourImages flat = open(folder.resolve("flat"))) {
            assertThat(flat.description()).isEqualTo("CIFAR-10 (100 + 20 images, 10 classes)");
            List<DataSet> expected = all(flat.training(0, 32));
            for (String other : List.of("outer", "cifar-10-binary.tar.gz")) {
                assertThat(ColourImages.areCifar(folder.resolve(other))).isTrue();
                try (ColourImages images = open(folder.resolve(other))) {
                    assertThat(all(images.training(0, 32))).isEqualTo(expected);
                    assertThat(images.namesHash()).isEqualTo(flat.namesHash());
                }
            }
        }
    }

    @Test
    @DisplayName("can be limited to some classes")
    void someClasses() throws IOException {
        cifar.write(folder);

        try (ColourImages images = ColourImages.open(folder, OPTIONS.withClasses(ClassSelection.parse("frog,cat")))) {
            assertThat(images.classNames()).containsExactly("cat", "frog");
            assertThat(images.trainingImages()).isEqualTo(20);
            assertThat(all(images.test(4)).get(0).getLabels().argMax(1).toIntVector()).containsExactly(0, 0, 1, 1);
        }
    }

    @Test
    @DisplayName("are those of CIFAR-100 where two labels go before each image, of which the fine one counts")
    void cifar100() throws IOException {
        StringBuilder names = new StringBuilder();
        byte[] records = new byte[100 * 3074];
        for (int label = 0; label < 100; label++) {
            names.append(String.format("class-%02d%n", label));
            records[label * 3074] = 19;
            records[label * 3074 + 1] = (byte) label;
            Arrays.fill(records, label * 3074 + 2, (label + 1) * 3074, (byte) (2 * label));
        }
        Files.write(folder.resolve("train.bin"), records);
        Files.write(folder.resolve("test.bin"), records);
        refused(folder).hasMessageContaining("lacks fine_label_names.txt of CIFAR-100");
        Files.writeString(folder.resolve("fine_label_names.txt"), names);

        try (ColourImages images = open(folder)) {
            assertThat(images.classNames()).hasSize(100).contains("class-42");
            DataSet batch = all(images.test(100)).get(0);
            assertThat(batch.getLabels().argMax(1).toIntVector()[42]).isEqualTo(42);
            assertThat(batch.getFeatures().getFloat(42, 0, 9, 9)).isEqualTo((float) ((84 / 255.0 - 0.4914) / 0.2470));
        }

        Files.write(folder.resolve("test.bin"), new byte[10_000 * 3074]);
        refused(folder).hasMessageContaining("train.bin has 100 images, that of CIFAR-100 has 50000: it is truncated");
    }

    private AbstractThrowableAssert<?, ?> refused(Path data) {
        return assertThatThrownBy(() -> open(data)).isInstanceOf(DataException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).hasLineCount(1).contains("; "));
    }

    @ParameterizedTest
    @DisplayName("are refused by one line where a file is missing, in a folder and in an archive")
    @ValueSource(strings = {"data_batch_3.bin", "test_batch.bin"})
    void missing(String file) throws IOException {
        cifar.files.remove(file);
        cifar.write(folder.resolve("a"));
        Files.write(folder.resolve("b.tar.gz"), cifar.archive());

        refused(folder.resolve("a")).hasMessage(folder.resolve("a") + " lacks " + file + " of CIFAR-10;"
                + " unpack cifar-10-binary.tar.gz again, or give the archive itself");
        refused(folder.resolve("b.tar.gz")).hasMessageStartingWith(folder.resolve("b.tar.gz") + " lacks " + file);
    }

    private AbstractThrowableAssert<?, ?> refusedWith(String file, UnaryOperator<byte[]> change) {
        cifar.files.computeIfPresent(file, (name, content) -> change.apply(content));
        cifar.write(folder);
        return refused(folder);
    }

    @Test
    @DisplayName("are refused by one line where a file is truncated")
    void truncated() {
        refusedWith("data_batch_2.bin", content -> Arrays.copyOf(content, 3073 * 20 - 1)).hasMessageStartingWith(
                folder.resolve("data_batch_2.bin") + " has 61459 bytes, which is no multiple of the 3073 of an image");
    }

    @ParameterizedTest
    @DisplayName("are refused by one line where a file has half of its images, and the others are whole")
    @ValueSource(strings = {"data_batch_1.bin", "data_batch_5.bin", "test_batch.bin"})
    void halfAFile(String file) {
        cifar.files.replaceAll((name, content) -> new byte[10_000 * 3073]);

        refusedWith(file, content -> Arrays.copyOf(content, content.length / 2)).hasMessage(folder.resolve(file)
                + " has 5000 images, that of CIFAR-10 has 10000: it is truncated, or something else;"
                + " unpack cifar-10-binary.tar.gz again, or give the archive itself");
    }

    @Test
    @DisplayName("are refused by one line where a file is empty")
    void empty() {
        refusedWith("test_batch.bin", content -> new byte[0]).hasMessageContaining("test_batch.bin has 0 bytes");
    }

    @Test
    @DisplayName("are refused by one line where a label is over 9")
    void wrongLabel() {
        refusedWith("data_batch_4.bin", content -> {
            content[3 * 3073] = 10;
            return content;
        }).hasMessageStartingWith(folder.resolve("data_batch_4.bin") + " has label 10 at image 3, allowed are 0 to 9");
    }

    @Test
    @DisplayName("are refused by one line where the names are not those of ten classes")
    void wrongNames() {
        cifar.files.put("batches.meta.txt", new byte[0]);

        refusedWith("batches.meta.txt", content -> "cat\ndog\n".getBytes(StandardCharsets.UTF_8))
                .hasMessageContaining("batches.meta.txt must hold the names of 10 classes");
    }

    @ParameterizedTest
    @DisplayName("are refused by one line where the archive ends too early, wherever that is")
    @ValueSource(doubles = {0, 0.001, 0.3, 0.5, 0.9, 0.99999})
    void halfAnArchive(double kept) throws IOException {
        byte[] whole = cifar.archive();
        Path archive = folder.resolve("cifar-10-binary.tar.gz");
        Files.write(archive, Arrays.copyOf(whole, (int) (whole.length * kept)));

        refused(archive).hasMessage("archive " + archive + " is truncated; download it again");
    }

    @Test
    @DisplayName("are refused by one line where one pixel in the archive is another one than when it was packed")
    void damagedArchive() throws IOException {
        byte[] damaged = cifar.archive();
        // Random bytes are packed as they are, so that nothing but the checksum tells.
        damaged[damaged.length / 2] ^= 1;
        Path archive = folder.resolve("cifar-10-binary.tar.gz");
        Files.write(archive, damaged);

        refused(archive).hasMessage("archive " + archive + " cannot be read (Corrupt GZIP trailer); download it again");
    }

    @Test
    @DisplayName("are refused by one line where the archive is another one")
    void otherArchive() throws IOException {
        cifar.files.clear();
        cifar.files.put("data_batch_1", new byte[10]);
        Path archive = folder.resolve("cifar-10-python.tar.gz");
        Files.write(archive, cifar.archive());

        refused(archive).hasMessage("archive " + archive + " holds none of CIFAR's binary files;"
                + " give cifar-10-binary.tar.gz or cifar-100-binary.tar.gz");
    }

    @Test
    @DisplayName("are refused by one line where the archive holds something far larger than any of them")
    void tooLarge() throws IOException {
        Path archive = folder.resolve("bomb.tar.gz");
        Files.write(archive, CifarTree.archive("data_batch_1.bin", 300_000_000));

        refused(archive).hasMessageContaining("data_batch_1.bin has 300000000 bytes");
    }
}
