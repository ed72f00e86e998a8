package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.data.BatchStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

@DisplayName("An image folder")
class ImageFolderTest {

    private static final ImageFolderOptions SMALL = ImageFolderOptions.defaults().withImageSize(16).withWorkers(2);

    @TempDir
    Path folder;

    ImageTree tree;

    @BeforeEach
    void emptyTree() {
        tree = new ImageTree(folder.resolve("data"));
    }

    private static List<DataSet> all(BatchStream stream) {
        List<DataSet> batches = new ArrayList<>();
        try (BatchStream closing = stream) {
            closing.forEachRemaining(batches::add);
        }
        return batches;
    }

    @Test
    void tells_its_classes_sorted_and_its_images() throws IOException {
        tree.with(3, "dog", "cat");

        try (ColourImages source = ColourImages.open(tree.root, SMALL)) {
            assertThat(source.classNames()).containsExactly("cat", "dog");
            assertThat(source.trainingImages()).isEqualTo(6);
            assertThat(source.testImages()).isEqualTo(2);
            assertThat(source.channels()).isEqualTo(3);
            assertThat(source.imageSize()).isEqualTo(16);
            assertThat(source.description()).isEqualTo("data (6 + 2 images, 2 classes)");
        }
    }

    @Test
    void names_a_class_by_its_path_at_any_depth_and_in_any_script() throws IOException {
        tree.with(1, "animals/cats", "animals", "animals/big/lions", "猫", "Käse + Brot");

        try (ColourImages source = ColourImages.open(tree.root, SMALL)) {
            assertThat(source.classNames())
                    .containsExactly("Käse + Brot", "animals", "animals/big/lions", "animals/cats", "猫");
            assertThat(all(source.training(0, 5)).get(0).numExamples()).isEqualTo(5);
            assertThat(source.skipped().reasons()).isEmpty();
        }
    }

    @Test
    void passes_over_other_files_hidden_files_and_hidden_folders() throws IOException {
        tree.with(2, "cat").write("train/cat/notes.txt", new byte[9]).write("train/cat/.DS_Store", new byte[9])
                .write("train/cat/._0.jpg", new byte[9]).write("train/README.md", new byte[9])
                .photo("train/.cache/a.jpg", 1);

        try (ColourImages source = ColourImages.open(tree.root, SMALL)) {
            assertThat(source.classNames()).containsExactly("cat");
            assertThat(source.trainingImages()).isEqualTo(2);
        }
    }

    @Test
    void knows_images_by_their_extension_in_either_case() throws IOException {
        tree.with(1, "cat").photo("train/cat/a.bmp", 1).photo("train/cat/b.JPEG", 2).photo("train/cat/c.PNG", 3);

        try (ColourImages source = ColourImages.open(tree.root, SMALL)) {
            assertThat(all(source.training(0, 8)).get(0).numExamples()).isEqualTo(4);
        }
    }

    @Test
    void can_be_limited_to_some_of_its_classes() throws IOException {
        tree.with(2, "cat", "dog", "owl").photo("train/only-here/a.jpg", 1).folder("train/zebra");

        try (ColourImages named = ColourImages.open(tree.root,
                        SMALL.withClasses(ClassSelection.parse("owl, cat")));
                ColourImages first = ColourImages.open(tree.root, SMALL.withClasses(ClassSelection.parse("2")))) {
            assertThat(named.classNames()).containsExactly("cat", "owl");
            assertThat(named.trainingImages()).isEqualTo(4);
            assertThat(first.classNames()).containsExactly("cat", "dog");
        }
    }

    @Test
    void follows_links_to_folders_and_files_and_leaves_out_loops() throws IOException {
        tree.with(2, "cat", "dog");
        Files.createDirectories(folder.resolve("elsewhere"));
        Files.move(tree.root.resolve("train/dog"), folder.resolve("elsewhere/dog"));
        Files.createSymbolicLink(tree.root.resolve("train/dog"), folder.resolve("elsewhere/dog"));
        Files.createSymbolicLink(tree.root.resolve("train/cat/2.jpg"), folder.resolve("elsewhere/dog/0.jpg"));
        Files.createSymbolicLink(tree.root.resolve("train/cat/again"), tree.root);
        Files.createSymbolicLink(tree.root.resolve("train/dog/itself"), tree.root.resolve("train/dog/itself"));

        try (ColourImages source = ColourImages.open(tree.root, SMALL)) {
            assertThat(source.trainingImages()).isEqualTo(5);
            assertThat(source.classNames()).containsExactly("cat", "dog");
        }
    }

