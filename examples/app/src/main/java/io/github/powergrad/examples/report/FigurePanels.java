package io.github.powergrad.examples.report;

import io.github.powergrad.examples.files.OutputFolder;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;

/** A figure of charts side by side, at twice the size of a screen's pixels, so that it is sharp in print. */
public final class FigurePanels {

    private static final int SCALE = 2;

    private FigurePanels() {}

    /**
     * Writes the figure as PNG.
     *
     * @throws IOException if it cannot be written
     */
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
