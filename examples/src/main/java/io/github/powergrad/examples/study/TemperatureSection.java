package io.github.powergrad.examples.study;

import io.github.powergrad.examples.report.Digits;
import io.github.powergrad.examples.storage.OutputFolder;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The control that the paper lacks: training at a temperature, forward and backward, in place of the transform. */
final class TemperatureSection implements Section {

    @Override
    public Part part() {
        return Part.TEMPERATURE;
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
            table.row(Digits.plain(alpha), results.text(transform, MeasuredEpoch::testTop1, "%.2f"),
                    results.text(temperature, MeasuredEpoch::testTop1, "%.2f"),
                    results.testTop1(temperature, transform).toString(), results.failures(temperature));
        }
        return "Cross-entropy of softmax(αz), forward and backward, has the gradient α (softmax(αz) − q): α times the"
                + " transform's. With the learning rate divided by α the two take the same steps but for weight"
                + " decay, which the larger rate multiplies by 1/α; with that divided too they are the same training"
                + " to rounding (a test shows it). So the transform is training at temperature 1/α with the learning"
                + " rate raised by 1/α, read out at temperature 1, which changes no prediction. "
                + answer(results) + "\n\n" + table;
    }

    /** The difference between temperature training and the transform at a fixed learning rate, of every α. */
    private static Map<Double, PairedDifference> differences(StudyResults results) {
        Map<Double, PairedDifference> differences = new LinkedHashMap<>();
        for (double alpha : results.settings().temperatureAlphas()) {
            RunSpec spec = results.plan().plain(alpha);
            differences.put(alpha, results.testTop1(spec.atTemperature(), spec));
        }
        return differences;
    }

    /** The largest of these mean differences, by its size. */
    static double largestDifference(StudyResults results) {
        return differences(results).values().stream().map(PairedDifference::mean).filter(Double::isFinite)
                .max(Comparator.comparingDouble(Math::abs)).orElse(0.0);
    }

    /** Whether temperature training ends elsewhere, said in words. */
    private static String answer(StudyResults results) {
        Map<Double, PairedDifference> differences = differences(results);
        List<String> apart = differences.entrySet().stream()
                .filter(each -> each.getValue().isGain() || each.getValue().isLoss())
                .map(each -> Digits.plain(each.getKey()) + " (" + each.getValue() + ")").collect(Collectors.toList());
        return String.format(Locale.ROOT, "At learning rate %s the 95 %% interval tells their test top-1 apart at %d"
                        + " of %d α%s; the largest mean difference is %+.2f points.", Digits.plain(StudySettings.RATE),
                apart.size(), differences.size(), apart.isEmpty() ? "" : ", " + String.join(", ", apart),
                largestDifference(results));
    }

    @Override
    public void draw(StudyResults results, OutputFolder output) {
        // A table only.
    }
}
