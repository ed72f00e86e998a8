package io.github.powergrad.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.data.folder.ClassSelection;
import io.github.powergrad.examples.data.folder.ImageFolderOptions;
import io.github.powergrad.examples.data.folder.ColourImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The classes of an image folder on a cluster")
class ClassTreeTest {

    /** As macOS writes it: e and an accent. In this form it comes before "f", composed it comes after. */
    private static final String DECOMPOSED = "e\u0301tude";
    private static final String COMPOSED = "\u00e9tude";

    @TempDir
    Path folder;

    private ClusterPaths paths;

    @BeforeEach
    void images() throws IOException {
        paths = new ClusterPaths(folder);
        for (String file : List.of("train/" + DECOMPOSED + "/1.png", "train/fugue/1.png", "train/sonata/a/1.png",
                "train/sonata/a/2.png", "val/" + COMPOSED + "/1.png", "val/fugue/1.png", "val/sonata/a/1.png")) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.createFile(folder.resolve(file));
        }
    }

    private ClassTree tree(org.apache.hadoop.fs.Path path, String part) throws IOException {
        return ClassTree.in(path.getFileSystem(paths.configuration()), path, part);
    }

    private static List<String> labelled(ClassTree tree, List<String> classes) throws IOException {
        return tree.images(classes).stream()
                .map(image -> image.label + " " + image.file.substring(image.file.indexOf("train/")))
                .collect(Collectors.toList());
    }

    @Test
    @DisplayName("are those of powergrad train, in the same order, however their names are written")
    void areThoseOfTrain() throws IOException {
        List<String> train;
        try (ColourImages source = ColourImages.open(folder, ImageFolderOptions.defaults())) {
            train = source.classNames();
        }

        assertThat(train).containsExactly("fugue", "sonata/a", COMPOSED);
        for (org.apache.hadoop.fs.Path path : paths.both()) {
            for (String part : List.of("train", "val")) {
                assertThat(tree(path, part).names()).containsExactlyElementsOf(train);
            }
        }
    }

    @Test
    @DisplayName("give images their labels, and their files the names they have")
    void giveLabels() throws IOException {
        ClassTree tree = tree(paths.onCluster(), "train");

        assertThat(labelled(tree, List.copyOf(tree.names()))).containsExactly("0 train/fugue/1.png",
                "1 train/sonata/a/1.png", "1 train/sonata/a/2.png", "2 train/" + DECOMPOSED + "/1.png");
    }

    @Test
    @DisplayName("are one class where two folders have one name in two forms")
    void mergeTwoForms() throws IOException {
        Path other = Files.createDirectories(folder.resolve("train").resolve(COMPOSED));
        Files.createFile(other.resolve("1.png"));

        ClassTree tree = tree(paths.onCluster(), "train");

        assertThat(tree.names()).containsExactly("fugue", "sonata/a", COMPOSED);
        assertThat(labelled(tree, List.of(COMPOSED))).containsExactlyInAnyOrder(
                "0 train/" + DECOMPOSED + "/1.png", "0 train/" + COMPOSED + "/1.png");
    }

    @Test
    @DisplayName("can be selected by names in either form")
    void areSelectedByName() throws IOException {
        ClassTree tree = tree(paths.onCluster(), "train");

        assertThat(ClassSelection.parse("fugue," + DECOMPOSED).of(new TreeSet<>(tree.names()), "folder"))
                .containsExactly("fugue", COMPOSED);
    }
}
