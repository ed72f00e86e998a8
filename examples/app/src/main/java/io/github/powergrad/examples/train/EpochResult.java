package io.github.powergrad.examples.train;

import java.util.EnumMap;
import java.util.Map;

/** What was measured after one epoch of one run. Immutable. */
public final class EpochResult {

    private final TrainingPlan plan;
    private final int epoch;
    private final Map<Metric, Double> values;

    /**
     * @param plan of the run
     * @param epoch the number of the epoch, from 1
     * @param values what could be measured
     */
    public EpochResult(TrainingPlan plan, int epoch, Map<Metric, Double> values) {
        this.plan = plan;
        this.epoch = epoch;
        this.values = new EnumMap<>(Metric.class);
        this.values.putAll(values);
    }

    /** Returns the same with one more value. */
    public EpochResult with(Metric metric, double value) {
        EpochResult more = new EpochResult(plan, epoch, values);
        more.values.put(metric, value);
        return more;
    }

    /** Returns the plan of the run: its loss, α and seed among others. */
    public TrainingPlan plan() {
        return plan;
    }

    /** Returns the number of the epoch, from 1. */
    public int epoch() {
        return epoch;
    }

    /** Returns a value; NaN if it was not measured, or could not be. */
    public double get(Metric metric) {
        return values.getOrDefault(metric, Double.NaN);
    }

    /** Returns whether the network could be measured; if not, the training has diverged. */
    public boolean isFinite() {
        return Double.isFinite(get(Metric.TEST_CROSS_ENTROPY)) && Double.isFinite(get(Metric.LOGIT_NORM));
    }
}
