package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** The norms of the filters of the network without normalization, and how many of them are zeroed. */
final class FiltersSection implements Section {

    private static final String FILE = "filters.png";

    @Override
    public StudyPart part() {
        return StudyPart.FILTERS;
    }

    @Override
    public String title() {
        return "Zeroed filters";
    }

    @Override
    public String text(StudyResults results) {
        Map<String, RunSpec> methods = new LinkedHashMap<>(results.plan().methods());
        String epochs = ", " + results.settings().curveEpochs() + " epochs";
        methods.put("baseline" + epochs, results.plan().curve(1));
        methods.put("transform" + epochs, results.plan().curve(StudySettings.ALPHA));
        MarkdownTable table = new MarkdownTable("method", "filters", "zeroed", "silent",
                "smallest norm / initial median",
                "median norm / initial median");
        int zeroed = 0;
        for (Map.Entry<String, RunSpec> method : methods.entrySet()) {
            List<FinishedRun> runs = results.measuredRuns(method.getValue());
            zeroed += runs.stream().mapToInt(run -> (int) run.last().get(Metric.ZEROED_FILTERS)).sum();
            table.row(method.getKey(), String.valueOf(runs.stream().mapToInt(run -> last(run).length).sum()),
                    String.valueOf((int) runs.stream().mapToDouble(run -> run.last().get(Metric.ZEROED_FILTERS)).sum()),
                    String.valueOf((int) runs.stream().mapToDouble(run -> run.last().get(Metric.SILENT_FILTERS)).sum()),
                    relative(runs, 0), relative(runs, 0.5));
        }
        int steps = results.settings().curveEpochs()
                * (int) Math.ceil((double) results.table().data().training() / StudySettings.BATCH);
        return "![L2 norm of each filter against epoch, cross-entropy and transform](" + FILE + ")\n\n"
                + "A filter is zeroed if its L2 norm is below " + NumberText.plain(ConvolutionFilters.ZEROED)
                + " of the median norm at initialization, and silent if its ReLU gives 0 everywhere on the first 500"
                + " test images. Counts are over all filters of all seeds after the last epoch. "
                + (zeroed == 0 ? "No method has a zeroed filter." : zeroed + " filters are zeroed.")
                + String.format(Locale.ROOT, " At this scale weight decay alone cannot zero one: over the %,d steps"
                        + " of the longer runs (learning rate %s, momentum 0.9, decay 5e-4) it takes a filter without"
                        + " gradient down to about %.2f of its norm; over the paper's 100 epochs to nothing.",
                        steps, NumberText.plain(StudySettings.RATE),
                        Math.exp(-0.5 * StudySettings.RATE * 5e-4 / 0.1 * steps))
                + "\n\n" + table;
    }

    /** A quantile of the norms over that of the median at initialization, over the seeds. */
    private static String relative(List<FinishedRun> runs, double quantile) {
        return new Spread(runs.stream()
                .mapToDouble(run -> quantile(last(run), quantile) / quantile(run.filterNorms().get(0), 0.5)).toArray())
                .format("%.2f", "±");
    }

    private static double[] last(FinishedRun run) {
        return run.filterNorms().get(run.filterNorms().size() - 1);
    }

    private static double quantile(double[] values, double quantile) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (quantile * (sorted.length - 1))];
    }

    @Override
    public void draw(StudyResults results, OutputFolder output) throws IOException {
        List<XYChart> charts = new ArrayList<>();
        charts.add(chart(results, "cross-entropy", results.plan().curve(1), 0));
        charts.add(chart(results, "transform, α = " + NumberText.plain(StudySettings.ALPHA),
                results.plan().curve(StudySettings.ALPHA), 1));
        double top = charts.stream().flatMap(chart -> chart.getSeriesMap().values().stream())
                .mapToDouble(series -> Arrays.stream(series.getYData()).max().orElse(1)).max().orElse(1);
        charts.forEach(chart -> chart.getStyler().setYAxisMin(0.0).setYAxisMax(Math.ceil(top)));
        Figures.write(output, FILE, charts);
    }

    private static XYChart chart(StudyResults results, String title, RunSpec spec, int color) {
        XYChart chart = Figures.chart(640, 480, title, "epoch", "L2 norm of a filter's weights");
        List<FinishedRun> runs = results.measuredRuns(spec);
        if (!runs.isEmpty()) {
            List<double[]> norms = runs.get(0).filterNorms();
            double[] epochs = new double[norms.size()];
            Arrays.setAll(epochs, epoch -> epoch);
            for (int filter = 0; filter < norms.get(0).length; filter++) {
                int number = filter;
                Figures.thin(chart.addSeries("filter " + number, epochs,
                        norms.stream().mapToDouble(of -> of[number]).toArray()), color);
            }
        }
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisTickMarkSpacingHint(45);
        return chart;
    }
}
