package io.github.powergrad.examples.report;

import io.github.powergrad.examples.storage.OutputFolder;
import io.github.powergrad.examples.training.EpochResult;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * {@code curves.png}: top-1 accuracy against epoch, one colour a loss, test solid and training dashed, each
 * the mean over the seeds whose training got there.
 */
public final class AccuracyFigure {

    /** The name of the file. */
    public static final String FILE = "curves.png";

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 640;
    // Blue and vermilion: told apart in print and by readers who are colour-blind.
    private static final Color[] COLORS = {new Color(0x00, 0x72, 0xB2), new Color(0xD5, 0x5E, 0x00)};
    private static final BasicStroke SOLID = new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke DASHED = new BasicStroke(
            1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {7f, 5f}, 0f);

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
        XYChart chart = new XYChartBuilder()
                .width(WIDTH).height(HEIGHT).title(title)
                .xAxisTitle("epoch").yAxisTitle("top-1 accuracy (%)").build();
        style(chart.getStyler());
        int lastEpoch = 1;
        int color = 0;
        for (Map.Entry<String, List<EpochResult>> loss : byLoss.entrySet()) {
            Color shade = COLORS[color++ % COLORS.length];
            add(chart, loss.getKey() + ", test", means(loss.getValue(), EpochResult::testTop1), shade, SOLID);
            add(chart, loss.getKey() + ", training", means(loss.getValue(), EpochResult::trainTop1), shade, DASHED);
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

    private static void style(org.knowm.xchart.style.XYStyler styler) {
        styler.setLegendPosition(Styler.LegendPosition.InsideSE);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(new Color(0xDD, 0xDD, 0xDD));
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 18));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        styler.setLegendSeriesLineLength(40);
        styler.setXAxisDecimalPattern("0");
        styler.setYAxisDecimalPattern("0.#");
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

    private static void add(XYChart chart, String name, Map<Integer, Double> points, Color color, BasicStroke stroke) {
        XYSeries series = chart.addSeries(name, new ArrayList<>(points.keySet()), new ArrayList<>(points.values()));
        series.setLineColor(color);
        series.setLineStyle(stroke);
        series.setMarkerColor(color);
        series.setMarker(stroke == SOLID ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }
}
