package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.backend.ComputeDevice;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Whether the loss computes on this device what it should. One part that fails does not keep the others from running.
 */
public final class DeviceCheck {

    private static final int STEPS = 20;
    private static final int FEW_STEPS = 5;

    private final List<Part> parts;

    /** A part of the check: a few rows of the table. */
    abstract static class Part {

        private final String name;

        /** @param name stands before its rows */
        Part(String name) {
            this.name = name;
        }

        /** Adds the rows; whatever is thrown becomes a failed row. */
        abstract void check(Report report) throws Exception;
    }

    /**
     * @param losses makes the loss that is checked of one with the settings that it must have; the identity, but for
     *     tests
     * @param quick whether fewer steps are taken, and less is timed
     */
    public DeviceCheck(UnaryOperator<LossPowerGrad> losses, boolean quick) {
        this(List.of(new GoldenVectors(losses), new LossVariants(losses), new EdgeNumbers(losses),
                new SmallNetworkGradient(losses), new ReadBacks(losses),
                new ResNetSteps(losses, quick ? FEW_STEPS : STEPS), new Speeds(quick)));
    }

    DeviceCheck(List<Part> parts) {
        this.parts = parts;
    }

    /**
     * Runs all parts.
     *
     * @param progress is given each line as soon as it is known
     */
    public Report run(Consumer<String> progress) {
        Report report = new Report(progress);
        if (environment(report)) {
            report.line("");
            report.heading();
            for (Part part : parts) {
                run(part, report);
            }
        }
        report.line("");
        report.line(report.verdict());
        return report;
    }

    /** Without a device there is nothing to check. */
    private static boolean environment(Report report) {
        ComputeDevice device;
        try {
            device = ComputeDevice.ready();
        } catch (IOException | RuntimeException | LinkageError failure) {
            report.begin("device");
            report.broken("", failure);
            return false;
        }
        run(new Environment(device), report);
        return true;
    }

    private static void run(Part part, Report report) {
        report.begin(part.name);
        try {
            part.check(report);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            report.broken("", stopped);
        } catch (Exception | LinkageError | OutOfMemoryError failure) {
            report.broken("", failure);
        }
    }
}
