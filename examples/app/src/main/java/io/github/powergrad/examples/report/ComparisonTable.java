package io.github.powergrad.examples.report;

import io.github.powergrad.examples.train.ComparedLoss;
import io.github.powergrad.examples.train.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The table of a comparison as text: one row a loss, then the difference, last loss minus first. With
 * several seeds each value is a mean ± sample standard deviation, and the difference is paired: taken seed
 * by seed. Runs that diverged are left out and counted.
 */
public final class ComparisonTable {

    private static final String[] HEADER = {
        "loss", "alpha", "train top-1 %", "test top-1 %", "test cross-entropy", "logit norm", "seconds"
    };

    private enum Column {
        TRAIN_TOP1(run -> run.last().trainTop1(), "%.2f"),
        TEST_TOP1(run -> run.last().testTop1(), "%.2f"),
        CROSS_ENTROPY(run -> run.last().testCrossEntropy(), "%.3f"),
        LOGIT_NORM(run -> run.last().logitNorm(), "%.1f"),
        SECONDS(RunResult::seconds, "%.1f");

        final ToDoubleFunction<RunResult> value;
        final String format;

        Column(ToDoubleFunction<RunResult> value, String format) {
            this.value = value;
            this.format = format;
        }
    }

    private final Map<String, List<RunResult>> byLoss = new LinkedHashMap<>();
    private final String plusMinus;

    /**
     * @param runs the runs, seed by seed in the order of the losses
     * @param plusMinus how to write ±
     */
    public ComparisonTable(List<RunResult> runs, String plusMinus) {
        for (RunResult run : runs) {
            byLoss.computeIfAbsent(run.last().loss().name(), name -> new ArrayList<>()).add(run);
        }
        this.plusMinus = plusMinus;
    }

    /** Returns the lines of the table. */
    public List<String> lines() {
        List<String[]> rows = new ArrayList<>();
        rows.add(HEADER);
        byLoss.values().forEach(runs -> rows.add(row(runs)));
        if (byLoss.size() == 2) {
            rows.add(differenceRow());
        }
        return aligned(rows);
    }

    private String[] row(List<RunResult> runs) {
        ComparedLoss loss = runs.get(0).last().loss();
        long diverged = runs.stream().filter(RunResult::diverged).count();
        String[] row = new String[HEADER.length];
        row[0] = loss.name() + (diverged == 0 ? "" : " (" + diverged + " of " + runs.size() + " diverged)");
        row[1] = Digits.plain(loss.alpha());
        for (Column column : Column.values()) {
            double[] values = runs.stream().filter(run -> !run.diverged()).mapToDouble(column.value).toArray();
            row[2 + column.ordinal()] = new Spread(values).format(column.format, plusMinus);
        }
        return row;
    }

    private String[] differenceRow() {
        List<List<RunResult>> runs = new ArrayList<>(byLoss.values());
        String[] row = new String[HEADER.length];
        row[0] = "difference";
        row[1] = "";
        for (Column column : Column.values()) {
            row[2 + column.ordinal()] = difference(runs.get(0), runs.get(1), column).format(
                    column.format.replace("%", "%+"), plusMinus);
        }
        return row;
    }

    private static Spread difference(List<RunResult> first, List<RunResult> second, Column column) {
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
            if (!first.get(i).diverged() && !second.get(i).diverged()) {
                differences.add(column.value.applyAsDouble(second.get(i)) - column.value.applyAsDouble(first.get(i)));
            }
        }
        return new Spread(differences.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static List<String> aligned(List<String[]> rows) {
        int[] widths = new int[HEADER.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String padding = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? row[i] + padding : "  " + padding + row[i]);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
