package io.github.powergrad.examples.report;

import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/**
 * {@code curves.png}: top-1 accuracy against epoch, one colour a loss, test solid and training dashed, each
 * the mean over the seeds whose training got there.
 */
public final class AccuracyFigure {

    /** The name of the file. */
    public static final String FILE = "curves.png";

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 640;

    private final String title;
    // Sorted, so that a loss has the same colour in every figure, whichever run was ahead.
    private final Map<String, List<EpochResult>> byLoss = new TreeMap<>();

    /**
     * @param title the line above the figure
     * @param results all epochs of all runs
     */
    public AccuracyFigure(String title, List<EpochResult> results) {
        this.title = title;
        for (EpochResult result : results) {
            if (result.isFinite()) {
                byLoss.computeIfAbsent(result.loss().toString(), loss -> new ArrayList<>()).add(result);
            }
        }
    }

    /**
     * Draws and writes the file.
     *
     * @return whether there was anything to draw: at least one epoch that has been measured
     * @throws IOException if it cannot be written
     */
    public boolean write(OutputFolder output) throws IOException {
        if (byLoss.isEmpty()) {
            return false;
        }
        XYChart chart = FigureStyle.chart(WIDTH, HEIGHT, title, "epoch", "top-1 accuracy (%)");
        int lastEpoch = 1;
        int color = 0;
        for (Map.Entry<String, List<EpochResult>> loss : byLoss.entrySet()) {
            FigureStyle.solid(add(chart, loss.getKey() + ", test", loss.getValue(), EpochResult::testTop1), color);
            FigureStyle.dashed(add(chart, loss.getKey() + ", training", loss.getValue(), EpochResult::trainTop1), color++);
            lastEpoch = Math.max(lastEpoch, loss.getValue().stream().mapToInt(EpochResult::epoch).max().orElse(1));
        }
        int step = Math.max(1, (int) Math.ceil(lastEpoch / 12.0));
        chart.getStyler().setXAxisMin(1.0 - 0.25 * step).setXAxisMax(lastEpoch + 0.25 * step);
        chart.getStyler().setXAxisTickMarkSpacingHint(WIDTH / 12);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        BitmapEncoder.saveBitmap(chart, png, BitmapEncoder.BitmapFormat.PNG);
        output.write(FILE, png.toByteArray());
        return true;
    }

    private static Map<Integer, Double> means(List<EpochResult> results, ToDoubleFunction<EpochResult> value) {
        Map<Integer, List<Double>> byEpoch = new TreeMap<>();
        for (EpochResult result : results) {
            byEpoch.computeIfAbsent(result.epoch(), epoch -> new ArrayList<>()).add(value.applyAsDouble(result));
        }
        Map<Integer, Double> means = new TreeMap<>();
        byEpoch.forEach((epoch, values) ->
                means.put(epoch, new Spread(values.stream().mapToDouble(Double::doubleValue).toArray()).mean()));
        return means;
    }

    private static XYSeries add(
            XYChart chart, String name, List<EpochResult> results, ToDoubleFunction<EpochResult> value) {
        Map<Integer, Double> points = means(results, value);
        return chart.addSeries(name, new ArrayList<>(points.keySet()), new ArrayList<>(points.values()));
    }
}
