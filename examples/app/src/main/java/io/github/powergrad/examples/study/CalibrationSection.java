package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.ReliabilityFigure;
import io.github.powergrad.examples.train.NumberText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;

/** How far p and p' can be trusted: a reliability diagram of each, and their calibration errors. */
final class CalibrationSection extends Section {

    private final List<FinishedRun> runs = plan.calibration().stream().map(results.table::run)
            .filter(run -> !run.diverged()).collect(Collectors.toList());

    CalibrationSection(StudyResults results) {
        super(results);
    }

    @Override
    Map<String, Object> values() {
        return Map.of("calibrated seed", String.valueOf(StudyPlan.CALIBRATION), "errors of p", errors(0),
                "errors of p′", errors(1));
    }

    private String errors(int number) {
        return runs.stream().map(run -> String.format(Locale.ROOT, "%.3f at %s",
                run.calibrations.get(number).error(), name(run))).collect(Collectors.joining(", "));
    }

    private static String name(FinishedRun run) {
        return "α = " + NumberText.plain(run.spec.alpha());
    }

    @Override
    Map<String, List<XYChart>> figures() {
        return Map.of("reliability.png", List.of(chart("p = softmax(z)", 0), chart("p′ = softmax(αz)", 1)));
    }

    private XYChart chart(String title, int number) {
        XYChart chart = ReliabilityFigure.chart(title);
        for (int i = 0; i < runs.size(); i++) {
            ReliabilityFigure.add(chart, name(runs.get(i)), runs.get(i).calibrations.get(number), i);
        }
        return chart;
    }
}
