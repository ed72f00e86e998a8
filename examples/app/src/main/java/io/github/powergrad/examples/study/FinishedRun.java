package io.github.powergrad.examples.study;

import io.github.powergrad.examples.train.Calibration;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import java.util.List;

/** A run that has ended, after its last epoch or because it diverged. */
final class FinishedRun {

    /** Ten classes of nearly equal size: a network that gives all images one class is right in about 10 % of cases. */
    static final double COLLAPSED = 11;

    final RunSpec spec;
    final List<EpochResult> epochs;
    final List<double[]> filterNorms;
    final Twin.Gap gap;
    final List<Calibration> calibrations;

    /**
     * @param spec what was run
     * @param epochs at least one
     * @param filterNorms the norm of each filter, before the first epoch and after each; empty where not kept
     * @param gap how far a twin is from the run that it is the twin of; null for a run that is no twin
     * @param calibrations of p and of p'; empty where not kept
     */
    FinishedRun(RunSpec spec, List<EpochResult> epochs, List<double[]> filterNorms, Twin.Gap gap,
            List<Calibration> calibrations) {
        this.spec = spec;
        this.epochs = List.copyOf(epochs);
        this.filterNorms = List.copyOf(filterNorms);
        this.gap = gap;
        this.calibrations = List.copyOf(calibrations);
    }

    EpochResult last() {
        return epochs.get(epochs.size() - 1);
    }

    /** The norms after the last epoch. */
    double[] lastNorms() {
        return filterNorms.get(filterNorms.size() - 1);
    }

    /** Whether loss or weights were no longer finite before the end. */
    boolean diverged() {
        return !last().isFinite();
    }

    /** Whether it diverged, or ended with one class for all images. */
    boolean failed() {
        return diverged() || last().get(Metric.TEST_TOP1) < COLLAPSED;
    }
}
