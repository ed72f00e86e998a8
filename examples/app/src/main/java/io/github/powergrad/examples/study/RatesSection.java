package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** The control that the paper lacks: each α at its own best learning rate. */
final class RatesSection extends Section {

    private static final List<Double> SHOWN = List.of(1.0, 0.5, 0.25, 0.1, 0.05);

    RatesSection(StudyResults results) {
        super(results);
    }

    @Override
    Map<String, Object> values() {
        RunSpec baseline = results.atOwnRate(1);
        MarkdownTable chosen = new MarkdownTable("α", "chosen learning rate", "training top-1 %", "test top-1 %",
                "test, difference from α = 1 at its own rate", "seeds in it",
                "the same at " + NumberText.plain(StudyPlan.RATE) + " for all", "failed");
        for (double alpha : plan.alphas) {
            RunSpec spec = results.atOwnRate(alpha);
            Spread difference = results.testTop1(spec, baseline);
            chosen.row(alpha, spec.learningRate(), results.percent(spec, Metric.TRAIN_TOP1),
                    results.percent(spec, Metric.TEST_TOP1), alpha == 1 ? "" : difference,
                    alpha == 1 ? "" : difference.count(),
                    alpha == 1 ? "" : results.testTop1(plan.at(alpha), plan.at(1)), results.failures(spec));
        }
        double lowest = Collections.min(plan.alphas);
        Map<String, Object> values = new HashMap<>(gains(results));
        values.putAll(Map.of("choosing seeds", counted(plan.selectionSeeds), "reported seeds", counted(plan.seeds),
                "lowest α", lowest, "lowest failing", lowestFailing(1),
                "lowest failing at the lowest α", lowestFailing(lowest), "chosen", chosen,
                "search", perRate(plan, plan.alphas, this::searched)));
        return values;
    }

    /** What the transform gains at the fixed learning rate, and with both losses at their own. */
    static Map<String, Object> gains(StudyResults results) {
        RunSpec baseline = results.atOwnRate(1);
        RunSpec transform = results.atOwnRate(StudyPlan.ALPHA);
        Spread own = results.testTop1(transform, baseline);
        return Map.of("gain", results.testTop1(results.plan.at(StudyPlan.ALPHA), results.plan.at(1)), "own gain", own,
                "own seeds", own.count(), "own rate", transform.learningRate(),
                "own rate of cross-entropy", baseline.learningRate());
    }

    /** A table with a row per α and a column per learning rate of the search; what a cell holds depends on both. */
    static MarkdownTable perRate(StudyPlan plan, List<Double> alphas, BiFunction<Double, Double, Object> cell) {
        MarkdownTable table = new MarkdownTable(Stream.concat(Stream.of("α"), plan.rates.stream()).toArray());
        alphas.forEach(alpha -> table.row(Stream.concat(Stream.of(alpha),
                plan.rates.stream().map(rate -> cell.apply(alpha, rate))).toArray()));
        return table;
    }

    private static String counted(List<Long> seeds) {
        return seeds.size() + (seeds.size() == 1 ? " seed" : " seeds");
    }

    private String searched(double alpha, double rate) {
        String text = plan.searched(alpha, rate, results.table).anyMatch(FinishedRun::diverged) ? "–"
                : String.format(Locale.ROOT, "%.2f", plan.searchedTop1(alpha, rate, results.table));
        return rate == results.atOwnRate(alpha).learningRate() ? "**" + text + "**" : text;
    }

    private boolean searchFailed(double alpha, double rate) {
        return plan.searched(alpha, rate, results.table).anyMatch(FinishedRun::failed);
    }

    /** From which learning rate on an α fails, with any seed, said in words. */
    private String lowestFailing(double alpha) {
        return plan.rates.stream().filter(rate -> searchFailed(alpha, rate) || results.failed(plan.at(alpha, rate)))
                .min(Double::compare).map(NumberText::plain).orElse("none");
    }

    @Override
    Map<String, List<XYChart>> figures() {
        return Map.of("rates.png", List.of(search(), best()));
    }

    private XYChart search() {
        List<Double> rates = plan.rates;
        XYChart chart = Figures.chart(640, 480, "search", "learning rate", "test top-1 accuracy (%)");
        int color = 0;
        for (double alpha : plan.alphas) {
            if (SHOWN.contains(alpha)) {
                List<Double> whole =
                        rates.stream().filter(rate -> !searchFailed(alpha, rate)).collect(Collectors.toList());
                Figures.solid(chart.addSeries("α = " + NumberText.plain(alpha),
                        whole.stream().mapToDouble(rates::indexOf).toArray(), whole.stream().mapToDouble(
                                rate -> plan.searchedTop1(alpha, rate, results.table)).toArray()), color++);
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

    private XYChart best() {
        XYChart chart = Figures.chart(640, 480, "reported seeds", "α", "test top-1 accuracy (%)");
        againstAlpha(chart, "fixed rate " + NumberText.plain(StudyPlan.RATE), plan.grid(false),
                Metric.TEST_TOP1, -0.005, 0);
        againstAlpha(chart, "own best rate",
                plan.alphas.stream().map(results::atOwnRate).collect(Collectors.toList()), Metric.TEST_TOP1, 0.005, 1);
        Figures.legendBelow(chart);
        return chart;
    }
}
