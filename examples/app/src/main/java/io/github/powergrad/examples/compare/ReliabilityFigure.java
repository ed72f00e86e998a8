package io.github.powergrad.examples.compare;

import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.files.WholeFile;
import io.github.powergrad.examples.train.Calibration;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.RunResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/**
 * {@code reliability.png}: accuracy against confidence on the test images, in 15 bins. Probabilities that can be trusted
 * lie on the diagonal; below it they are too confident. A bin with less than 1/400 of the images has no point:
 * its accuracy is left to chance.
 */
public final class ReliabilityFigure {

    /** The name of the file. */
    public static final String FILE = "reliability.png";

    /** A bin is drawn if it has at least one in so many images. */
    private static final int FEWEST = 400;

    private static final int WIDTH = 720;
    private static final int HEIGHT = 680;

    private ReliabilityFigure() {}

    /**
     * Draws and writes the figure of a comparison, or says why it cannot be drawn. Each loss has all its seeds together;
     * runs that diverged are left out.
     *
     * @param title the line above the figure
     * @return the name of the file after a comma; nothing if there is none
     */
    public static String write(OutputFolder output, String title, List<RunResult> runs, PrintWriter stderr)
            throws IOException {
        Map<String, LogitMeasures> byLoss = new LinkedHashMap<>();
        for (RunResult run : runs) {
            if (!run.diverged()) {
                byLoss.merge(run.last().plan().lossText(), run.onTest(), LogitMeasures::plus);
            }
        }
        return byLoss.isEmpty() ? "" : Figures.writeIfDrawn(output, FILE, () -> draw(title, byLoss), stderr);
    }

    /**
     * Draws and writes the figure of one network.
     *
     * @param title the line above the figure
     */
    public static void write(Path file, String title, String loss, LogitMeasures measures) throws IOException {
        byte[] png;
        try {
            png = draw(title, Map.of(loss, measures));
        } catch (RuntimeException | LinkageError | InternalError noFonts) {
            throw new IOException(Figures.undrawn(file, noFonts), noFonts);
        }
        WholeFile.write(file, stream -> stream.write(png));
    }

    private static byte[] draw(String title, Map<String, LogitMeasures> byLoss) throws IOException {
        XYChart chart = chart(title);
        int color = 0;
        for (Map.Entry<String, LogitMeasures> loss : byLoss.entrySet()) {
            LogitMeasures measures = loss.getValue();
            if (measures.folded() == measures.plain()) {
                add(chart, loss.getKey(), measures.plain(), color++);
            } else {
                add(chart, loss.getKey() + ", p", measures.plain(), color++);
                add(chart, loss.getKey() + ", p'", measures.folded(), color++);
            }
        }
        return Figures.png(chart);
    }

    /** Returns a diagram of which the diagonal alone is drawn. */
    public static XYChart chart(String title) {
        XYChart chart = Figures.chart(WIDTH, HEIGHT, title, "confidence", "accuracy");
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
        chart.getStyler().setXAxisDecimalPattern("0.0").setYAxisDecimalPattern("0.0");
        Figures.thin(chart.addSeries("calibrated", new double[] {0, 1}, new double[] {0, 1}), Figures.BLACK);
        return chart;
    }

    /** Adds probabilities to a diagram. */
    public static void add(XYChart chart, String name, Calibration calibration, int color) {
        List<Double> confidence = new ArrayList<>();
        List<Double> accuracy = new ArrayList<>();
        for (int bin = 0; bin < Calibration.BINS; bin++) {
            if (FEWEST * calibration.images(bin) >= calibration.images()) {
                confidence.add(calibration.confidence(bin));
                accuracy.add(calibration.accuracy(bin));
            }
        }
        String error = String.format(Locale.ROOT, " (error %.3f)", calibration.error());
        Figures.solid(chart.addSeries(name + error, confidence, accuracy), color);
    }
}
