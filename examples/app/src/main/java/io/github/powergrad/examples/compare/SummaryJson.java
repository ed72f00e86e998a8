package io.github.powergrad.examples.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.RunResult;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code summary.json}: one object per run, as measured after its last epoch; top-1 in percent. JSON has no NaN: a value
 * that could not be measured because the training diverged is {@code null}.
 */
public final class SummaryJson {

    /** The name of the file. */
    public static final String FILE = "summary.json";

    private static final List<Metric> MEASURED =
            List.of(Metric.TRAIN_TOP1, Metric.TEST_TOP1, Metric.TEST_CROSS_ENTROPY, Metric.LOGIT_NORM,
                    Metric.TEST_CALIBRATION_ERROR, Metric.FOLDED_CROSS_ENTROPY, Metric.FOLDED_CALIBRATION_ERROR);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private SummaryJson() {}

    /** Writes the file. */
    public static void write(OutputFolder output, List<RunResult> runs) throws IOException {
        output.write(FILE, JSON.writeValueAsBytes(
                Map.of("runs", runs.stream().map(SummaryJson::summary).collect(Collectors.toList()))));
    }

    private static Map<String, Object> summary(RunResult run) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("loss", run.last().plan().loss().toString());
        summary.put("alpha", run.last().plan().alpha());
        summary.put("seed", run.last().plan().seed());
        MEASURED.forEach(metric -> summary.put(metric.column(), number(run.last().get(metric))));
        summary.put("seconds", number(run.seconds()));
        summary.put("images_per_second", number(run.imagesPerSecond()));
        return summary;
    }

    private static Double number(double value) {
        return Double.isFinite(value) ? (Double) NumberText.sixDigits(value) : null;
    }
}
