package io.github.powergrad.examples.study;

import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import java.util.List;
import java.util.Optional;

/** A run that has ended, after its last epoch or because it diverged. */
final class FinishedRun {

    /** Ten classes of nearly equal size: a network that gives all images one class is right in about 10 % of cases. */
    static final double COLLAPSED = 11;

    private final RunSpec spec;
    private final List<EpochResult> epochs;
    private final List<double[]> filterNorms;
    private final Optional<TwinGap> gap;

    /**
     * @param spec what was run
     * @param epochs at least one
     * @param filterNorms the norm of each filter, before the first epoch and after each; empty where not kept
     */
    FinishedRun(RunSpec spec, List<EpochResult> epochs, List<double[]> filterNorms) {
        this(spec, epochs, filterNorms, Optional.empty());
    }

    private FinishedRun(
            RunSpec spec, List<EpochResult> epochs, List<double[]> filterNorms, Optional<TwinGap> gap) {
        this.spec = spec;
        this.epochs = List.copyOf(epochs);
        this.filterNorms = List.copyOf(filterNorms);
        this.gap = gap;
    }

    /** The same run of a twin, compared with the transform's. */
    FinishedRun with(TwinGap itsGap) {
        return new FinishedRun(spec, epochs, filterNorms, Optional.of(itsGap));
    }

    /** How far it is from the run that it is the twin of; nothing for a run that is no twin. */
    Optional<TwinGap> gap() {
        return gap;
    }

    RunSpec spec() {
        return spec;
    }

    List<EpochResult> epochs() {
        return epochs;
    }

    EpochResult last() {
        return epochs.get(epochs.size() - 1);
    }

    List<double[]> filterNorms() {
        return filterNorms;
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
