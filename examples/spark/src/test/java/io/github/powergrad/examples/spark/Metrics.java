package io.github.powergrad.examples.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rows of a metrics.csv, without its header. */
final class Metrics {

    private final List<double[]> rows;

    private Metrics(List<double[]> rows) {
        this.rows = rows;
    }

    static Metrics in(Path folder) throws IOException {
        Path file = folder.resolve("metrics.csv");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        return new Metrics(lines.stream().skip(1)
                .map(line -> Arrays.stream(line.split(",")).skip(1).mapToDouble(Double::parseDouble).toArray())
                .collect(Collectors.toList()));
    }

    int epochs() {
        return rows.size();
    }

    double testTop1() {
        return rows.get(rows.size() - 1)[6];
    }

    double testCrossEntropy() {
        return rows.get(rows.size() - 1)[7];
    }

    /** All that does not depend on the clock. */
    double[] measured() {
        return rows.stream().flatMapToDouble(row -> IntStream.of(3, 4, 5, 6, 7, 8, 10).mapToDouble(i -> row[i]))
                .toArray();
    }
}
