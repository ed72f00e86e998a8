package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** The paper's figure 4: accuracy against epoch, and when the transform gets to where the baseline ends. */
final class CurvesSection implements Section {

    private static final String FILE = "curves.png";

    @Override
    public StudyPart part() {
        return StudyPart.CURVES;
    }

    @Override
    public String title() {
        return "Figure 4: accuracy against epoch";
    }

    @Override
    public String text(StudyResults results) {
        RunSpec baseline = results.plan().curve(1);
        RunSpec transform = results.plan().curve(StudySettings.ALPHA);
        MarkdownTable table = new MarkdownTable("loss", "training top-1 %", "test top-1 %", "failed");
        table.row("cross-entropy", results.text(baseline, Metric.TRAIN_TOP1, "%.2f"),
                results.text(baseline, Metric.TEST_TOP1, "%.2f"), results.failures(baseline));
        table.row("transform, α = " + NumberText.plain(StudySettings.ALPHA),
                results.text(transform, Metric.TRAIN_TOP1, "%.2f"),
                results.text(transform, Metric.TEST_TOP1, "%.2f"), results.failures(transform));
        table.row("difference", results.difference(transform, baseline, Metric.TRAIN_TOP1).toString(),
                results.testTop1(transform, baseline).toString(), "");
        return "![Top-1 against epoch with cross-entropy and with the transform](" + FILE + ")\n\n"
                + "Longer runs without normalization, " + results.settings().curveEpochs() + " epochs at learning rate "
                + NumberText.plain(StudySettings.RATE) + ". " + reached(results, "training", Metric.TRAIN_TOP1) + " "
                + reached(results, "test", Metric.TEST_TOP1)
                + " The learning rate follows one cosine over all epochs, so an epoch before the end is not what a"
                + " shorter training would have reached. The paper's figure is 60 of 100 epochs.\n\n" + table;
    }

    private static String reached(StudyResults results, String name, ToDoubleFunction<EpochResult> value) {
        RunSpec baseline = results.plan().curve(1);
        RunSpec transform = results.plan().curve(StudySettings.ALPHA);
        double[] epochs = results.settings().seeds().stream()
                .map(seed -> List.of(transform.withSeed(seed), baseline.withSeed(seed)))
                .filter(pair -> pair.stream().noneMatch(spec -> results.table().run(spec).diverged()))
                .mapToDouble(pair -> epochReaching(results.table().run(pair.get(0)).epochs(), value,
                        value.applyAsDouble(results.table().run(pair.get(1)).last())))
                .toArray();
        double[] got = Arrays.stream(epochs).filter(Double::isFinite).toArray();
        if (got.length == 0) {
            return "The transform's " + name + " accuracy does not get to where the baseline's ends.";
        }
        return String.format(Locale.ROOT, "The transform's %s accuracy gets to where the baseline's ends after %s of"
                        + " %d epochs (%d of %d seeds get there).", name, new Spread(got).format("%.1f", "±"),
                results.settings().curveEpochs(), got.length, epochs.length);
    }

    /** The first epoch with at least this value, interpolated from the one before; NaN if there is none. */
    static double epochReaching(List<EpochResult> epochs, ToDoubleFunction<EpochResult> value, double wanted) {
        double before = Double.NaN;
        for (EpochResult epoch : epochs) {
            double now = value.applyAsDouble(epoch);
            if (now >= wanted) {
                return epoch.epoch() == 1 ? 1 : epoch.epoch() - (now - wanted) / (now - before);
            }
            before = now;
        }
        return Double.NaN;
    }

    @Override
    public void draw(StudyResults results, OutputFolder output) throws IOException {
        Figures.write(output, FILE, List.of(
                chart(results, "training", Metric.TRAIN_TOP1), chart(results, "test", Metric.TEST_TOP1)));
    }

    private static XYChart chart(StudyResults results, String name, ToDoubleFunction<EpochResult> value) {
        XYChart chart = Figures.chart(640, 480, name, "epoch", "top-1 accuracy (%)");
        int last = results.settings().curveEpochs();
        RunSpec baseline = results.plan().curve(1);
        if (!results.measuredRuns(baseline).isEmpty()) {
            double end = results.mean(baseline, value);
            XYSeries level = chart.addSeries("end of cross-entropy", new double[] {1, last}, new double[] {end, end});
            Figures.dashed(level, 6);
        }
        add(chart, results, "cross-entropy", baseline, value, 0);
        add(chart, results, "transform, α = " + NumberText.plain(StudySettings.ALPHA),
                results.plan().curve(StudySettings.ALPHA), value, 1);
        int step = Math.max(1, (int) Math.ceil(last / 12.0));
        chart.getStyler().setXAxisMin(1.0 - 0.25 * step).setXAxisMax(last + 0.25 * step);
        chart.getStyler().setXAxisTickMarkSpacingHint(45);
        Figures.legendBelow(chart);
        return chart;
    }

    private static void add(XYChart chart, StudyResults results, String name, RunSpec spec,
            ToDoubleFunction<EpochResult> value, int color) {
        List<FinishedRun> runs = results.measuredRuns(spec);
        if (runs.isEmpty()) {
            return;
        }
        double[] epochs = runs.get(0).epochs().stream()
                .mapToDouble(epoch -> epoch.epoch() + 0.08 * color - 0.04).toArray();
        Spread[] spreads = new Spread[epochs.length];
        Arrays.setAll(spreads, i -> new Spread(
                runs.stream().mapToDouble(run -> value.applyAsDouble(run.epochs().get(i))).toArray()));
        Figures.solid(chart.addSeries(name, epochs, Arrays.stream(spreads).mapToDouble(Spread::mean).toArray(),
                Arrays.stream(spreads).mapToDouble(s -> Double.isNaN(s.deviation()) ? 0 : s.deviation()).toArray()),
                color);
    }
}
