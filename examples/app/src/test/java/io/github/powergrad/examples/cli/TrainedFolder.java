package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.SavedTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a training has left in its output folder. */
final class TrainedFolder {

    private static final Pattern EPOCH_LINE = Pattern.compile(".* epoch +(\\d+)  .* left");
    private static final int SPEED = 10;

    final Path path;

    TrainedFolder(Path path) {
        this.path = path;
    }

    /** Returns the epochs that lines on standard error report as done. */
    static List<Integer> reported(List<String> stderr) {
        return stderr.stream().map(EPOCH_LINE::matcher).filter(Matcher::matches)
                .map(line -> Integer.valueOf(line.group(1))).collect(Collectors.toList());
    }

    /** Returns the rows of metrics.csv, without the header. */
    List<String> rows() throws IOException {
        Path csv = path.resolve("metrics.csv");
        return Files.exists(csv) ? Files.readAllLines(csv).stream().skip(1).collect(Collectors.toList()) : List.of();
    }

    /** Returns the rows without images a second, which no two runs have in common. */
    List<String> rowsWithoutSpeed() throws IOException {
        return rows().stream().map(row -> {
            List<String> cells = new ArrayList<>(Arrays.asList(row.split(",")));
            cells.remove(SPEED);
            return String.join(",", cells);
        }).collect(Collectors.toList());
    }

    /** Returns the weights of the last checkpoint. */
    float[] weights() throws IOException {
        return Checkpoint.open(path.resolve(Checkpoint.LAST)).network().params().dup().toFloatVector();
    }

    boolean hasCheckpoint() {
        return Files.exists(path.resolve(Checkpoint.LAST));
    }

    /** Returns whether there is something to go on with. */
    boolean canBeResumed() {
        return hasCheckpoint() || Files.exists(path.resolve(SavedTraining.SETTINGS));
    }

    /** Returns the epochs that the last checkpoint has trained; 0 if there is none. */
    int saved() throws IOException {
        return hasCheckpoint() ? Checkpoint.open(path.resolve(Checkpoint.LAST)).settings().epoch() : 0;
    }

    /** Returns the files that were never finished. */
    List<String> halves() throws IOException {
        return files().stream().filter(name -> name.endsWith(".part")).collect(Collectors.toList());
    }

    List<String> files() throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    /** Asserts that what was reported as done has its row and a checkpoint, and that no row is without one. */
    void holds(List<Integer> epochs) throws IOException {
        assertThat(rows()).as("rows").hasSizeLessThanOrEqualTo(saved());
        for (int epoch : epochs) {
            assertThat(rows()).as("rows").anySatisfy(row -> assertThat(row.split(",")[3]).isEqualTo("" + epoch));
        }
        if (!epochs.isEmpty()) {
            Checkpoint last = Checkpoint.open(path.resolve(Checkpoint.LAST));
            assertThat(last.settings().epoch()).isGreaterThanOrEqualTo(Collections.max(epochs));
            assertThat(last.network().getEpochCount()).isEqualTo(last.settings().epoch());
            assertThat(Checkpoint.open(path.resolve(Checkpoint.BEST)).network().getEpochCount()).isPositive();
        }
    }
}
