package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The control that the paper lacks: training at a temperature, forward and backward, in place of the transform. */
final class TemperatureSection implements Section {

    @Override
    public StudyPart part() {
        return StudyPart.TEMPERATURE;
    }

    @Override
    public String title() {
        return "Control: temperature in place of the transform";
    }

    @Override
    public String text(StudyResults results) {
        MarkdownTable table = new MarkdownTable("α", "transform, test top-1 %", "temperature, test top-1 %",
                "temperature − transform", "failed (temperature)");
        for (double alpha : results.settings().temperatureAlphas()) {
            RunSpec transform = results.plan().plain(alpha);
            RunSpec temperature = transform.atTemperature();
            table.row(NumberText.plain(alpha), results.text(transform, Metric.TEST_TOP1, "%.2f"),
                    results.text(temperature, Metric.TEST_TOP1, "%.2f"),
                    results.testTop1(temperature, transform).toString(), results.failures(temperature));
        }
        return "Cross-entropy of softmax(αz), forward and backward, has the gradient α (softmax(αz) − q): α times the"
                + " transform's. These runs have their learning rate divided by α, so that the gradient moves the weights"
                + " as far as in the transform's runs. But the same weight decay, multiplied by the larger rate, is 1/α"
                + " times as strong. What the table shows is what that stronger decay changes. "
                + answer(results) + "\n\n" + table;
    }

    /** The difference between temperature training and the transform at a fixed learning rate, of every α. */
    private static Map<Double, Spread> differences(StudyResults results) {
        Map<Double, Spread> differences = new LinkedHashMap<>();
        for (double alpha : results.settings().temperatureAlphas()) {
            RunSpec spec = results.plan().plain(alpha);
            differences.put(alpha, results.testTop1(spec.atTemperature(), spec));
        }
        return differences;
    }

    /** What the transform is in terms of temperature, and where temperature training ends elsewhere. */
    static String answer(StudyResults results) {
        Map<Double, Spread> differences = differences(results);
        List<String> apart = differences.entrySet().stream()
                .filter(each -> each.getValue().isGain() || each.getValue().isLoss())
                .map(each -> "by " + each.getValue() + " at α = " + NumberText.plain(each.getKey()))
                .collect(Collectors.toList());
        return "The transform takes the steps of training at temperature 1/α with the learning rate divided by α and"
                + " the weight decay multiplied by α (a test shows it): it is an effective temperature, learning rate"
                + " and weight decay. With the weight decay left as it is, test top-1 "
                + (apart.isEmpty() ? "is not shown to differ at any of " + differences.size() + " α."
                        : "differs at " + apart.size() + " of " + differences.size() + " α, "
                        + String.join(", ", apart) + " (temperature − transform).");
    }
}
