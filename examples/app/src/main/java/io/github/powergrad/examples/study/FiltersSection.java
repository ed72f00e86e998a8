package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;

/** The norms of the filters of the network without normalization, and how many of them are zeroed. */
final class FiltersSection extends Section {

    FiltersSection(StudyResults results) {
        super(results);
    }

    @Override
    Map<String, Object> values() {
        Map<String, RunSpec> methods = new LinkedHashMap<>(plan.methods());
        String epochs = ", " + plan.curveEpochs() + " epochs";
        methods.put("baseline" + epochs, plan.curve(1));
        methods.put("transform" + epochs, plan.curve(StudyPlan.ALPHA));
        MarkdownTable table = new MarkdownTable("method", "filters", "zeroed", "silent",
                "smallest norm / initial median", "median norm / initial median");
        methods.forEach((name, spec) -> {
            List<FinishedRun> runs = results.measuredRuns(spec);
            table.row(name, runs.stream().mapToInt(run -> run.lastNorms().length).sum(),
                    sum(runs, Metric.ZEROED_FILTERS), sum(runs, Metric.SILENT_FILTERS),
                    relative(runs, 0), relative(runs, 0.5));
        });
        int zeroed = methods.values().stream()
                .mapToInt(spec -> sum(results.measuredRuns(spec), Metric.ZEROED_FILTERS)).sum();
        int steps = plan.curveEpochs() * (int) Math.ceil((double) results.table.data().training() / StudyPlan.BATCH);
        return Map.of("filters", table, "zeroed below", ConvolutionFilters.ZEROED, "steps", steps,
                "zeroed", zeroed == 0 ? "No method has a zeroed filter." : zeroed + " filters are zeroed.",
                "left", String.format(Locale.ROOT, "%.2f", Math.exp(-0.5 * StudyPlan.RATE * 5e-4 / 0.1 * steps)));
    }

    private static int sum(List<FinishedRun> runs, Metric metric) {
        return (int) runs.stream().mapToDouble(run -> run.last().get(metric)).sum();
    }

    /** A quantile of the norms over that of the median at initialization, over the seeds. */
    private static String relative(List<FinishedRun> runs, double quantile) {
        return new Spread(runs.stream()
                .mapToDouble(run -> quantile(run.lastNorms(), quantile) / quantile(run.filterNorms.get(0), 0.5))
                .toArray()).format("%.2f", "±");
    }

    private static double quantile(double[] values, double quantile) {
        return Arrays.stream(values).sorted().toArray()[(int) (quantile * (values.length - 1))];
    }

    @Override
    Map<String, List<XYChart>> figures() {
        List<XYChart> charts = List.of(chart("cross-entropy", plan.curve(1), 0),
                chart(CurvesSection.TRANSFORM, plan.curve(StudyPlan.ALPHA), 1));
        double top = charts.stream().flatMap(chart -> chart.getSeriesMap().values().stream())
                .flatMapToDouble(series -> Arrays.stream(series.getYData())).max().orElse(1);
        charts.forEach(chart -> chart.getStyler().setYAxisMin(0.0).setYAxisMax(Math.ceil(top)));
        return Map.of("filters.png", charts);
    }

    private XYChart chart(String title, RunSpec spec, int color) {
        XYChart chart = Figures.chart(640, 480, title, "epoch", "L2 norm of a filter's weights");
        results.measuredRuns(spec).stream().limit(1).map(run -> run.filterNorms).forEach(norms -> {
            double[] epochs = IntStream.range(0, norms.size()).asDoubleStream().toArray();
            IntStream.range(0, norms.get(0).length).forEach(filter -> Figures.thin(chart.addSeries("filter " + filter,
                    epochs, norms.stream().mapToDouble(of -> of[filter]).toArray()), color));
        });
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisTickMarkSpacingHint(45);
        return chart;
    }
}
