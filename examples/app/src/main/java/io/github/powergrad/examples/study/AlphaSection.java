package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/**
 * The paper's figures 2 and 3, without and with batch normalization: accuracy against α; logit norm and cross-entropy
 * against α and against each other, with regression lines.
 */
final class AlphaSection extends Section {

    private static final List<Boolean> NETWORKS = List.of(false, true);

    /** Two measures of a run, one drawn against the other. */
    private enum Pair {
        NORM("α", "logit norm (L2)", run -> run.spec.alpha(), run -> run.last().get(Metric.LOGIT_NORM)),
        CROSS_ENTROPY("α", "test cross-entropy (nats)", NORM.x, run -> run.last().get(Metric.TEST_CROSS_ENTROPY)),
        BOTH("logit norm (L2)", "test cross-entropy (nats)", NORM.y, CROSS_ENTROPY.y);

        final String xTitle;
        final String yTitle;
        final ToDoubleFunction<FinishedRun> x;
        final ToDoubleFunction<FinishedRun> y;

        Pair(String xTitle, String yTitle, ToDoubleFunction<FinishedRun> x, ToDoubleFunction<FinishedRun> y) {
            this.xTitle = xTitle;
            this.yTitle = yTitle;
            this.x = x;
            this.y = y;
        }

        SimpleRegression regression(List<FinishedRun> runs) {
            SimpleRegression regression = new SimpleRegression();
            runs.forEach(run -> regression.addData(x.applyAsDouble(run), y.applyAsDouble(run)));
            return regression;
        }
    }

    AlphaSection(StudyResults results) {
        super(results);
    }

    @Override
    Map<String, Object> values() {
        String failing = plan.alphas.stream()
                .filter(alpha -> results.failed(plan.at(alpha)) || results.failed(plan.at(alpha, true)))
                .map(NumberText::plain).collect(Collectors.joining(", "));
        MarkdownTable means = new MarkdownTable("α", "logit norm", "test cross-entropy",
                "logit norm, batch norm", "test cross-entropy, batch norm");
        for (double alpha : plan.alphas) {
            means.row(alpha, norm(plan.at(alpha)), crossEntropy(plan.at(alpha)),
                    norm(plan.at(alpha, true)), crossEntropy(plan.at(alpha, true)));
        }
        MarkdownTable lines = new MarkdownTable("network", "y against x", "regression line", "r", "rank correlation");
        for (boolean batchNorm : NETWORKS) {
            List<FinishedRun> runs = runs(batchNorm);
            for (Pair pair : Pair.values()) {
                SimpleRegression line = pair.regression(runs);
                double rankCorrelation = new SpearmansCorrelation().correlation(
                        runs.stream().mapToDouble(pair.x).toArray(), runs.stream().mapToDouble(pair.y).toArray());
                lines.row(name(batchNorm), pair.yTitle + " against " + pair.xTitle,
                        String.format(Locale.ROOT, "y = %.4g %s %.4g x", line.getIntercept(),
                                line.getSlope() < 0 ? "−" : "+", Math.abs(line.getSlope())),
                        String.format(Locale.ROOT, "%.3f", line.getR()),
                        String.format(Locale.ROOT, "%.3f", rankCorrelation));
            }
        }
        return Map.of("accuracies", table(false), "accuracies with batch norm", table(true),
                "unstable", failing.isEmpty()
                        ? "No run of the grid failed, so the figure has no unstable region at this learning rate; the"
                                + " search over learning rates below finds where there is one."
                        : "Runs failed at α = " + failing + ", which the figure shades.",
                "norm rises", rises(Metric.LOGIT_NORM), "cross-entropy rises", rises(Metric.TEST_CROSS_ENTROPY),
                "norms and cross-entropies", means, "regressions", lines);
    }

    private MarkdownTable table(boolean batchNorm) {
        return results.accuracies("α", "α = 1", plan.grid(batchNorm).stream().collect(Collectors.toMap(
                RunSpec::alpha, spec -> spec, (one, other) -> one, LinkedHashMap::new)));
    }

    private String norm(RunSpec spec) {
        return results.text(spec, Metric.LOGIT_NORM, "%.1f");
    }

    private String crossEntropy(RunSpec spec) {
        return results.text(spec, Metric.TEST_CROSS_ENTROPY, "%.3f");
    }

