package io.github.powergrad.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.fashionmnist.FashionMnist;
import io.github.powergrad.fashionmnist.ImageData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Fashion-MNIST in a folder of the user's")
class FashionMnistFolderTest {

    @TempDir
    Path folder;

    @BeforeEach
    void fourWholeFiles() {
        IdxFiles.write(folder, 40, 20, 6);
    }

    @Test
    void is_read_from_gzipped_files_of_a_folder() throws IOException {
        ImageData data = FashionMnist.inFolder(folder);

        assertThat(data.training().size()).isEqualTo(40);
        assertThat(data.test().size()).isEqualTo(20);
        assertThat(data.test().label(13)).isEqualTo(3);
    }

    @Test
    void is_read_from_plain_files_too() throws IOException {
        Files.delete(folder.resolve(IdxFiles.TRAIN_IMAGES + ".gz"));
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_IMAGES), IdxFiles.images(40, 6, 1));

        assertThat(FashionMnist.inFolder(folder).training().size()).isEqualTo(40);
    }

    @Test
    void refuses_a_folder_that_does_not_exist() {
        assertThatThrownBy(() -> FashionMnist.inFolder(folder.resolve("nowhere")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere does not exist");
    }

    @Test
    void refuses_a_file_in_place_of_the_folder() {
        assertThatThrownBy(() -> FashionMnist.inFolder(folder.resolve(IdxFiles.TRAIN_IMAGES + ".gz")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a folder");
    }

    @Test
    void names_a_file_that_is_missing_and_what_to_do() throws IOException {
        Files.delete(folder.resolve(IdxFiles.TEST_LABELS + ".gz"));

        failure().hasMessageContaining(folder.resolve(IdxFiles.TEST_LABELS).toString())
                .hasMessageContaining("is missing")
                .hasMessageContaining("put the four original files");
    }

    @Test
    void names_a_folder_in_place_of_a_file() throws IOException {
        Files.delete(folder.resolve(IdxFiles.TEST_LABELS + ".gz"));
        Files.createDirectory(folder.resolve(IdxFiles.TEST_LABELS));

        failure().hasMessageContaining(IdxFiles.TEST_LABELS).hasMessageContaining("is a folder");
    }

    @Test
    void names_a_gzipped_file_that_is_truncated() throws IOException {
        byte[] whole = IdxFiles.gzip(IdxFiles.images(40, 6, 1));
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_IMAGES + ".gz"), Arrays.copyOf(whole, whole.length / 2));

        failure().hasMessageContaining(IdxFiles.TRAIN_IMAGES + ".gz").hasMessageContaining("truncated");
    }

    @Test
    void names_a_plain_file_that_is_truncated_with_both_sizes() throws IOException {
        byte[] whole = IdxFiles.images(40, 6, 1);
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_IMAGES), Arrays.copyOf(whole, whole.length - 7));

        failure().hasMessageContaining(IdxFiles.TRAIN_IMAGES)
                .hasMessageContaining("truncated: 1433 of 1440 bytes");
    }

    @Test
    void names_a_file_that_ends_in_its_header() throws IOException {
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_LABELS), new byte[] {0, 0, 8});

        failure().hasMessageContaining(IdxFiles.TRAIN_LABELS).hasMessageContaining("truncated");
    }

    @Test
    void names_an_empty_file() throws IOException {
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_LABELS), new byte[0]);

        failure().hasMessageContaining(IdxFiles.TRAIN_LABELS).hasMessageContaining("truncated");
    }

    @Test
    void names_a_file_of_another_format() throws IOException {
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_IMAGES), "this is not an image file".getBytes());

        failure().hasMessageContaining(IdxFiles.TRAIN_IMAGES)
                .hasMessageContaining("magic number 0x74686973, expected 0x00000803");
    }

    @Test
    void names_labels_where_images_should_be() throws IOException {
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_IMAGES), IdxFiles.labels(40));

        failure().hasMessageContaining("magic number 0x00000801, expected 0x00000803");
    }

    @Test
    void names_a_file_that_goes_on_after_its_end() throws IOException {
        byte[] whole = IdxFiles.labels(40);
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_LABELS), Arrays.copyOf(whole, whole.length + 1));

        failure().hasMessageContaining("goes on after the 40 labels");
    }

    @Test
    void names_labels_that_do_not_fit_the_images_with_both_counts() throws IOException {
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_LABELS), IdxFiles.labels(39));

        failure().hasMessageContaining(IdxFiles.TRAIN_LABELS).hasMessageContaining("39 labels for the 40 images");
    }

    @Test
    void names_a_label_that_is_no_class() throws IOException {
        byte[] labels = IdxFiles.labels(40);
        labels[8 + 5] = 10;
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_LABELS), labels);

        failure().hasMessageContaining("label 10 at position 5, allowed are 0 to 9");
    }

    @Test
    void names_test_images_of_another_size() throws IOException {
        IdxFiles.save(folder.resolve(IdxFiles.TEST_IMAGES), IdxFiles.images(20, 7, 1));

        failure().hasMessageContaining("7x7").hasMessageContaining("6x6");
    }

    @Test
    void names_a_header_that_promises_more_than_fits_into_memory() throws IOException {
        byte[] header = IdxFiles.images(40, 6, 1);
        header[4] = 0x7F;
        IdxFiles.save(folder.resolve(IdxFiles.TRAIN_IMAGES), header);

        failure().hasMessageContaining("cannot be read");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> failure() {
        return assertThatThrownBy(() -> FashionMnist.inFolder(folder)).isInstanceOf(IOException.class);
    }
}
