package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;

/** A section of the report: what its text in {@code report.md} needs, and its figures, all made of the results. */
abstract class Section {

    final StudyResults results;
    final StudyPlan plan;

    Section(StudyResults results) {
        this.results = results;
        this.plan = results.plan;
    }

    /** Numbers, words and tables by the names that stand for them in {@code report.md}. */
    abstract Map<String, Object> values();

    /** Its figures by the names of their files, each of charts side by side. */
    Map<String, List<XYChart>> figures() {
        return Map.of();
    }

    /** Draws means against α, with their deviations; shifted a little, so that two series stand side by side. */
    final void againstAlpha(XYChart chart, String name, List<RunSpec> specs, Metric metric, double shift, int color) {
        List<RunSpec> drawn = specs.stream().filter(spec -> !results.measuredRuns(spec).isEmpty())
                .collect(Collectors.toList());
        line(chart, name, drawn.stream().mapToDouble(spec -> spec.alpha() + shift).toArray(),
                drawn.stream().map(spec -> results.spread(spec, metric)).collect(Collectors.toList()), color);
        chart.getStyler().setXAxisMin(-0.02).setXAxisMax(1.02).setXAxisDecimalPattern("0.0");
    }

    /** Draws means with their deviations over the seeds. */
    static void line(XYChart chart, String name, double[] x, List<Spread> y, int color) {
        if (x.length > 0) {
            Figures.solid(chart.addSeries(name, x, y.stream().mapToDouble(Spread::mean).toArray(),
                    y.stream().mapToDouble(Section::deviation).toArray()), color);
        }
    }

    /** The deviation; 0 for a single seed. */
    static double deviation(Spread spread) {
        return spread.count() == 1 ? 0 : spread.deviation();
    }
}
