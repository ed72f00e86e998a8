package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;

/** The control that the paper lacks: each α at its own best learning rate. */
final class RatesSection implements Section {

    private static final String FILE = "rates.png";
    private static final List<Double> SHOWN = List.of(1.0, 0.5, 0.25, 0.1, 0.05);

    @Override
    public StudyPart part() {
        return StudyPart.RATES;
    }

    @Override
    public String title() {
        return "Control: each α at its own best learning rate";
    }

    @Override
    public String text(StudyResults results) {
        List<Double> rates = results.settings().rates();
        List<String> columns = new ArrayList<>(List.of("α"));
        rates.forEach(rate -> columns.add(NumberText.plain(rate)));
        MarkdownTable search = new MarkdownTable(columns.toArray(new String[0]));
        for (double alpha : results.settings().alphas()) {
            List<String> cells = new ArrayList<>(List.of(NumberText.plain(alpha)));
            rates.forEach(rate -> cells.add(searched(results, alpha, rate)));
            search.row(cells.toArray(new String[0]));
        }
        RunSpec baseline = atItsRate(results, 1);
        MarkdownTable chosen = new MarkdownTable("α", "chosen learning rate", "training top-1 %", "test top-1 %",
                "test, difference from α = 1 at its own rate", "seeds in it",
                "the same at " + NumberText.plain(StudySettings.RATE) + " for all",
                "failed");
        for (double alpha : results.settings().alphas()) {
            RunSpec spec = atItsRate(results, alpha);
            chosen.row(NumberText.plain(alpha), NumberText.plain(spec.learningRate()),
                    results.text(spec, Metric.TRAIN_TOP1, "%.2f"),
                    results.text(spec, Metric.TEST_TOP1, "%.2f"),
                    alpha == 1 ? "" : results.testTop1(spec, baseline).toString(),
                    alpha == 1 ? "" : String.valueOf(results.testTop1(spec, baseline).count()),
                    alpha == 1 ? "" : results.testTop1(results.plan().plain(alpha), results.plan().plain(1)).toString(),
                    results.failures(spec));
        }
        double lowest = results.settings().alphas().stream().min(Double::compare).orElseThrow();
        return "![Test top-1 against learning rate, and against alpha at the best learning rate](" + FILE + ")\n\n"
                + "Without normalization. The learning rate of each α is the one with the highest mean test top-1 over "
                + counted(results.settings().selectionSeeds().size())
                + " of its own; what is reported is measured with the "
                + counted(results.settings().seeds().size()) + " of the other tables, which took no part in the"
                + " choice. But both use the same test images. A rate that was the best with one"
                + " seed can fail with another, as the last column tells; a difference leaves out the seeds with which"
                + " one of its two runs failed. " + answer(results) + "\n\n" + chosen
                + "\nThe search, mean test top-1 in %, the chosen rate bold; – where a run diverged. The figure's lines"
                + " leave out where a run failed. "
                + String.format("The lowest rate at which a run failed, here or above, is %s at α = 1 and %s at α = %s.",
                        lowestFailing(results, 1), lowestFailing(results, lowest), NumberText.plain(lowest)) + "\n\n" + search;
    }

    /** What the learning rate leaves of the gain at a fixed one. */
    static String answer(StudyResults results) {
        RunSpec baseline = atItsRate(results, 1);
        RunSpec transform = atItsRate(results, StudySettings.ALPHA);
        Spread fixed = results.testTop1(results.plan().plain(StudySettings.ALPHA), results.plan().plain(1));
        Spread own = results.testTop1(transform, baseline);
        return String.format(Locale.ROOT, "At α = %s the difference of %s points of test top-1 at the fixed rate is %s"
                        + " with both at their own best rate (%s against %s for cross-entropy, %d seeds).",
                NumberText.plain(StudySettings.ALPHA), fixed, own, NumberText.plain(transform.learningRate()),
                NumberText.plain(baseline.learningRate()), own.count());
    }

    private static String counted(int seeds) {
        return seeds + (seeds == 1 ? " seed" : " seeds");
    }

    static RunSpec atItsRate(StudyResults results, double alpha) {
        return results.plan().atChosenRate(alpha, results.table());
    }

