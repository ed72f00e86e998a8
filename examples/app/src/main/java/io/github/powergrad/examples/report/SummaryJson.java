package io.github.powergrad.examples.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.RunResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code summary.json}: one object a run, as measured after its last epoch; top-1 in percent. JSON has no
 * NaN: a value that could not be measured because the training diverged is {@code null}.
 */
public final class SummaryJson {

    /** The name of the file. */
    public static final String FILE = "summary.json";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private SummaryJson() {}

    /**
     * Writes the file.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(OutputFolder output, List<RunResult> runs) throws IOException {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (RunResult run : runs) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("loss", run.last().loss().name());
            entry.put("alpha", run.last().loss().alpha());
            entry.put("seed", run.last().seed());
            entry.put("train_top1", number(run.last().trainTop1()));
            entry.put("test_top1", number(run.last().testTop1()));
            entry.put("test_cross_entropy", number(run.last().testCrossEntropy()));
            entry.put("logit_norm", number(run.last().logitNorm()));
            entry.put("seconds", number(run.seconds()));
            entry.put("images_per_second", number(run.imagesPerSecond()));
            entries.add(entry);
        }
        output.write(FILE, JSON.writeValueAsBytes(Map.of("runs", entries)));
    }

    private static Double number(double value) {
        return Double.isFinite(value) ? (Double) Digits.six(value) : null;
    }
}
