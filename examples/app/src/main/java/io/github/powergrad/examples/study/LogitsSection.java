package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** The paper's figure 3: logit norm and cross-entropy against α and against each other, with regression lines. */
final class LogitsSection implements Section {

    private static final String FILE = "logits.png";

    /** Two measures of a run, one drawn against the other. */
    private enum Pair {
        NORM("α", "logit norm (L2)", run -> run.spec().alpha(), run -> run.last().get(Metric.LOGIT_NORM)),
        CROSS_ENTROPY("α", "test cross-entropy (nats)", run -> run.spec().alpha(), run -> run.last().get(Metric.TEST_CROSS_ENTROPY)),
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

        double rankCorrelation(List<FinishedRun> runs) {
            return new SpearmansCorrelation().correlation(
                    runs.stream().mapToDouble(x).toArray(), runs.stream().mapToDouble(y).toArray());
        }
    }

    @Override
    public StudyPart part() {
        return StudyPart.ALPHA;
    }

    @Override
    public String title() {
        return "Figure 3: logit norm and cross-entropy against α";
    }

    @Override
    public String text(StudyResults results) {
        MarkdownTable table = new MarkdownTable("α", "logit norm", "test cross-entropy",
                "logit norm, batch norm", "test cross-entropy, batch norm");
        for (double alpha : results.settings().alphas()) {
            RunSpec spec = results.plan().plain(alpha);
            RunSpec normalized = spec.withBatchNorm();
            table.row(NumberText.plain(alpha), results.text(spec, Metric.LOGIT_NORM, "%.1f"),
                    results.text(spec, Metric.TEST_CROSS_ENTROPY, "%.3f"),
                    results.text(normalized, Metric.LOGIT_NORM, "%.1f"),
                    results.text(normalized, Metric.TEST_CROSS_ENTROPY, "%.3f"));
        }
        MarkdownTable lines = new MarkdownTable("network", "y against x", "regression line", "r", "rank correlation");
        for (boolean batchNorm : new boolean[] {false, true}) {
            List<FinishedRun> runs = runs(results, batchNorm);
            for (Pair pair : Pair.values()) {
                SimpleRegression regression = pair.regression(runs);
                lines.row(name(batchNorm), pair.yTitle + " against " + pair.xTitle,
                        String.format(Locale.ROOT, "y = %.4g %s %.4g x", regression.getIntercept(),
                                regression.getSlope() < 0 ? "−" : "+", Math.abs(regression.getSlope())),
                        String.format(Locale.ROOT, "%.3f", regression.getR()),
                        String.format(Locale.ROOT, "%.3f", pair.rankCorrelation(runs)));
            }
        }
        return "![Logit norm and cross-entropy against alpha and against each other](" + FILE + ")\n\n"
                + monotone(results, "logit norm", Metric.LOGIT_NORM) + " "
                + monotone(results, "test cross-entropy", Metric.TEST_CROSS_ENTROPY)
                + " Regressions and correlations are over single runs.\n\n" + table + "\n" + lines;
    }

    /** Whether the means rise with each step down of α, said in words. */
    private static String monotone(StudyResults results, String name, ToDoubleFunction<EpochResult> value) {
        List<String> sayings = new ArrayList<>();
        for (boolean batchNorm : new boolean[] {false, true}) {
            List<String> exceptions = falls(results, batchNorm, value);
            sayings.add(name(batchNorm) + (exceptions.isEmpty() ? " at every step"
                    : " except at " + String.join(", ", exceptions)));
        }
        return "The mean " + name + " rises as α falls: " + String.join("; ", sayings) + ".";
    }

    static List<String> falls(StudyResults results, boolean batchNorm, ToDoubleFunction<EpochResult> value) {
        List<String> falls = new ArrayList<>();
        List<Double> alphas = results.settings().alphas();
        for (int i = 1; i < alphas.size(); i++) {
            double before = results.mean(results.plan().plain(alphas.get(i - 1), batchNorm), value);
            if (!(results.mean(results.plan().plain(alphas.get(i), batchNorm), value) > before)) {
                falls.add(NumberText.plain(alphas.get(i - 1)) + " → " + NumberText.plain(alphas.get(i)));
            }
        }
        return falls;
    }

    private static String name(boolean batchNorm) {
        return batchNorm ? "with batch norm" : "without normalization";
    }

    private static List<FinishedRun> runs(StudyResults results, boolean batchNorm) {
        return results.plan().alphaGrid(batchNorm).stream().map(results.table()::run)
                .filter(run -> !run.diverged()).collect(Collectors.toList());
    }

    @Override
    public void draw(StudyResults results, OutputFolder output) throws IOException {
        List<XYChart> charts = new ArrayList<>();
        for (Pair pair : Pair.values()) {
            XYChart chart = Figures.chart(520, 440, "", pair.xTitle, pair.yTitle);
            Figures.legendBelow(chart);
            chart.getStyler().setXAxisDecimalPattern(pair == Pair.BOTH ? "0" : "0.0");
            chart.getStyler().setXAxisTickMarkSpacingHint(80);
            chart.getStyler().setYAxisDecimalPattern("0.##");
            for (boolean batchNorm : new boolean[] {false, true}) {
                add(chart, pair, runs(results, batchNorm), batchNorm);
            }
            charts.add(chart);
        }
        Figures.write(output, FILE, charts);
    }

    private static void add(XYChart chart, Pair pair, List<FinishedRun> runs, boolean batchNorm) {
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
}
