package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.ComparedTraining;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What decides the numbers of one run, beside the images. It is kept as the cells that are written of it, so two runs with
 * equal cells are the same run.
 */
final class RunSpec {

    private static final String NETWORK = "network";
    private static final String LOSS = "loss";
    private static final String ALPHA = "alpha";
    private static final String SMOOTHING = "smoothing";
    private static final String CLIPPING = "clipping";
    private static final String RATE = "learning_rate";
    private static final String EPOCHS = "epochs";
    private static final String SEED = "seed";

    /** The columns of a CSV file that hold a specification. */
    static final List<String> COLUMNS = List.of(NETWORK, LOSS, ALPHA, SMOOTHING, CLIPPING, RATE, EPOCHS, SEED);

    private static final String PLAIN = "plain";
    private static final String NORMALIZED = "batch-norm";
    private static final String CROSS_ENTROPY = "cross-entropy";
    private static final String TRANSFORM = "transform";
    private static final String TWIN = "twin";

    /** No clipping. */
    static final String NONE = "none";

    /** Clipping of the whole gradient to norm 1. */
    static final String NORM = "norm";

    /** Clipping of each filter and each vector to 0.01 of its norm; the fully connected layer is left out, as in timm. */
    static final String AGC = "agc";

    /** The same to 0.16 of the norm, which the authors of adaptive clipping give for small batches. */
    static final String AGC_LOOSE = "agc-0.16";

    private static final Map<String, Map<String, ?>> CLIPPINGS = Map.of(NONE, Map.of(), NORM, Map.of("grad-clip", 1),
            AGC, Map.of("agc", 0.01), AGC_LOOSE, Map.of("agc", 0.16));

    private final Map<String, String> cells;

    private RunSpec(Map<String, String> cells) {
        this.cells = cells;
    }

    /** The network without normalization, with the transform at an α (1 is ordinary cross-entropy). */
    static RunSpec transform(double alpha, double learningRate, int epochs, long seed) {
        Map<String, String> cells = new LinkedHashMap<>();
        cells.put(NETWORK, PLAIN);
        cells.put(LOSS, alpha == 1 ? CROSS_ENTROPY : TRANSFORM);
        cells.put(ALPHA, NumberText.plain(alpha));
        cells.put(SMOOTHING, "0");
        cells.put(CLIPPING, NONE);
        cells.put(RATE, NumberText.plain(learningRate));
        cells.put(EPOCHS, String.valueOf(epochs));
        cells.put(SEED, String.valueOf(seed));
        return new RunSpec(cells);
    }

    private RunSpec with(String column, String cell) {
        Map<String, String> changed = new LinkedHashMap<>(cells);
        changed.put(column, cell);
        return new RunSpec(changed);
    }

    /** The ordinary training that takes the same steps; learning rate and α are still those of the transform. */
    RunSpec twin() {
        return alpha() == 1 ? this : with(LOSS, TWIN);
    }

    boolean isTwin() {
        return cells.get(LOSS).equals(TWIN);
    }

    /** What this is the twin of. */
    RunSpec twinOf() {
        return with(LOSS, TRANSFORM);
    }

    RunSpec withBatchNorm() {
        return with(NETWORK, NORMALIZED);
    }

    RunSpec withClipping(String clipping) {
        return with(CLIPPING, clipping);
    }

    RunSpec withSmoothing(double smoothing) {
        return with(SMOOTHING, NumberText.plain(smoothing));
    }

    RunSpec withSeed(long seed) {
        return with(SEED, String.valueOf(seed));
    }

    boolean batchNorm() {
        return cells.get(NETWORK).equals(NORMALIZED);
    }

    double alpha() {
        return Double.parseDouble(cells.get(ALPHA));
    }

    String clipping() {
        return cells.get(CLIPPING);
    }

    double learningRate() {
        return Double.parseDouble(cells.get(RATE));
    }

    int epochs() {
        return Integer.parseInt(cells.get(EPOCHS));
    }

    /** The epochs that it takes to run it: a twin is compared with the transform's training, run beside it. */
    int trainedEpochs() {
        return (isTwin() ? 2 : 1) * epochs();
    }

    long seed() {
        return Long.parseLong(cells.get(SEED));
    }

    /** Whether the norms of single filters are kept: not for normalized networks, nor for the search for a rate. */
    boolean keepsFilters() {
        return !batchNorm() && !isTwin() && learningRate() == StudySettings.RATE;
    }

    /** The plan by which it is trained; for a twin, that of all layers but the last. */
    TrainingPlan plan() {
        if (isTwin()) {
            return new Twin(twinOf().plan()).plan();
        }
        double smoothing = Double.parseDouble(cells.get(SMOOTHING));
        TrainingPlan.Loss loss = cells.get(LOSS).equals(CROSS_ENTROPY) && smoothing == 0
                ? TrainingPlan.Loss.CROSS_ENTROPY : TrainingPlan.Loss.POWER_GRAD;
        return ComparedTraining.plan(StudySettings.WIDTH, batchNorm(), learningRate(), epochs(), StudySettings.BATCH)
                .with(Map.of("loss", loss, "alpha", alpha(), "label-smoothing", smoothing, "seed", seed()))
                .with(CLIPPINGS.get(clipping()));
    }

    /** The cells of {@link #COLUMNS}. */
    List<String> cells() {
        return List.copyOf(cells.values());
    }

    /**
     * Reads a specification.
     *
     * @param cells gives the cell of a column
     * @throws IllegalArgumentException if a cell is missing, or they are not a specification
     */
    static RunSpec parse(Function<String, String> cells) {
        RunSpec spec = transform(Double.parseDouble(cells.apply(ALPHA)), Double.parseDouble(cells.apply(RATE)),
                        Integer.parseInt(cells.apply(EPOCHS)), Long.parseLong(cells.apply(SEED)))
                .withSmoothing(Double.parseDouble(cells.apply(SMOOTHING)))
                .withClipping(cells.apply(CLIPPING)).with(LOSS, cells.apply(LOSS)).with(NETWORK, cells.apply(NETWORK));
        if (!CLIPPINGS.containsKey(spec.clipping()) || !List.of(PLAIN, NORMALIZED).contains(spec.cells.get(NETWORK))
                || !List.of(CROSS_ENTROPY, TRANSFORM, TWIN).contains(spec.cells.get(LOSS))) {
            throw new IllegalArgumentException("no run is called " + spec);
        }
        return spec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RunSpec && cells.equals(((RunSpec) other).cells);
    }

    @Override
    public int hashCode() {
        return cells.hashCode();
    }

    /** The cells as a line of a CSV file. */
    @Override
    public String toString() {
        return String.join(",", cells.values());
    }
}