    /** Whether the means rise with each step down of α, said in words. */
    private String rises(Metric metric) {
        return NETWORKS.stream().map(batchNorm -> {
            List<String> falls = falls(results, batchNorm, metric);
            return name(batchNorm) + (falls.isEmpty() ? " at every step" : " except at " + String.join(", ", falls));
        }).collect(Collectors.joining("; "));
    }

    /** The steps down of α at which the mean does not rise. */
    static List<String> falls(StudyResults results, boolean batchNorm, Metric metric) {
        List<String> falls = new ArrayList<>();
        List<RunSpec> grid = results.plan.grid(batchNorm);
        for (int i = 1; i < grid.size(); i++) {
            RunSpec before = grid.get(i - 1);
            if (!(results.spread(grid.get(i), metric).mean() > results.spread(before, metric).mean())) {
                falls.add(NumberText.plain(before.alpha()) + " → " + NumberText.plain(grid.get(i).alpha()));
            }
        }
        return falls;
    }

    private static String name(boolean batchNorm) {
        return batchNorm ? "with batch norm" : "without normalization";
    }

    private List<FinishedRun> runs(boolean batchNorm) {
        return plan.perSeed(plan.grid(batchNorm)).map(results.table::run).filter(run -> !run.diverged())
                .collect(Collectors.toList());
    }

    @Override
    Map<String, List<XYChart>> figures() {
        return Map.of("alpha.png", List.of(chart(false), chart(true)),
                "logits.png", Arrays.stream(Pair.values()).map(this::chart).collect(Collectors.toList()));
    }

    private XYChart chart(boolean batchNorm) {
        XYChart chart = Figures.chart(640, 480, name(batchNorm), "α", "top-1 accuracy (%)");
        List<RunSpec> specs = plan.grid(batchNorm);
        List<Spread> drawn = specs.stream().filter(spec -> !results.measuredRuns(spec).isEmpty()).flatMap(spec ->
                        Stream.of(results.spread(spec, Metric.TRAIN_TOP1), results.spread(spec, Metric.TEST_TOP1)))
                .collect(Collectors.toList());
        double low = drawn.stream().mapToDouble(mean -> mean.mean() - deviation(mean)).min().orElse(0);
        double high = drawn.stream().mapToDouble(mean -> mean.mean() + deviation(mean)).max().orElse(0);
        double top = Math.ceil(high);
        specs.stream().filter(results::failed).mapToDouble(RunSpec::alpha).max().ifPresent(unstable ->
                Figures.region(chart.addSeries("a run failed",
                        new double[] {-0.02, unstable + 0.02}, new double[] {top, top})));
        againstAlpha(chart, "training", specs, Metric.TRAIN_TOP1, -0.005, 1);
        againstAlpha(chart, "test", specs, Metric.TEST_TOP1, 0.005, 0);
        chart.getStyler().setYAxisMin(Math.floor(low - 0.15 * (high - low))).setYAxisMax(top);
        chart.getStyler().setXAxisTickMarkSpacingHint(50);
        Figures.legendBelow(chart);
        return chart;
    }

    private XYChart chart(Pair pair) {
        XYChart chart = Figures.chart(520, 440, "", pair.xTitle, pair.yTitle);
        Figures.legendBelow(chart);
        chart.getStyler().setXAxisDecimalPattern(pair == Pair.BOTH ? "0" : "0.0");
        chart.getStyler().setXAxisTickMarkSpacingHint(80);
        chart.getStyler().setYAxisDecimalPattern("0.##");
        for (boolean batchNorm : NETWORKS) {
            List<FinishedRun> runs = runs(batchNorm);
            int color = batchNorm ? 1 : 0;
            double[] x = runs.stream().mapToDouble(pair.x).toArray();
            SimpleRegression line = pair.regression(runs);
            Figures.markers(chart.addSeries(
                    String.format(Locale.ROOT, "%s, r = %.3f", batchNorm ? "batch norm" : "no batch norm", line.getR()),
                    x, runs.stream().mapToDouble(pair.y).toArray()), color);
            double[] ends = {Arrays.stream(x).min().orElse(0), Arrays.stream(x).max().orElse(1)};
            XYSeries drawn = chart.addSeries(
                    "line " + color, ends, new double[] {line.predict(ends[0]), line.predict(ends[1])});
            Figures.dashed(drawn, color);
            drawn.setShowInLegend(false);
        }
        return chart;
    }
}
