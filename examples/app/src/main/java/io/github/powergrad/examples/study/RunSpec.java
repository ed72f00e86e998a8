package io.github.powergrad.examples.study;

import io.github.powergrad.examples.report.Digits;
import io.github.powergrad.examples.train.ComparedLoss;
import io.github.powergrad.examples.train.GradientClipping;
import java.util.List;
import java.util.Objects;

/** What decides the numbers of one run, beside the images; two runs with equal specifications are the same run. */
final class RunSpec {

    /** The columns of a CSV file that hold a specification, in the order of {@link #csv}. */
    static final String COLUMNS = "network,loss,alpha,smoothing,clipping,learning_rate,epochs,seed";

    /** How many columns these are. */
    static final int COLUMN_COUNT = COLUMNS.split(",").length;

    /** What the gradient is that of. */
    enum Loss {
        /** Cross-entropy, α = 1. */
        CROSS_ENTROPY("cross-entropy"),
        /** The PowerGrad Transform. */
        TRANSFORM("transform"),
        /** Cross-entropy of softmax(αz), trained with the learning rate divided by α. */
        TEMPERATURE("temperature");

        private final String text;

        Loss(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final String PLAIN = "plain";
    private static final String NORMALIZED = "batch-norm";
    private static final List<String> CLIPPING = List.of("none", "norm", "agc", "agc-0.16");

    private final boolean batchNorm;
    private final Loss loss;
    private final double alpha;
    private final double smoothing;
    private final GradientClipping clipping;
    private final double learningRate;
    private final int epochs;
    private final long seed;

    private RunSpec(boolean batchNorm, Loss loss, double alpha, double smoothing, GradientClipping clipping,
            double learningRate, int epochs, long seed) {
        this.batchNorm = batchNorm;
        this.loss = loss;
        this.alpha = alpha;
        this.smoothing = smoothing;
        this.clipping = clipping;
        this.learningRate = learningRate;
        this.epochs = epochs;
        this.seed = seed;
    }

    /** The network without normalization, with the transform at an α (1 is ordinary cross-entropy). */
    static RunSpec transform(double alpha, double learningRate, int epochs, long seed) {
        return new RunSpec(false, alpha == 1 ? Loss.CROSS_ENTROPY : Loss.TRANSFORM, alpha, 0, GradientClipping.NONE,
                learningRate, epochs, seed);
    }

    /** The same, trained at a temperature of 1/α instead of by the transform. */
    RunSpec atTemperature() {
        return new RunSpec(batchNorm, alpha == 1 ? Loss.CROSS_ENTROPY : Loss.TEMPERATURE, alpha, smoothing, clipping,
                learningRate, epochs, seed);
    }

    RunSpec withBatchNorm() {
        return new RunSpec(true, loss, alpha, smoothing, clipping, learningRate, epochs, seed);
    }

    RunSpec with(GradientClipping newClipping) {
        return new RunSpec(batchNorm, loss, alpha, smoothing, newClipping, learningRate, epochs, seed);
    }

    RunSpec withSmoothing(double newSmoothing) {
        return new RunSpec(batchNorm, loss, alpha, newSmoothing, clipping, learningRate, epochs, seed);
    }

    RunSpec withSeed(long newSeed) {
        return new RunSpec(batchNorm, loss, alpha, smoothing, clipping, learningRate, epochs, newSeed);
    }

    boolean batchNorm() {
        return batchNorm;
    }

    double alpha() {
        return alpha;
    }

    GradientClipping clipping() {
        return clipping;
    }

    int epochs() {
        return epochs;
    }

    long seed() {
        return seed;
    }

    double learningRate() {
        return learningRate;
    }

    /** The learning rate that the updater is given. */
    double updaterRate() {
        return loss == Loss.TEMPERATURE ? learningRate / alpha : learningRate;
    }

    /** Whether the norms of single filters are kept: not for normalized networks, nor for the search for a rate. */
    boolean keepsFilters() {
        return !batchNorm && learningRate == StudySettings.RATE;
    }

    ComparedLoss comparedLoss() {
        switch (loss) {
            case TEMPERATURE:
                return ComparedLoss.temperature(alpha);
            case CROSS_ENTROPY:
                return smoothing == 0 ? ComparedLoss.crossEntropy() : ComparedLoss.powerGrad(1, smoothing);
            default:
                return ComparedLoss.powerGrad(alpha, smoothing);
        }
    }

    /** The cells of {@link #COLUMNS}. */
    String csv() {
        return String.join(",", batchNorm ? NORMALIZED : PLAIN, loss.toString(), Digits.plain(alpha),
                Digits.plain(smoothing), CLIPPING.get(clipping.ordinal()), Digits.plain(learningRate),
                String.valueOf(epochs), String.valueOf(seed));
    }

    /**
     * Reads the cells of {@link #COLUMNS}.
     *
     * @throws IllegalArgumentException if they are not a specification
     */
    static RunSpec parse(List<String> cells) {
        Loss loss = null;
        for (Loss each : Loss.values()) {
            loss = each.text.equals(cells.get(1)) ? each : loss;
        }
        int clipping = CLIPPING.indexOf(cells.get(4));
        boolean network = List.of(PLAIN, NORMALIZED).contains(cells.get(0));
        if (loss == null || clipping < 0 || !network) {
            throw new IllegalArgumentException("no run is called " + String.join(",", cells));
        }
        return new RunSpec(NORMALIZED.equals(cells.get(0)), loss, Double.parseDouble(cells.get(2)),
                Double.parseDouble(cells.get(3)), GradientClipping.values()[clipping], Double.parseDouble(cells.get(5)),
                Integer.parseInt(cells.get(6)), Long.parseLong(cells.get(7)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RunSpec && csv().equals(((RunSpec) other).csv());
    }

    @Override
    public int hashCode() {
        return Objects.hash(loss, alpha, learningRate, seed);
    }

    @Override
    public String toString() {
        return csv();
    }
}
