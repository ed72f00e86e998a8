package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** The paper's figure 4: accuracy against epoch, and when the transform gets to where the baseline ends. */
final class CurvesSection extends Section {

    static final String TRANSFORM = "transform, α = " + NumberText.plain(StudyPlan.ALPHA);

    private final RunSpec baseline = plan.curve(1);
    private final RunSpec transform = plan.curve(StudyPlan.ALPHA);

    CurvesSection(StudyResults results) {
        super(results);
    }

    @Override
    Map<String, Object> values() {
        MarkdownTable ends = new MarkdownTable("loss", "training top-1 %", "test top-1 %", "failed");
        ends.row("cross-entropy", results.percent(baseline, Metric.TRAIN_TOP1),
                results.percent(baseline, Metric.TEST_TOP1), results.failures(baseline));
        ends.row(TRANSFORM, results.percent(transform, Metric.TRAIN_TOP1),
                results.percent(transform, Metric.TEST_TOP1), results.failures(transform));
        ends.row("difference", results.difference(transform, baseline, Metric.TRAIN_TOP1),
                results.testTop1(transform, baseline), "");
        return Map.of("training reached", reached("training", Metric.TRAIN_TOP1),
                "test reached", reached("test", Metric.TEST_TOP1), "ends", ends);
    }

    private String reached(String name, Metric metric) {
        double[] epochs = plan.seeds.stream().map(seed -> Stream.of(transform, baseline)
                        .map(spec -> results.table.run(spec.withSeed(seed))).collect(Collectors.toList()))
                .filter(pair -> pair.stream().noneMatch(FinishedRun::diverged))
                .mapToDouble(pair -> epochReaching(pair.get(0).epochs, metric, pair.get(1).last().get(metric)))
                .toArray();
        double[] got = Arrays.stream(epochs).filter(Double::isFinite).toArray();
        if (got.length == 0) {
            return "The transform's " + name + " accuracy does not get to where the baseline's ends.";
        }
        return String.format(Locale.ROOT, "The transform's %s accuracy gets to where the baseline's ends after %s of"
                        + " %d epochs (%d of %d seeds get there).", name, new Spread(got).format("%.1f", "±"),
                plan.curveEpochs(), got.length, epochs.length);
    }

    /** The first epoch with at least this value, interpolated from the one before; NaN if there is none. */
    static double epochReaching(List<EpochResult> epochs, Metric metric, double wanted) {
        double before = Double.NaN;
        for (EpochResult epoch : epochs) {
            double now = epoch.get(metric);
            if (now >= wanted) {
                return epoch.epoch() == 1 ? 1 : epoch.epoch() - (now - wanted) / (now - before);
            }
            before = now;
        }
        return Double.NaN;
    }

    @Override
    Map<String, List<XYChart>> figures() {
        return Map.of("curves.png", List.of(chart("training", Metric.TRAIN_TOP1), chart("test", Metric.TEST_TOP1)));
    }

    private XYChart chart(String name, Metric metric) {
        XYChart chart = Figures.chart(640, 480, name, "epoch", "top-1 accuracy (%)");
        int last = plan.curveEpochs();
        if (!results.measuredRuns(baseline).isEmpty()) {
            double end = results.spread(baseline, metric).mean();
            Figures.dashed(chart.addSeries(
                    "end of cross-entropy", new double[] {1, last}, new double[] {end, end}), 6);
        }
        add(chart, "cross-entropy", baseline, metric, 0);
        add(chart, TRANSFORM, transform, metric, 1);
        int step = Math.max(1, (int) Math.ceil(last / 12.0));
        chart.getStyler().setXAxisMin(1.0 - 0.25 * step).setXAxisMax(last + 0.25 * step);
        chart.getStyler().setXAxisTickMarkSpacingHint(45);
        Figures.legendBelow(chart);
        return chart;
    }

    private void add(XYChart chart, String name, RunSpec spec, Metric metric, int color) {
        List<FinishedRun> runs = results.measuredRuns(spec);
        int epochs = runs.isEmpty() ? 0 : plan.curveEpochs();
        line(chart, name, IntStream.range(0, epochs).mapToDouble(i -> i + 1 + 0.08 * color - 0.04).toArray(),
                IntStream.range(0, epochs).mapToObj(i -> new Spread(
                                runs.stream().mapToDouble(run -> run.epochs.get(i).get(metric)).toArray()))
                        .collect(Collectors.toList()), color);
    }
}