    private static String searched(StudyResults results, double alpha, double rate) {
        double top1 = results.plan().searchedTop1(alpha, rate, results.table());
        String text = anySearched(results, alpha, rate, FinishedRun::diverged)
                ? "–" : String.format(Locale.ROOT, "%.2f", top1);
        return rate == results.plan().chosenRate(alpha, results.table()) ? "**" + text + "**" : text;
    }

    private static boolean anySearched(
            StudyResults results, double alpha, double rate, Predicate<FinishedRun> condition) {
        return results.settings().selectionSeeds().stream()
                .map(seed -> RunSpec.transform(alpha, rate, results.settings().epochs(), seed))
                .map(results.table()::run).anyMatch(condition);
    }

    /** From which learning rate on an α fails, with any seed, said in words. */
    private static String lowestFailing(StudyResults results, double alpha) {
        return results.settings().rates().stream()
                .filter(rate -> anySearched(results, alpha, rate, FinishedRun::failed)
                        || results.failed(RunSpec.transform(alpha, rate, results.settings().epochs(), 0)))
                .min(Double::compare).map(NumberText::plain).orElse("none");
    }

    @Override
    public void draw(StudyResults results, OutputFolder output) throws IOException {
        Figures.write(output, FILE, List.of(search(results), best(results)));
    }

    private static XYChart search(StudyResults results) {
        List<Double> rates = results.settings().rates();
        XYChart chart = Figures.chart(640, 480, "search", "learning rate", "test top-1 accuracy (%)");
        int color = 0;
        for (double alpha : results.settings().alphas()) {
            if (SHOWN.contains(alpha)) {
                List<Double> whole = rates.stream()
                        .filter(rate -> !anySearched(results, alpha, rate, FinishedRun::failed)).collect(Collectors.toList());
                Figures.solid(chart.addSeries("α = " + NumberText.plain(alpha),
                        whole.stream().mapToDouble(rates::indexOf).toArray(),
                        whole.stream().mapToDouble(rate ->
                                results.plan().searchedTop1(alpha, rate, results.table())).toArray()), color++);
            }
        }
        // The rates are about a factor of two apart, so their numbers make a logarithmic axis with readable ticks.
        // XChart wants labels to differ, those beyond the ends too.
        chart.getStyler().setxAxisTickLabelsFormattingFunction(position -> {
            int number = (int) Math.round(position);
            return number >= 0 && number < rates.size() ? NumberText.plain(rates.get(number)) : " ".repeat(2 + number);
        });
        // Somewhat less than what is between two rates, so that each gets its tick and nothing else does.
        chart.getStyler().setXAxisTickMarkSpacingHint((int) (400.0 / (rates.size() - 0.4)));
        chart.getStyler().setXAxisMin(-0.3).setXAxisMax(rates.size() - 0.7);
        Figures.legendBelow(chart);
        return chart;
    }

    private static XYChart best(StudyResults results) {
        XYChart chart = Figures.chart(640, 480, "reported seeds", "α", "test top-1 accuracy (%)");
        add(chart, results, "fixed rate " + NumberText.plain(StudySettings.RATE), results.settings().alphas().stream()
                .map(results.plan()::plain).toArray(RunSpec[]::new), 0);
        add(chart, results, "own best rate", results.settings().alphas().stream()
                .map(alpha -> atItsRate(results, alpha)).toArray(RunSpec[]::new), 1);
        chart.getStyler().setXAxisMin(-0.02).setXAxisMax(1.02);
        chart.getStyler().setXAxisDecimalPattern("0.0");
        Figures.legendBelow(chart);
        return chart;
    }

    private static void add(XYChart chart, StudyResults results, String name, RunSpec[] all, int color) {
        RunSpec[] specs = Arrays.stream(all).filter(spec -> !results.measuredRuns(spec).isEmpty())
                .toArray(RunSpec[]::new);
        if (specs.length == 0) {
            return;
        }
        Figures.solid(chart.addSeries(name,
                Arrays.stream(specs).mapToDouble(spec -> spec.alpha() + 0.01 * color - 0.005).toArray(),
                Arrays.stream(specs).mapToDouble(spec -> results.mean(spec, Metric.TEST_TOP1)).toArray(),
                Arrays.stream(specs).mapToDouble(spec -> results.deviation(spec, Metric.TEST_TOP1)).toArray()),
                color);
    }
}
