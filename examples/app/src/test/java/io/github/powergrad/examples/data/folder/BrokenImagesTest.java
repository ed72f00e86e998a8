package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Broken images")
class BrokenImagesTest {

    @TempDir
    Path folder;

    ImageTree tree;
    Path list;
    ImageFolderOptions options;

    @BeforeEach
    void tenWholeImages() {
        tree = new ImageTree(folder.resolve("data")).with(4, "cat", "猫");
        list = folder.resolve("skipped.txt");
        options = ImageFolderOptions.defaults().withImageSize(16).withWorkers(2)
                .withMaxSkipped(SkipLimit.parse("60%")).withSkippedList(list);
    }

    private static int drain(BatchStream stream) {
        int images = 0;
        try (BatchStream closing = stream) {
            while (closing.hasNext()) {
                images += closing.next().numExamples();
            }
        }
        return images;
    }

    @Test
    void of_every_kind_are_left_out_and_listed_with_the_reason() throws IOException {
        tree.write("train/cat/empty.jpg", new byte[0])
                .write("train/cat/text.jpg", "not an image".getBytes(StandardCharsets.UTF_8))
                .photo("train/cat/half.jpg", 1).truncate("train/cat/half.jpg", 0.5)
                .photo("train/cat/half.png", 2).truncate("train/cat/half.png", 0.5)
                .photo("train/cat/half.bmp", 3).truncate("train/cat/half.bmp", 0.5)
                .photo("train/cat/start.jpg", 4).truncate("train/cat/start.jpg", 0.02)
                .photo("train/cat/wrong.png", 5).overwrite("train/cat/wrong.png", 60)
                .write("train/猫/壊.jpg", new byte[] {1, 2, 3});
        Files.createSymbolicLink(tree.root.resolve("train/cat/nowhere.jpg"), folder.resolve("nothing"));

        try (ColourImages source = ColourImages.open(tree.root, options)) {
            assertThat(source.trainingImages()).isEqualTo(17);
            assertThat(drain(source.training(0, 3))).isEqualTo(8);
            assertThat(drain(source.training(1, 3))).isEqualTo(8);
            assertThat(source.skipped().reasons()).hasSize(9);
        }
        String cats = tree.root + "/train/cat/";
        assertThat(Files.readAllLines(list)).containsExactly(
                cats + "empty.jpg\tis empty",
                cats + "half.bmp\tis truncated",
                cats + "half.jpg\tis truncated",
                cats + "half.png\tis truncated",
                cats + "nowhere.jpg\tis missing",
                cats + "start.jpg\tis truncated",
                cats + "text.jpg\tis not a JPEG, PNG or BMP image",
                cats + "wrong.png\tis damaged: a checksum is wrong",
                tree.root + "/train/猫/壊.jpg\tis not a JPEG, PNG or BMP image");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void with_a_ruined_middle_never_stop_a_pass() throws IOException {
        Random random = new Random(5);
        for (String format : new String[] {"jpg", "png", "bmp"}) {
            for (int i = 0; i < 40; i++) {
                String file = "train/cat/ruined" + i + "." + format;
                tree.photo(file, i);
                byte[] bytes = Files.readAllBytes(tree.root.resolve(file));
                for (int hits = 0; hits < 6; hits++) {
                    bytes[2 + random.nextInt(bytes.length - 2)] = (byte) random.nextInt();
                }
                tree.write(file, bytes);
            }
        }

        try (ColourImages source = ColourImages.open(tree.root, options.withMaxSkipped(SkipLimit.parse("100%")))) {
            int whole = drain(source.training(0, 16));
            assertThat(whole + source.skipped().reasons().size()).isEqualTo(source.trainingImages());
            assertThat(whole).isGreaterThanOrEqualTo(8);
        }
    }

    @Test
    void that_promise_gigabytes_are_not_decoded() throws IOException {
        tree.write("train/cat/huge.png", ImageTree.promising(65544));

        try (ColourImages source = ColourImages.open(tree.root, options)) {
            assertThat(drain(source.training(0, 16))).isEqualTo(8);
            assertThat(source.skipped().reasons()).containsValue(
                    "says it is 65544x65544 pixels, more than 178956970 in all");
        }
    }

    @Test
    void stop_the_run_when_there_are_too_many() throws IOException {
        tree.write("train/cat/empty.jpg", new byte[0]).write("train/cat/text.jpg", new byte[20]);

        try (ColourImages source = ColourImages.open(tree.root, options.withMaxSkipped(SkipLimit.parse("10%")))) {
            assertThatThrownBy(() -> drain(source.training(0, 16))).isInstanceOf(UncheckedIOException.class).cause()
                    .isInstanceOf(DataException.class)
                    .hasMessage("2 of 12 images cannot be used, more than the 10%% that may be skipped: %s is empty,"
                            + " all of them in %s; repair or delete them, or allow a larger share to be skipped",
                            tree.root.resolve("train/cat/empty.jpg"), list);
            assertThat(Files.readAllLines(list)).hasSize(2);
        }
    }

    @Test
    void that_became_so_while_the_folder_is_read_are_left_out_and_new_ones_not_taken_in() throws IOException {
        try (ColourImages source = ColourImages.open(tree.root, options.withKeptBytes(0))) {
            assertThat(drain(source.training(0, 3))).isEqualTo(8);
            Files.delete(tree.root.resolve("train/cat/0.jpg"));
            tree.write("train/cat/1.jpg", "not an image".getBytes(StandardCharsets.UTF_8))
                    .photo("train/cat/new.jpg", 7);
            assertThat(drain(source.training(1, 3))).isEqualTo(6);
        }
        assertThat(Files.readAllLines(list)).containsExactly(
                tree.root + "/train/cat/0.jpg\tis missing",
                tree.root + "/train/cat/1.jpg\tis not a JPEG, PNG or BMP image");
    }

    @Test
    void that_became_so_later_are_not_noticed_where_images_are_small_and_kept() throws IOException {
        try (ColourImages source = ColourImages.open(tree.root, options)) {
            assertThat(drain(source.training(0, 3))).isEqualTo(8);
            tree.write("train/cat/1.jpg", "not an image".getBytes(StandardCharsets.UTF_8));
            assertThat(drain(source.training(1, 3))).isEqualTo(8);
        }
    }

    @Test
    void filling_whole_batches_leave_those_batches_out() throws IOException {
        tree.write("train/cat/empty.jpg", new byte[0]).write("train/cat/text.jpg", new byte[20]);

        try (ColourImages source = ColourImages.open(tree.root, options)) {
            assertThat(drain(source.training(0, 1))).isEqualTo(8);
        }
    }

    @Test
    void are_not_listed_anywhere_if_there_are_none() throws IOException {
        try (ColourImages source = ColourImages.open(tree.root, options.withMaxSkipped(SkipLimit.parse("0%")))) {
            assertThat(drain(source.training(0, 4))).isEqualTo(8);
        }
        assertThat(list).doesNotExist();
    }
}
