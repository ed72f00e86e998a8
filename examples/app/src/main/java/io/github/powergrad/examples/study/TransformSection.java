package io.github.powergrad.examples.study;

import io.github.powergrad.PowerTransform;
import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.nd4j.linalg.factory.Nd4j;

/** The paper's figure 1: what the transform does to a distribution over ten classes. */
final class TransformSection implements Section {

    private static final String FILE = "transform.png";
    private static final double[] ALPHAS = {1, 0.75, 0.5, 0.25, 0.1, 0};
    private static final double[] DISTRIBUTION = {0.04, 0.10, 0.01, 0.42, 0.06, 0.02, 0.20, 0.005, 0.115, 0.03};

    @Override
    public StudyPart part() {
        return StudyPart.TRANSFORM;
    }

    @Override
    public String title() {
        return "Figure 1: what the transform does";
    }

    @Override
    public String text(StudyResults results) {
        MarkdownTable table = new MarkdownTable("α", "largest p′", "smallest p′", "threshold t(α)");
        for (double alpha : ALPHAS) {
            double[] transformed = transformed(alpha);
            double threshold = PowerTransform
                    .stationaryThreshold(Nd4j.createFromArray(DISTRIBUTION), alpha).getDouble(0);
            table.row(NumberText.plain(alpha), number(Arrays.stream(transformed).max().orElseThrow()),
                    number(Arrays.stream(transformed).min().orElseThrow()), number(threshold));
        }
        return "![The transform of a distribution over ten classes, unordered and ranked](" + FILE + ")\n\n"
                + "p′ = p^α / Σ p^α of one distribution over ten classes, unordered and ranked: as α falls from 1 to"
                + " 0, what is above the stationary threshold t(α) shrinks, what is below grows, the order stays, and"
                + " at α = 0 all are equal. Computed by `PowerTransform`, no training.\n\n" + table;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static double[] transformed(double alpha) {
        return PowerTransform.transform(Nd4j.createFromArray(DISTRIBUTION), alpha).toDoubleVector();
    }

    @Override
    public void draw(StudyResults results, OutputFolder output) throws IOException {
        XYChart unordered = Figures.chart(640, 480, "unordered", "class", "p′");
        XYChart ranked = Figures.chart(640, 480, "ranked", "rank", "p′");
        double[] classes = new double[DISTRIBUTION.length];
        Arrays.setAll(classes, number -> number + 1);
        for (int i = 0; i < ALPHAS.length; i++) {
            double[] values = transformed(ALPHAS[i]);
            Figures.solid(unordered.addSeries("α = " + NumberText.plain(ALPHAS[i]), classes, values), i);
            double[] descending = Arrays.stream(values).map(value -> -value).sorted().map(value -> -value).toArray();
            Figures.solid(ranked.addSeries("α = " + NumberText.plain(ALPHAS[i]), classes, descending), i);
        }
        for (XYChart chart : List.of(unordered, ranked)) {
            chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
            chart.getStyler().setXAxisMin(0.5).setXAxisMax(10.5);
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(0.5);
            chart.getStyler().setXAxisTickMarkSpacingHint(50);
            chart.getStyler().setYAxisDecimalPattern("0.0");
        }
        Figures.write(output, FILE, List.of(unordered, ranked));
    }
}
