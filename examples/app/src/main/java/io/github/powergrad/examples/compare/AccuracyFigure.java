package io.github.powergrad.examples.compare;

import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/**
 * {@code curves.png}: top-1 accuracy against epoch, one colour per loss, test solid and training dashed, each
 * the mean over the seeds whose training got there.
 */
public final class AccuracyFigure {

    /** The name of the file. */
    public static final String FILE = "curves.png";

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 640;

    private AccuracyFigure() {}

    /**
     * Draws and writes the file, or says why it cannot be drawn: the numbers are worth keeping all the same.
     *
     * @param title the line above the figure
     * @param results all epochs of all runs
     * @return the name of the file after a comma; nothing if there is none
     */
    public static String write(OutputFolder output, String title, List<EpochResult> results, PrintWriter stderr)
            throws IOException {
        // Sorted, so that a loss has the same colour in every figure, whichever run was ahead.
        Map<String, List<EpochResult>> byLoss = results.stream().filter(EpochResult::isFinite).collect(
                Collectors.groupingBy(result -> result.plan().lossText(), TreeMap::new, Collectors.toList()));
        if (byLoss.isEmpty()) {
            return "";
        }
        return Figures.writeIfDrawn(output, FILE, () -> draw(title, byLoss), stderr);
    }

    private static byte[] draw(String title, Map<String, List<EpochResult>> byLoss) throws IOException {
        XYChart chart = Figures.chart(WIDTH, HEIGHT, title, "epoch", "top-1 accuracy (%)");
        int lastEpoch = 1;
        int color = 0;
        for (Map.Entry<String, List<EpochResult>> loss : byLoss.entrySet()) {
            Figures.solid(add(chart, loss.getKey() + ", test", loss.getValue(), Metric.TEST_TOP1), color);
            Figures.dashed(add(chart, loss.getKey() + ", training", loss.getValue(), Metric.TRAIN_TOP1), color++);
            lastEpoch = Math.max(lastEpoch, loss.getValue().stream().mapToInt(EpochResult::epoch).max().orElse(1));
        }
        int step = Math.max(1, (int) Math.ceil(lastEpoch / 12.0));
        chart.getStyler().setXAxisMin(1.0 - 0.25 * step).setXAxisMax(lastEpoch + 0.25 * step);
        chart.getStyler().setXAxisTickMarkSpacingHint(WIDTH / 12);
        return Figures.png(chart);
    }

    private static XYSeries add(XYChart chart, String name, List<EpochResult> results, Metric metric) {
        Map<Integer, Double> means = results.stream().collect(Collectors.groupingBy(
                EpochResult::epoch, TreeMap::new, Collectors.averagingDouble(result -> result.get(metric))));
        return chart.addSeries(name, new ArrayList<>(means.keySet()), new ArrayList<>(means.values()));
    }
}
