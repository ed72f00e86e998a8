package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.examples.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An image folder is refused before training, in one line that says what to do,")
class ImageFolderErrorsTest {

    private static final String CIFAR = ", or give CIFAR's binary files, such as cifar-10-binary.tar.gz";

    @TempDir
    Path folder;

    ImageTree tree;

    @BeforeEach
    void emptyTree() {
        tree = new ImageTree(folder.resolve("data"));
    }

    private AbstractThrowableAssert<?, ?> refused(ImageFolderOptions options) {
        return assertThatThrownBy(() -> ColourImages.open(tree.root, options)).isInstanceOf(DataException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n").contains("; "));
    }

    private AbstractThrowableAssert<?, ?> refused() {
        return refused(ImageFolderOptions.defaults());
    }

    @Test
    void if_it_does_not_exist() {
        refused().hasMessageContaining("image folder " + tree.root + " does not exist");
    }

    @Test
    void if_it_is_a_file() throws IOException {
        Files.createFile(tree.root);

        refused().hasMessageContaining("is not a folder").hasMessageContaining(CIFAR);
    }

    @Test
    void if_train_is_missing() {
        tree.photo("val/cat/a.jpg", 1);

        refused().hasMessageContaining("holds no folder train").hasMessageContaining("train/<class>/");
    }

    @Test
    void if_it_holds_CIFARs_files_of_the_Python_version() {
        tree.write("data_batch_1", new byte[10]);

        refused().hasMessageContaining("holds no folder train").hasMessageContaining(CIFAR);
    }

    @Test
    void if_val_is_missing() {
        tree.photo("train/cat/a.jpg", 1);

        refused().hasMessageContaining("holds no folder val");
    }

    @Test
    void if_there_are_no_images() {
        tree.folder("train").photo("val/cat/a.jpg", 1);

        refused().hasMessageContaining("train holds no images");
    }

    @Test
    void if_there_are_other_files_only() {
        tree.write("train/cat/notes.txt", new byte[3]).photo("val/cat/a.jpg", 1);

        refused().hasMessageContaining("train holds no images");
    }

    @Test
    void if_a_class_is_empty() {
        tree.with(2, "cat", "dog").folder("train/bird").folder("val/bird");

        refused().hasMessageContaining("no JPEG, PNG or BMP images").hasMessageContaining("train for class bird;");
    }

    @Test
    void if_a_class_is_empty_in_val_alone() throws IOException {
        tree.with(2, "cat", "dog");
        Files.delete(tree.root.resolve("val/dog/v.png"));

        refused().hasMessageContaining("val for class dog;");
    }

    @Test
    void if_classes_differ() {
        tree.with(2, "cat", "dog").photo("train/owl/a.jpg", 1);
        for (int i = 0; i < 8; i++) {
            tree.photo("val/new" + i + "/a.jpg", 1);
        }

        refused().hasMessageContaining("train lacks new0, new1, new2, new3, new4 and 3 more; val lacks owl;");
    }

    @Test
    void if_an_image_lies_outside_the_class_folders() {
        tree.with(2, "cat").photo("train/stray.jpg", 1);

        refused().hasMessageContaining("train/stray.jpg lies in no class folder; move it to");
    }

    @Test
    void if_a_chosen_class_is_unknown() {
        tree.with(2, "cat", "dog");

        refused(ImageFolderOptions.defaults().withClasses(ClassSelection.named(List.of("cat", "cow"))))
                .hasMessageContaining("no class cow in").hasMessageContaining("its classes are cat, dog");
    }

    @Test
    void if_more_classes_are_wanted_than_there_are() {
        tree.with(2, "cat", "dog");

        refused(ImageFolderOptions.defaults().withClasses(ClassSelection.first(3)))
                .hasMessageContaining("the first 3 classes").hasMessageContaining("holds 2; ask for at most 2");
    }

    static boolean runsAsRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    @Test
    @DisabledIf(value = "runsAsRoot", disabledReason = "root may read everything")
    void if_a_folder_or_an_image_may_not_be_read() throws IOException {
        tree.with(2, "cat", "dog");
        Path closed = tree.root.resolve("train/dog");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("-wx------"));

        refused().hasMessageContaining("folder " + closed + " cannot be read (permission denied)");

        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(closed.resolve("1.jpg"), PosixFilePermissions.fromString("-wx------"));
        refused().hasMessageContaining("image " + closed.resolve("1.jpg") + " cannot be read (permission denied)");
    }

    @Test
    void and_so_are_options_out_of_range() {
        ImageFolderOptions options = ImageFolderOptions.defaults();

        assertThatThrownBy(() -> options.withImageSize(0)).hasMessage("image size must be in [1, 4096], got 0");
        assertThatThrownBy(() -> options.withWorkers(0)).hasMessage("workers must be at least 1, got 0");
        assertThatThrownBy(() -> ClassSelection.first(0)).hasMessage("the number of classes must be at least 1, got 0");
    }

    @Test
    void and_so_is_a_batch_size_of_0() throws IOException {
        tree.with(2, "cat");

        try (ColourImages source = ColourImages.open(tree.root, ImageFolderOptions.defaults())) {
            assertThatThrownBy(() -> source.test(0)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("batch size must be in [1, ").hasMessageEndingWith("got 0");
        }
    }
}
