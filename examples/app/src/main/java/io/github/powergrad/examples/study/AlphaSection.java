package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** The paper's figure 2: accuracy against α, without and with batch normalization. */
final class AlphaSection extends Section {

    AlphaSection(StudyResults results) {
        super(results);
    }

    @Override
    Map<String, Object> values() {
        String failing = plan.alphas.stream()
                .filter(alpha -> results.failed(plan.at(alpha)) || results.failed(plan.at(alpha, true)))
                .map(NumberText::plain).collect(Collectors.joining(", "));
        return Map.of("accuracies", table(false), "accuracies with batch norm", table(true),
                "unstable", failing.isEmpty()
                        ? "No run of the grid failed, so the figure has no unstable region at this learning rate; the"
                                + " search over learning rates below finds where there is one."
                        : "Runs failed at α = " + failing + ", which the figure shades.");
    }

    private MarkdownTable table(boolean batchNorm) {
        return results.accuracies("α", "α = 1", plan.grid(batchNorm).stream().collect(Collectors.toMap(
                RunSpec::alpha, spec -> spec, (one, other) -> one, LinkedHashMap::new)));
    }

    @Override
    Map<String, List<XYChart>> figures() {
        return Map.of("alpha.png", List.of(chart(false), chart(true)));
    }

    private XYChart chart(boolean batchNorm) {
        XYChart chart = Figures.chart(640, 480, batchNorm ? "with batch norm" : "without normalization",
                "α", "top-1 accuracy (%)");
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
}