    @Test
    void gives_float_batches_with_one_hot_labels_and_a_smaller_last_one() throws IOException {
        tree.with(5, "cat", "dog");

        try (ColourImages source = ColourImages.open(tree.root, SMALL)) {
            List<DataSet> batches = all(source.training(0, 4));

            assertThat(batches).extracting(DataSet::numExamples).containsExactly(4, 4, 2);
            assertThat(batches.get(0).getFeatures().shape()).containsExactly(4, 3, 16, 16);
            assertThat(batches.get(0).getLabels().shape()).containsExactly(4, 2);
            double dogs = batches.stream().mapToDouble(batch -> batch.getLabels().getColumn(1).sumNumber().doubleValue()).sum();
            double labels = batches.stream().mapToDouble(batch -> batch.getLabels().sumNumber().doubleValue()).sum();
            assertThat(dogs).isEqualTo(5);
            assertThat(labels).isEqualTo(10);
        }
    }

    @Test
    void gives_the_same_batches_with_any_number_of_threads() throws IOException {
        tree.with(20, "cat", "dog").write("train/cat/broken.jpg", new byte[7]);
        ImageFolderOptions options = SMALL.withSeed(3).withMaxSkipped(SkipLimit.parse("50%"));

        try (ColourImages one = ColourImages.open(tree.root, options.withWorkers(1));
                ColourImages four = ColourImages.open(tree.root, options.withWorkers(4))) {
            List<DataSet> expected = all(one.training(2, 6));
            assertThat(all(four.training(2, 6))).isEqualTo(expected).hasSize(7);
            assertThat(all(four.test(3))).isEqualTo(all(one.test(3)));
            assertThat(four.skipped().reasons()).containsOnlyKeys(tree.root.resolve("train/cat/broken.jpg"));
        }
    }

    @Test
    void gives_the_same_batches_whether_small_images_are_kept_or_not() throws IOException {
        tree.with(6, "cat", "dog");

        try (ColourImages kept = ColourImages.open(tree.root, SMALL);
                ColourImages read = ColourImages.open(tree.root, SMALL.withKeptBytes(0))) {
            for (int epoch = 0; epoch < 2; epoch++) {
                assertThat(all(kept.training(epoch, 5))).isEqualTo(all(read.training(epoch, 5))).hasSize(3);
                assertThat(all(kept.test(5))).isEqualTo(all(read.test(5)));
            }
        }
    }

    @Test
    void changes_order_and_augmentation_with_the_epoch_and_with_the_seed() throws IOException {
        tree.with(10, "cat", "dog");

        try (ColourImages source = ColourImages.open(tree.root, SMALL);
                ColourImages other = ColourImages.open(tree.root, SMALL.withSeed(1))) {
            List<DataSet> first = all(source.training(0, 20));

            assertThat(all(source.training(0, 20))).isEqualTo(first);
            assertThat(all(source.training(1, 20))).isNotEqualTo(first);
            assertThat(all(other.training(0, 20))).isNotEqualTo(first);
        }
    }

    @Test
    void leaves_no_threads_when_it_is_closed_in_the_middle_of_a_pass() throws IOException {
        tree.with(40, "cat", "dog");
        ColourImages source = ColourImages.open(tree.root, SMALL.withWorkers(3));
        BatchStream stream = source.training(0, 4);
        DataSet taken = stream.next();

        source.close();

        assertThat(imageThreads()).isEmpty();
        assertThat(stream.hasNext()).isFalse();
        assertThat(taken.getFeatures().sumNumber().doubleValue()).isFinite();
    }

    @Test
    void leaves_no_threads_when_a_pass_is_over() throws IOException {
        tree.with(4, "cat", "dog");

        try (ColourImages source = ColourImages.open(tree.root, SMALL)) {
            BatchStream stream = source.training(0, 4);
            stream.forEachRemaining(batch -> assertThat(batch.numExamples()).isPositive());

            assertThat(imageThreads()).isEmpty();
        }
    }

    private static List<String> imageThreads() {
        List<String> names = new ArrayList<>();
        Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.startsWith("image-"))
                .forEach(names::add);
        return names;
    }
}
