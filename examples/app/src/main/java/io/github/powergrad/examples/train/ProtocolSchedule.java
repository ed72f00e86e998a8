package io.github.powergrad.examples.train;

import io.github.powergrad.examples.train.TrainingPlan.Scheduler;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The learning rate of the paper's protocol, at the position x = iteration / iterations an epoch of E epochs, with W
 * epochs of warm-up and D of cool-down.
 *
 * <table>
 * <caption>Rates between low and peak</caption>
 * <tr><td>x &lt; W</td><td>low + (peak − low) x / W</td></tr>
 * <tr><td>cosine, W &lt;= x &lt; E − D</td><td>low + (peak − low) (1 + cos(π (x − W) / (E − D − W))) / 2</td></tr>
 * <tr><td>step, W &lt;= x &lt; E − D</td><td>peak / 10 for each of 0.3 E, 0.6 E, 0.9 E that x has passed; never below
 *     low</td></tr>
 * <tr><td>x &gt;= E − D</td><td>low</td></tr>
 * </table>
 *
 * <p>The authors' code (timm) changes the rate once an epoch; here it changes at each iteration, with the same corners.
 * The paper's steps at epochs 30, 60 and 90 of 100 scale with the number of epochs.
 */
public final class ProtocolSchedule implements ISchedule {

    private static final long serialVersionUID = 1L;

    private final Scheduler scheduler;
    private final double peak;
    private final double low;
    private final int epochs;
    private final int warmupEpochs;
    private final int cooldownEpochs;
    private final int iterationsPerEpoch;

    /**
     * @param scheduler how the rate falls
     * @param peak the highest rate
     * @param low the rate that warm-up starts from and the cosine ends at
     * @param epochs all epochs
     * @param warmupEpochs those in which the rate rises
     * @param cooldownEpochs those at the end with the lowest rate
     * @param iterationsPerEpoch iterations an epoch, at least 1
     */
    public ProtocolSchedule(
            @JsonProperty("scheduler") Scheduler scheduler, @JsonProperty("peak") double peak,
            @JsonProperty("low") double low, @JsonProperty("epochs") int epochs,
            @JsonProperty("warmupEpochs") int warmupEpochs, @JsonProperty("cooldownEpochs") int cooldownEpochs,
            @JsonProperty("iterationsPerEpoch") int iterationsPerEpoch) {
        if (iterationsPerEpoch < 1) {
            throw new IllegalArgumentException("iterations an epoch must be at least 1, got " + iterationsPerEpoch);
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
    public static ProtocolSchedule of(TrainingPlan plan, int iterationsPerEpoch) {
        return new ProtocolSchedule(plan.scheduler(), plan.learningRate(), plan.lowestLearningRate(), plan.epochs(),
                plan.warmupEpochs(), plan.cooldownEpochs(), iterationsPerEpoch);
    }

    @Override
    public double valueAt(int iteration, int epoch) {
        double position = (double) iteration / iterationsPerEpoch;
        int end = epochs - cooldownEpochs;
        if (position < warmupEpochs) {
            return low + (peak - low) * position / warmupEpochs;
        }
        if (position >= end) {
            return cooldownEpochs == 0 && scheduler == Scheduler.STEP ? stepped(position) : low;
        }
        return scheduler == Scheduler.STEP
                ? stepped(position)
                : low + (peak - low) * 0.5 * (1 + Math.cos(Math.PI * (position - warmupEpochs) / (end - warmupEpochs)));
    }

    private double stepped(double position) {
        // Not 0.3 * epochs: that is a little above 30 for 100 epochs.
        int steps = (int) Math.min(3, Math.floor(position * 10 / (3.0 * epochs)));
        return Math.max(low, peak / Math.pow(10, steps));
    }

    @Override
    public ISchedule clone() {
        return this;
    }

    /** Returns how the rate falls. */
    @JsonProperty("scheduler")
    public Scheduler getScheduler() {
        return scheduler;
    }

    /** Returns the highest rate. */
    @JsonProperty("peak")
    public double getPeak() {
        return peak;
    }

    /** Returns the lowest rate. */
    @JsonProperty("low")
    public double getLow() {
        return low;
    }

    /** Returns the number of epochs. */
    @JsonProperty("epochs")
    public int getEpochs() {
        return epochs;
    }

    /** Returns the number of epochs in which the rate rises. */
    @JsonProperty("warmupEpochs")
    public int getWarmupEpochs() {
        return warmupEpochs;
    }

    /** Returns the number of epochs at the end with the lowest rate. */
    @JsonProperty("cooldownEpochs")
    public int getCooldownEpochs() {
        return cooldownEpochs;
    }

    /** Returns the number of iterations an epoch. */
    @JsonProperty("iterationsPerEpoch")
    public int getIterationsPerEpoch() {
        return iterationsPerEpoch;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProtocolSchedule && other.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return "ProtocolSchedule(" + scheduler + ", peak=" + peak + ", low=" + low + ", epochs=" + epochs
                + ", warmupEpochs=" + warmupEpochs + ", cooldownEpochs=" + cooldownEpochs
                + ", iterationsPerEpoch=" + iterationsPerEpoch + ")";
    }
}
