package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** The paper's figure 2: accuracy against α, without and with batch normalization. */
final class AlphaSection implements Section {

    private static final String FILE = "alpha.png";

    @Override
    public StudyPart part() {
        return StudyPart.ALPHA;
    }

    @Override
    public String title() {
        return "Figure 2: accuracy against α";
    }

    @Override
    public String text(StudyResults results) {
        return "![Training and test top-1 against α, without and with batch norm](" + FILE + ")\n\n"
                + "Mean ± standard deviation over the seeds; the difference is paired with α = 1, with its 95 %"
                + " interval. A run fails if loss or weights are no longer finite, or if it ends below 11 % test top-1,"
                + " which is one class for all images; in all tables failed runs are counted and left out of the means. "
                + unstable(results)
                + "\n\nWithout normalization:\n\n" + table(results, false)
                + "\nWith batch norm:\n\n" + table(results, true);
    }

    private static String unstable(StudyResults results) {
        List<String> failing = results.settings().alphas().stream()
                .filter(alpha -> results.failed(results.plan().plain(alpha, false))
                        || results.failed(results.plan().plain(alpha, true)))
                .map(NumberText::plain).collect(Collectors.toList());
        return failing.isEmpty()
                ? "No run of the grid failed, so the figure has no unstable region at this learning rate; the search"
                        + " over learning rates below finds where there is one."
                : "Runs failed at α = " + String.join(", ", failing) + ", which the figure shades.";
    }

    private static String table(StudyResults results, boolean batchNorm) {
        MarkdownTable table = new MarkdownTable(
                "α", "training top-1 %", "test top-1 %", "test, difference from α = 1", "training − test", "failed");
        for (double alpha : results.settings().alphas()) {
            RunSpec spec = results.plan().plain(alpha, batchNorm);
            table.row(NumberText.plain(alpha), results.text(spec, Metric.TRAIN_TOP1, "%.2f"),
                    results.text(spec, Metric.TEST_TOP1, "%.2f"),
                    alpha == 1 ? "" : results.testTop1(spec, results.plan().plain(1, batchNorm)).toString(),
                    results.text(spec, MethodsSection::gap, "%.2f"), results.failures(spec));
        }
        return table.toString();
    }

    @Override
    public void draw(StudyResults results, OutputFolder output) throws IOException {
        Figures.write(output, FILE, List.of(chart(results, false), chart(results, true)));
    }

    private static XYChart chart(StudyResults results, boolean batchNorm) {
        XYChart chart = Figures.chart(640, 480, batchNorm ? "with batch norm" : "without normalization",
                "α", "top-1 accuracy (%)");
        List<RunSpec> specs = results.settings().alphas().stream().map(alpha -> results.plan().plain(alpha, batchNorm))
                .filter(spec -> !results.measuredRuns(spec).isEmpty()).collect(Collectors.toList());
        double low = extreme(results, specs, -1);
        double high = extreme(results, specs, 1);
        double bottom = Math.floor(low - 0.15 * (high - low));
        double top = Math.ceil(high);
        double unstable = results.settings().alphas().stream()
                .filter(alpha -> results.failed(results.plan().plain(alpha, batchNorm)))
                .mapToDouble(Double::doubleValue).max().orElse(-1);
        if (unstable >= 0) {
            Figures.region(chart.addSeries("a run failed",
                    new double[] {-0.02, unstable + 0.02}, new double[] {top, top}));
        }
        Figures.solid(series(chart, results, specs, "training", -0.005, Metric.TRAIN_TOP1), 1);
        Figures.solid(series(chart, results, specs, "test", 0.005, Metric.TEST_TOP1), 0);
        chart.getStyler().setXAxisMin(-0.02).setXAxisMax(1.02).setYAxisMin(bottom).setYAxisMax(top);
        chart.getStyler().setXAxisDecimalPattern("0.0").setXAxisTickMarkSpacingHint(50);
        Figures.legendBelow(chart);
        return chart;
    }

    /** The lowest end of all error bars for sign −1, the highest for 1. */
    private static double extreme(StudyResults results, List<RunSpec> specs, int sign) {
        List<ToDoubleFunction<EpochResult>> values = List.of(Metric.TRAIN_TOP1, Metric.TEST_TOP1);
        return sign * specs.stream()
                .flatMapToDouble(spec -> values.stream().mapToDouble(value ->
                        sign * results.mean(spec, value) + results.deviation(spec, value)))
                .max().orElse(0);
    }

    private static XYSeries series(XYChart chart, StudyResults results, List<RunSpec> specs, String name,
            double shift, ToDoubleFunction<EpochResult> value) {
        // Shifted a little, so that the error bars of two series stand side by side.
        return chart.addSeries(name, specs.stream().mapToDouble(spec -> spec.alpha() + shift).toArray(),
                specs.stream().mapToDouble(spec -> results.mean(spec, value)).toArray(),
                specs.stream().mapToDouble(spec -> results.deviation(spec, value)).toArray());
    }
}
