package io.github.powergrad.examples.train;

import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Linear warm-up to a peak value, then a cosine to 0, counted in iterations.
 *
 * <p>With W warm-up iterations of T in total, iteration t (from 0) has peak (t + 1) / W for t &lt; W, so that
 * iteration W − 1 reaches the peak, and peak (1 + cos(π (t − W) / (T − W))) / 2 from t = W on; 0 from t = T.
 */
public final class WarmupCosineSchedule implements ISchedule {

    private static final long serialVersionUID = 1L;

    private final double peak;
    private final int warmupIterations;
    private final int totalIterations;

    /**
     * @param peak the highest value, above 0
     * @param warmupIterations iterations of warm-up, from 0 to {@code totalIterations}
     * @param totalIterations iterations until the value is 0, at least 1
     */
    public WarmupCosineSchedule(
            @JsonProperty("peak") double peak,
            @JsonProperty("warmupIterations") int warmupIterations,
            @JsonProperty("totalIterations") int totalIterations) {
        if (!(peak > 0) || Double.isInfinite(peak)) {
            throw new IllegalArgumentException("peak must be a finite number above 0, got " + peak);
        }
        if (totalIterations < 1) {
            throw new IllegalArgumentException("total iterations must be at least 1, got " + totalIterations);
        }
        if (warmupIterations < 0 || warmupIterations > totalIterations) {
            throw new IllegalArgumentException(
                    "warm-up iterations must be in [0, " + totalIterations + "], got " + warmupIterations);
        }
        this.peak = peak;
        this.warmupIterations = warmupIterations;
        this.totalIterations = totalIterations;
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        if (iteration < warmupIterations) {
            return peak * (iteration + 1) / warmupIterations;
        }
        if (iteration >= totalIterations) {
            return 0;
        }
        double progress = (double) (iteration - warmupIterations) / (totalIterations - warmupIterations);
        return peak * 0.5 * (1 + Math.cos(Math.PI * progress));
    }

    @Override
    public ISchedule clone() {
        return this;
    }

    /** Returns the highest value. */
    @JsonProperty("peak")
    public double getPeak() {
        return peak;
    }

    /** Returns the number of iterations of warm-up. */
    @JsonProperty("warmupIterations")
    public int getWarmupIterations() {
        return warmupIterations;
    }

    /** Returns the iteration from which on the value is 0. */
    @JsonProperty("totalIterations")
    public int getTotalIterations() {
        return totalIterations;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WarmupCosineSchedule
                && peak == ((WarmupCosineSchedule) other).peak
                && warmupIterations == ((WarmupCosineSchedule) other).warmupIterations
                && totalIterations == ((WarmupCosineSchedule) other).totalIterations;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(peak) * 31 * 31 + warmupIterations * 31 + totalIterations;
    }

    @Override
    public String toString() {
        return "WarmupCosineSchedule(peak=" + peak + ", warmupIterations=" + warmupIterations
                + ", totalIterations=" + totalIterations + ")";
    }
}
