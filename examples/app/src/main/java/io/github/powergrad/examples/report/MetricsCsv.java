package io.github.powergrad.examples.report;

import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.ComparedLoss;
import io.github.powergrad.examples.train.EpochResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code metrics.csv}: one row an epoch of a run, there as soon as the epoch has been measured. A value that
 * could not be measured because the training diverged is written {@code NaN}.
 */
public final class MetricsCsv {

    /** The name of the file. */
    public static final String FILE = "metrics.csv";

    private static final String HEADER = "loss,alpha,seed,epoch,learning_rate,train_loss,train_top1,test_top1,"
            + "test_cross_entropy,logit_norm,images_per_second";
    private static final String TOP5 = ",test_top5";

    // Runs that go side by side end their epochs in any order; the file should not depend on that.
    private static final Comparator<EpochResult> ORDER = Comparator.comparingLong(EpochResult::seed)
            .thenComparing(row -> row.loss().name())
            .thenComparingInt(EpochResult::epoch);

    private final OutputFolder output;
    private final boolean top5;
    private final List<EpochResult> rows = new ArrayList<>();

    /**
     * Writes the header.
     *
     * @throws IOException if it cannot be written
     */
    public MetricsCsv(OutputFolder output) throws IOException {
        this(output, false, List.of());
    }

    private MetricsCsv(OutputFolder output, boolean top5, List<EpochResult> rows) throws IOException {
        this.output = output;
        this.top5 = top5;
        this.rows.addAll(rows);
        write();
    }

    /**
     * Writes the header of a file that also holds the top-5 accuracy, and the rows of the epochs before.
     *
     * @throws IOException if it cannot be written
     */
    public static MetricsCsv withTop5(OutputFolder output, List<EpochResult> before) throws IOException {
        return new MetricsCsv(output, true, before);
    }

    /**
     * Reads the rows of an earlier training, up to an epoch.
     *
     * @throws IOException if the file cannot be read, or is not whole up to that epoch
     */
    public static List<EpochResult> read(Path folder, int lastEpoch) throws IOException {
        Path file = folder.resolve(FILE);
        try {
            List<String> lines = Files.readAllLines(file);
            return parsed(lines.subList(Math.min(1, lines.size()), lines.size()), lastEpoch, file);
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
    public static List<EpochResult> parsed(List<String> lines, int lastEpoch, Object source) throws IOException {
        List<EpochResult> rows = new ArrayList<>();
        try {
            for (String line : lines) {
                EpochResult row = parsed(line.split(","));
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

    private static EpochResult parsed(String[] cells) {
        double[] values = new double[cells.length];
        for (int i = 1; i < cells.length; i++) {
            values[i] = Double.parseDouble(cells[i]);
        }
        return EpochResult.restored(ComparedLoss.powerGrad(values[1]), Long.parseLong(cells[2]), Integer.parseInt(cells[3]),
                values[4], values[5], values[6], values[7], values[8], values[9], values[10], values[11]);
    }

    /** Returns all rows. */
    public synchronized List<EpochResult> rows() {
        return List.copyOf(rows);
    }

    /**
     * Adds a row.
     *
     * @throws IOException if it cannot be written
     */
    public synchronized void add(EpochResult result) throws IOException {
        rows.add(result);
        rows.sort(ORDER);
        write();
    }

    /** Returns the lines, without the header and with the top-5 accuracy, that the file has once a row is added. */
    public synchronized List<String> linesWith(EpochResult result) {
        return Stream.concat(rows.stream(), Stream.of(result)).map(row -> line(row, true)).collect(Collectors.toList());
    }

    private void write() throws IOException {
        StringBuilder content = new StringBuilder(HEADER).append(top5 ? TOP5 : "").append('\n');
        rows.forEach(row -> content.append(line(row, top5)).append('\n'));
        output.write(FILE, content.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Names and numbers only: nothing that would have to be quoted. */
    private static String line(EpochResult row, boolean top5) {
        String line = Stream.of(row.loss().name(), Digits.plain(row.loss().alpha()), row.seed(), row.epoch(),
                        Digits.six(row.learningRate()), Digits.six(row.trainLoss()), Digits.six(row.trainTop1()),
                        Digits.six(row.testTop1()), Digits.six(row.testCrossEntropy()), Digits.six(row.logitNorm()),
                        Digits.six(row.imagesPerSecond()))
                .map(String::valueOf)
                .collect(Collectors.joining(","));
        return top5 ? line + "," + Digits.six(row.testTop5()) : line;
    }
}
