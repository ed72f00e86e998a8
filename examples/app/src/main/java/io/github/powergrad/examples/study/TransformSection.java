package io.github.powergrad.examples.study;

import io.github.powergrad.PowerTransform;
import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.train.NumberText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler;
import org.nd4j.linalg.factory.Nd4j;

/** The paper's figure 1: what the transform does to a distribution over ten classes. */
final class TransformSection extends Section {

    private static final double[] ALPHAS = {1, 0.75, 0.5, 0.25, 0.1, 0};
    private static final double[] DISTRIBUTION = {0.04, 0.10, 0.01, 0.42, 0.06, 0.02, 0.20, 0.005, 0.115, 0.03};

    TransformSection(StudyResults results) {
        super(results);
    }

    @Override
    Map<String, Object> values() {
        MarkdownTable table = new MarkdownTable("α", "largest p′", "smallest p′", "threshold t(α)");
        for (double alpha : ALPHAS) {
            double[] descending = descending(transformed(alpha));
            table.row(alpha, number(descending[0]), number(descending[descending.length - 1]), number(PowerTransform
                    .stationaryThreshold(Nd4j.createFromArray(DISTRIBUTION), alpha).getDouble(0)));
        }
        return Map.of("distribution", table);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static double[] transformed(double alpha) {
        return PowerTransform.transform(Nd4j.createFromArray(DISTRIBUTION), alpha).toDoubleVector();
    }

    private static double[] descending(double[] values) {
        return Arrays.stream(values).map(value -> -value).sorted().map(value -> -value).toArray();
    }

    @Override
    Map<String, List<XYChart>> figures() {
        XYChart unordered = Figures.chart(640, 480, "unordered", "class", "p′");
        XYChart ranked = Figures.chart(640, 480, "ranked", "rank", "p′");
        double[] classes = IntStream.rangeClosed(1, DISTRIBUTION.length).asDoubleStream().toArray();
        for (int i = 0; i < ALPHAS.length; i++) {
            String name = "α = " + NumberText.plain(ALPHAS[i]);
            double[] values = transformed(ALPHAS[i]);
            Figures.solid(unordered.addSeries(name, classes, values), i);
            Figures.solid(ranked.addSeries(name, classes, descending(values)), i);
        }
        for (XYChart chart : List.of(unordered, ranked)) {
            chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
            chart.getStyler().setXAxisMin(0.5).setXAxisMax(10.5);
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(0.5);
            chart.getStyler().setXAxisTickMarkSpacingHint(50);
            chart.getStyler().setYAxisDecimalPattern("0.0");
        }
        return Map.of("transform.png", List.of(unordered, ranked));
    }
}
