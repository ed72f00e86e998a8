package io.github.powergrad.examples.report;

import io.github.powergrad.examples.training.EpochResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

    // Runs that go side by side end their epochs in any order; the file should not depend on that.
    private static final Comparator<EpochResult> ORDER = Comparator.comparingLong(EpochResult::seed)
            .thenComparing(row -> row.loss().name())
            .thenComparingInt(EpochResult::epoch);

    private final OutputFolder output;
    private final List<EpochResult> rows = new ArrayList<>();

    /**
     * Writes the header.
     *
     * @throws IOException if it cannot be written
     */
    public MetricsCsv(OutputFolder output) throws IOException {
        this.output = output;
        write();
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

    private void write() throws IOException {
        StringBuilder content = new StringBuilder(HEADER).append('\n');
        rows.forEach(row -> content.append(line(row)).append('\n'));
        output.write(FILE, content.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Names and numbers only: nothing that would have to be quoted. */
    private static String line(EpochResult row) {
        return Stream.of(row.loss().name(), Digits.plain(row.loss().alpha()), row.seed(), row.epoch(),
                        Digits.six(row.learningRate()), Digits.six(row.trainLoss()), Digits.six(row.trainTop1()),
                        Digits.six(row.testTop1()), Digits.six(row.testCrossEntropy()), Digits.six(row.logitNorm()),
                        Digits.six(row.imagesPerSecond()))
                .map(String::valueOf)
                .collect(Collectors.joining(","));
    }
}
