package io.github.powergrad.examples.compare;

import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The table of a comparison as text: one row per loss, then the difference, last loss minus first. With
 * several seeds each value is a mean ± sample standard deviation, and the difference is paired: taken seed
 * by seed. Runs that diverged are left out and counted.
 */
public final class ComparisonTable {

    private enum Column {
        TRAIN_TOP1("train top-1 %", run -> run.last().get(Metric.TRAIN_TOP1), "%.2f"),
        TEST_TOP1("test top-1 %", run -> run.last().get(Metric.TEST_TOP1), "%.2f"),
        CROSS_ENTROPY("test cross-entropy", run -> run.last().get(Metric.TEST_CROSS_ENTROPY), "%.3f"),
        FOLDED_CROSS_ENTROPY("of p'", run -> run.last().get(Metric.FOLDED_CROSS_ENTROPY), "%.3f"),
        CALIBRATION_ERROR("calibration error", run -> run.last().get(Metric.TEST_CALIBRATION_ERROR), "%.3f"),
        FOLDED_CALIBRATION_ERROR("of p'", run -> run.last().get(Metric.FOLDED_CALIBRATION_ERROR), "%.3f"),
        LOGIT_NORM("logit norm", run -> run.last().get(Metric.LOGIT_NORM), "%.1f"),
        SECONDS("seconds", RunResult::seconds, "%.1f");

        final String title;
        final ToDoubleFunction<RunResult> value;
        final String format;

        Column(String title, ToDoubleFunction<RunResult> value, String format) {
            this.title = title;
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
            byLoss.computeIfAbsent(run.last().plan().loss().toString(), name -> new ArrayList<>()).add(run);
        }
        this.plusMinus = plusMinus;
    }

    public List<String> lines() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("loss", "alpha", column -> column.title));
        for (List<RunResult> runs : byLoss.values()) {
            TrainingPlan plan = runs.get(0).last().plan();
            long diverged = runs.stream().filter(RunResult::diverged).count();
            rows.add(row(plan.loss() + (diverged == 0 ? "" : " (" + diverged + " of " + runs.size() + " diverged)"),
                    NumberText.plain(plan.alpha()), column -> new Spread(runs.stream().filter(run -> !run.diverged())
                            .mapToDouble(column.value).toArray()).format(column.format, plusMinus)));
        }
        if (byLoss.size() == 2) {
            List<List<RunResult>> runs = new ArrayList<>(byLoss.values());
            rows.add(row("difference", "", column -> difference(runs.get(0), runs.get(1), column)
                    .format(column.format.replace("%", "%+"), plusMinus)));
        }
        return aligned(rows);
    }

    private static List<String> row(String loss, String alpha, Function<Column, String> cell) {
        List<String> row = new ArrayList<>(List.of(loss, alpha));
        for (Column column : Column.values()) {
            row.add(cell.apply(column));
        }
        return row;
    }

    private static Spread difference(List<RunResult> first, List<RunResult> second, Column column) {
        return new Spread(IntStream.range(0, Math.min(first.size(), second.size()))
                .filter(i -> !first.get(i).diverged() && !second.get(i).diverged())
                .mapToDouble(i -> column.value.applyAsDouble(second.get(i)) - column.value.applyAsDouble(first.get(i)))
                .toArray());
    }

    private static List<String> aligned(List<List<String>> rows) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
                String padding = " ".repeat(width - row.get(i).length());
                line.append(i == 0 ? row.get(i) + padding : "  " + padding + row.get(i));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
