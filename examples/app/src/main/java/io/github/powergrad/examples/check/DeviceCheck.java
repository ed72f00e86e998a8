package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.backend.ComputeDevice;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Whether the loss computes on this device what it should. A part that fails does not keep the others from running. */
public final class DeviceCheck {

    private static final int STEPS = 20;
    private static final int FEW_STEPS = 5;

    private final UnaryOperator<LossPowerGrad> losses;
    private final Map<String, Part> parts;

    /** A part of the check: a few rows of the table. */
    interface Part {

        /** Adds the rows; whatever is thrown becomes a failed row. */
        void check(Report report, UnaryOperator<LossPowerGrad> losses) throws Exception;
    }

    /**
     * @param losses makes the loss that is checked from one with the settings that it must have; the identity, but for
     *     tests
     * @param quick whether fewer steps are taken, and less is timed
     */
    public DeviceCheck(UnaryOperator<LossPowerGrad> losses, boolean quick) {
        this(losses, partsOfTheLoss());
        parts.put("resnet20", (report, loss) -> TrainingSteps.check(quick ? FEW_STEPS : STEPS, report, loss));
        parts.put("times", (report, any) -> new Speeds(quick).check(report));
    }

    /** @param parts by the names that stand before their rows */
    DeviceCheck(UnaryOperator<LossPowerGrad> losses, Map<String, Part> parts) {
        this.losses = losses;
        this.parts = parts;
    }

    /** Returns the parts that look at the loss alone, in their order. */
    static Map<String, Part> partsOfTheLoss() {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put("vectors", GoldenVectors::check);
        parts.put("settings", FormulaRow::checkSettings);
        parts.put("edge", FormulaRow::checkEdge);
        parts.put("network", SmallNetworkGradient::check);
        parts.put("read-back", ReadBacks::check);
        return parts;
    }

    /**
     * Runs all parts.
     *
     * @param progress is given each line as soon as it is known
     */
    public Report run(Consumer<String> progress) {
        Report report = new Report(progress);
        String device = device(report);
        // Without a device there is nothing to check.
        if (device != null) {
            run("environment", (lines, any) -> Environment.describe(lines, device), report);
            report.line("");
            report.heading();
            parts.forEach((name, part) -> run(name, part, report));
        }
        report.line("");
        report.line(report.verdict());
        return report;
    }

    private static String device(Report report) {
        try {
            return ComputeDevice.ready();
        } catch (IOException | RuntimeException | LinkageError failure) {
            report.begin("device");
            report.broken("", failure);
            return null;
        }
    }

    private void run(String name, Part part, Report report) {
        report.begin(name);
        try {
            part.check(report, losses);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            report.broken("", stopped);
        } catch (Exception | LinkageError | OutOfMemoryError failure) {
            report.broken("", failure);
        }
    }
}
