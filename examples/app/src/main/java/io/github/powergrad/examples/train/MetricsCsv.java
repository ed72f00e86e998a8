package io.github.powergrad.examples.train;

import io.github.powergrad.examples.files.OutputFolder;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * {@code metrics.csv}: one row per epoch of a run, written as soon as the epoch has been measured. A value is {@code NaN}
 * if it could not be measured because the training diverged, or if an earlier version wrote the row without it.
 */
public final class MetricsCsv {

    /** The name of the file. */
    public static final String FILE = "metrics.csv";

    /** What is written of a training, in the order of the columns. */
    public static final Set<Metric> ALL =
            Collections.unmodifiableSet(EnumSet.range(Metric.LEARNING_RATE, Metric.FOLDED_CALIBRATION_ERROR));

    /** What is written of a comparison. */
    public static final Set<Metric> WITHOUT_TOP5 = Collections.unmodifiableSet(
            EnumSet.complementOf(EnumSet.of(Metric.TEST_TOP5, Metric.ZEROED_FILTERS, Metric.SILENT_FILTERS)));

    /** What version 0.1.0 wrote, for trainings that go on from it. */
    private static final Set<Metric> OF_VERSION_0_1_0 = EnumSet.range(Metric.LEARNING_RATE, Metric.TEST_TOP5);

    private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

    // Runs that go side by side end their epochs in any order; the file should not depend on that.
    private static final Comparator<EpochResult> ORDER = Comparator.comparingLong((EpochResult row) -> row.plan().seed())
            .thenComparing(row -> row.plan().loss().toString())
            .thenComparingInt(EpochResult::epoch);

    private final OutputFolder output;
    private final Set<Metric> columns;
    private final List<EpochResult> rows = new ArrayList<>();

    /** Writes the header, and the rows of the epochs before. */
    public MetricsCsv(OutputFolder output, Set<Metric> columns, List<EpochResult> before) throws IOException {
        this.output = output;
        this.columns = columns;
        this.rows.addAll(before);
        write();
    }

    /**
     * Reads the rows of an earlier training, up to an epoch.
     *
     * @throws IOException if the file cannot be read, or is not whole up to that epoch
     */
    public static List<EpochResult> read(Path folder, TrainingPlan plan, int lastEpoch) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            return parsed(Files.readString(file), CSV.builder().setHeader().get(), plan, lastEpoch, file);
        } catch (IOException failure) {
            throw unreadable(file, failure);
        }
    }

    /**
     * Reads the rows that {@link #linesWith} has given.
     *
     * @param source where they were found, for the message
     * @throws IOException if they are not those of all epochs up to the last
     */
    public static List<EpochResult> parsed(List<String> lines, TrainingPlan plan, int lastEpoch, Object source)
            throws IOException {
        // They have no header: the number of cells tells the version.
        String[] old = header(OF_VERSION_0_1_0);
        boolean isOld = lines.stream().allMatch(line -> line.split(",").length == old.length);
        return parsed(String.join("\n", lines),
                CSV.builder().setHeader(isOld ? old : header(ALL)).get(), plan, lastEpoch, source);
    }

    private static List<EpochResult> parsed(
            String text, CSVFormat format, TrainingPlan plan, int lastEpoch, Object source) throws IOException {
        List<EpochResult> rows = new ArrayList<>();
        try {
            for (CSVRecord cells : format.parse(new StringReader(text))) {
                EpochResult row = parsed(cells, plan);
                if (row.epoch() <= lastEpoch) {
                    rows.add(row);
                }
            }
        } catch (RuntimeException damaged) {
            throw unreadable(source, damaged);
        }
        if (rows.size() != lastEpoch) {
            throw new IOException(source + " holds " + rows.size() + " of the " + lastEpoch
                    + " epochs of its checkpoint; restore the file as the training left it");
        }
        return rows;
    }

    private static IOException unreadable(Object source, Exception damaged) {
        return new IOException(source + " cannot be read as the metrics of a training (" + damaged + ")", damaged);
    }

    private static EpochResult parsed(CSVRecord cells, TrainingPlan plan) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        for (Metric metric : ALL) {
            if (cells.isMapped(metric.column()) || OF_VERSION_0_1_0.contains(metric)) {
                values.put(metric, Double.valueOf(cells.get(metric.column())));
            }
        }
        return new EpochResult(plan, Integer.parseInt(cells.get("epoch")), values);
    }

    public synchronized List<EpochResult> rows() {
        return List.copyOf(rows);
    }

    /** Adds a row. */
    public synchronized void add(EpochResult result) throws IOException {
        rows.add(result);
        rows.sort(ORDER);
        write();
    }

    /** Returns the lines, without the header and with all columns, that the file has once a row is added. */
    public synchronized List<String> linesWith(EpochResult result) {
        return Stream.concat(rows.stream(), Stream.of(result)).map(row -> line(row, ALL)).collect(Collectors.toList());
    }

    private void write() throws IOException {
        StringBuilder content = new StringBuilder(String.join(",", header(columns))).append('\n');
        rows.forEach(row -> content.append(line(row, columns)).append('\n'));
        output.write(FILE, content.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String[] header(Set<Metric> columns) {
        return Stream.concat(Stream.of("loss", "alpha", "seed", "epoch"), columns.stream().map(Metric::column))
                .toArray(String[]::new);
    }

    private static String line(EpochResult row, Set<Metric> columns) {
        List<Object> cells = new ArrayList<>(List.of(
                row.plan().loss(), NumberText.plain(row.plan().alpha()), row.plan().seed(), row.epoch()));
        columns.forEach(metric -> cells.add(NumberText.sixDigits(row.get(metric))));
        return CSV.format(cells.toArray());
    }
}
