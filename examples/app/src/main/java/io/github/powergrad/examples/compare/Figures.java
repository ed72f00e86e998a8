package io.github.powergrad.examples.compare;

import io.github.powergrad.examples.files.OutputFolder;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Figures in one style: white, thin grid, large letters, and colours that colour-blind readers tell apart. */
public final class Figures {

    /** Okabe and Ito's palette, without its yellow, which does not show in print. */
    private static final Color[] COLORS = {
        new Color(0x00, 0x72, 0xB2), new Color(0xD5, 0x5E, 0x00), new Color(0x00, 0x9E, 0x73),
        new Color(0xCC, 0x79, 0xA7), new Color(0x56, 0xB4, 0xE9), new Color(0xE6, 0x9F, 0x00), Color.BLACK
    };

    /** The number of black. */
    static final int BLACK = COLORS.length - 1;

    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.TRIANGLE_UP, SeriesMarkers.DIAMOND,
        SeriesMarkers.TRIANGLE_DOWN, SeriesMarkers.CROSS, SeriesMarkers.PLUS
    };

    private static final BasicStroke SOLID = new BasicStroke(2.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final BasicStroke DASHED = new BasicStroke(
            1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {7f, 5f}, 0f);
    private static final BasicStroke THIN = new BasicStroke(1f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    private static final Color GRID = new Color(0xDD, 0xDD, 0xDD);
    private static final Color REGION = new Color(0xD8, 0xD8, 0xD8);

    /** Twice the size of a screen's pixels, so that a figure is sharp in print. */
    private static final int SCALE = 2;

    private Figures() {}

    /** Returns an empty chart. */
    public static XYChart chart(int width, int height, String title, String xTitle, String yTitle) {
        XYChart chart = new XYChartBuilder()
                .width(width).height(height).title(title).xAxisTitle(xTitle).yAxisTitle(yTitle).build();
        XYStyler styler = chart.getStyler();
        styler.setLegendPosition(Styler.LegendPosition.InsideSE);
        styler.setChartTitleVisible(!title.isEmpty());
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setPlotGridLinesColor(GRID);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 18));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 16));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        styler.setLegendSeriesLineLength(40);
        styler.setXAxisDecimalPattern("0");
        styler.setYAxisDecimalPattern("0.#");
        styler.setErrorBarsColorSeriesColor(true);
        return chart;
    }

    /**
     * Writes a figure, or says why it cannot be drawn: the numbers are worth keeping all the same.
     *
     * @return the name of the file after a comma; nothing if there is none
     */
    static String writeIfDrawn(OutputFolder output, String file, Drawing drawing, PrintWriter stderr)
            throws IOException {
        try {
            output.write(file, drawing.png());
            return ", " + file;
        } catch (RuntimeException | LinkageError | InternalError noFonts) {
            stderr.println(undrawn(file, noFonts));
            return "";
        }
    }

    /** Returns what to say of a figure that cannot be drawn. */
    static String undrawn(Object file, Throwable noFonts) {
        return file + " could not be drawn (" + noFonts + "); a Java without fonts cannot: install fontconfig and a font";
    }

    /** Draws a figure. */
    interface Drawing {

        /** Returns it as PNG. */
        byte[] png() throws IOException;
    }

    /** Returns a chart as PNG. */
    static byte[] png(XYChart chart) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        BitmapEncoder.saveBitmap(chart, png, BitmapEncoder.BitmapFormat.PNG);
        return png.toByteArray();
    }

    /** Puts the legend in one row below the chart, where it hides nothing. */
    public static void legendBelow(XYChart chart) {
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setLegendBorderColor(Color.WHITE);
        chart.getStyler().setLegendSeriesLineLength(26);
    }

    /** Draws a series as a line with markers. */
    public static void solid(XYSeries series, int color) {
        line(series, color, SOLID);
        series.setMarker(MARKERS[color % MARKERS.length]);
        series.setMarkerColor(color(color));
    }

    /** Draws a series as a dashed line without markers. */
    public static void dashed(XYSeries series, int color) {
        line(series, color, DASHED);
        series.setMarker(SeriesMarkers.NONE);
    }

    /** Draws a series as a thin line, not named in the legend. */
    public static void thin(XYSeries series, int color) {
        line(series, color, THIN);
        series.setMarker(SeriesMarkers.NONE);
        series.setShowInLegend(false);
    }

    /** Draws a series as markers alone. */
    public static void markers(XYSeries series, int color) {
        solid(series, color);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    }

    /** Shades the region under a series in grey. */
    public static void region(XYSeries series) {
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
        series.setFillColor(REGION);
        series.setLineColor(REGION);
        series.setMarker(SeriesMarkers.NONE);
    }

    private static void line(XYSeries series, int color, BasicStroke stroke) {
        series.setLineColor(color(color));
        series.setLineStyle(stroke);
    }

    private static Color color(int number) {
        return COLORS[number % COLORS.length];
    }

    /** Writes a figure of charts side by side as PNG. */
    public static void write(OutputFolder output, String file, List<XYChart> charts) throws IOException {
        int width = charts.stream().mapToInt(XYChart::getWidth).sum();
        int height = charts.stream().mapToInt(XYChart::getHeight).max().orElseThrow();
        BufferedImage image = new BufferedImage(width * SCALE, height * SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(SCALE, SCALE);
        for (XYChart chart : charts) {
            chart.paint(graphics, chart.getWidth(), chart.getHeight());
            graphics.translate(chart.getWidth(), 0);
        }
        graphics.dispose();
        output.write(file, stream -> ImageIO.write(image, "png", stream));
    }
}
