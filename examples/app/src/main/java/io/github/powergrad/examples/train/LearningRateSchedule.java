package io.github.powergrad.examples.train;

import io.github.powergrad.examples.train.TrainingPlan.Scheduler;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The learning rate of iteration t, counted from 0, of a training of T iterations: W of warm-up, then a fall until the D
 * of cool-down.
 *
 * <table>
 * <caption>Rates between low and peak</caption>
 * <tr><td>t &lt; W</td><td>low + (peak − low) t / W; where low is 0, peak (t + 1) / W, because an iteration at rate 0
 *     would be lost</td></tr>
 * <tr><td>cosine, W &lt;= t &lt; T − D</td><td>low + (peak − low) (1 + cos(π (t − W) / (T − D − W))) / 2</td></tr>
 * <tr><td>step, W &lt;= t &lt; T − D</td><td>peak / 10 for each of 0.3 T, 0.6 T, 0.9 T that t has passed; never below
 *     low</td></tr>
 * <tr><td>t &gt;= T − D</td><td>low</td></tr>
 * </table>
 *
 * <p>The authors' code (timm) changes the rate once per epoch; here it changes at each iteration, with the same corners.
 * The paper's steps at epochs 30, 60 and 90 of 100 scale with the number of epochs.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE)
public final class LearningRateSchedule implements ISchedule {

    private static final long serialVersionUID = 1L;

    private final Scheduler scheduler;
    private final double peak;
    private final double low;
    private final int epochs;
    private final double warmupEpochs;
    private final int cooldownEpochs;
    private final int iterationsPerEpoch;

    /**
     * @param scheduler how the rate falls
     * @param peak the highest rate
     * @param low the rate that warm-up starts from and the cosine ends at
     * @param epochs all epochs
     * @param warmupEpochs those in which the rate rises; a fraction of an epoch is rounded down to whole iterations
     * @param cooldownEpochs those at the end with the lowest rate
     * @param iterationsPerEpoch iterations per epoch, at least 1
     */
    @JsonCreator
    public LearningRateSchedule(
            @JsonProperty("scheduler") Scheduler scheduler, @JsonProperty("peak") double peak,
            @JsonProperty("low") double low, @JsonProperty("epochs") int epochs,
            @JsonProperty("warmupEpochs") double warmupEpochs, @JsonProperty("cooldownEpochs") int cooldownEpochs,
            @JsonProperty("iterationsPerEpoch") int iterationsPerEpoch) {
        if (iterationsPerEpoch < 1) {
            throw new IllegalArgumentException("iterations per epoch must be at least 1, got " + iterationsPerEpoch);
        }
        this.scheduler = scheduler;
        this.peak = peak;
        this.low = low;
        this.epochs = epochs;
        this.warmupEpochs = warmupEpochs;
        this.cooldownEpochs = cooldownEpochs;
        this.iterationsPerEpoch = iterationsPerEpoch;
    }

    /** Returns the schedule of a plan. */
    public static LearningRateSchedule of(TrainingPlan plan, int iterationsPerEpoch) {
        return new LearningRateSchedule(plan.scheduler(), plan.learningRate(), plan.lowestLearningRate(), plan.epochs(),
                plan.warmupEpochs(), plan.cooldownEpochs(), iterationsPerEpoch);
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        int warmup = (int) (warmupEpochs * iterationsPerEpoch);
        int end = Math.multiplyExact(epochs - cooldownEpochs, iterationsPerEpoch);
        if (iteration < warmup) {
            return low == 0 ? peak * (iteration + 1) / warmup : low + (peak - low) * iteration / warmup;
        }
        if (scheduler == Scheduler.STEP && (iteration < end || cooldownEpochs == 0)) {
            // Not 0.3 * epochs: that is a little above 30 for 100 epochs.
            int steps = (int) Math.min(3, iteration * 10L / (3L * epochs * iterationsPerEpoch));
            return Math.max(low, peak / Math.pow(10, steps));
        }
        return iteration >= end ? low
                : low + (peak - low) * 0.5 * (1 + Math.cos(Math.PI * ((double) (iteration - warmup) / (end - warmup))));
    }

    @Override
    public ISchedule clone() {
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LearningRateSchedule && other.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return "LearningRateSchedule(" + scheduler + ", peak=" + peak + ", low=" + low + ", epochs=" + epochs
                + ", warmupEpochs=" + warmupEpochs + ", cooldownEpochs=" + cooldownEpochs
                + ", iterationsPerEpoch=" + iterationsPerEpoch + ")";
    }
}
