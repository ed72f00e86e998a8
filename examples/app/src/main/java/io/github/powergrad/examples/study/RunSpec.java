package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.ComparedTraining;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What decides the numbers of one run, beside the images. It is kept as the cells that are written of it, so two runs
 * with equal cells are the same run.
 */
final class RunSpec {

    private static final String NUMBER = "\\d+(\\.\\d+)?";

    /** A column of the CSV files, and what may stand in it. */
    private enum Column {
        NETWORK("plain|batch-norm"), LOSS("cross-entropy|transform|twin"), ALPHA(NUMBER), SMOOTHING(NUMBER),
        CLIPPING("none|norm|agc|agc-0.16"), LEARNING_RATE(NUMBER), EPOCHS("\\d{1,9}"), SEED("-?\\d{1,18}");

        private final String allowed;

        Column(String allowed) {
            this.allowed = allowed;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The columns of a CSV file that hold a specification. */
    static final List<String> COLUMNS =
            Arrays.stream(Column.values()).map(Column::toString).collect(Collectors.toUnmodifiableList());

    private static final String CROSS_ENTROPY = "cross-entropy";
    private static final String TRANSFORM = "transform";
    private static final String TWIN = "twin";
    private static final String BATCH_NORM = "batch-norm";

    /**
     * The settings of each clipping: none, of the whole gradient to norm 1, and adaptive, of each filter and each
     * vector to 0.01 of its norm, or to 0.16, which its authors give for small batches. Adaptive clipping leaves the fully
     * connected layer out, as timm does.
     */
    private static final Map<String, Map<String, ?>> CLIPPINGS = Map.of("none", Map.of(),
            "norm", Map.of("grad-clip", 1), "agc", Map.of("agc", 0.01), "agc-0.16", Map.of("agc", 0.16));

    private final Map<Column, String> cells;

    private RunSpec(Map<Column, String> cells) {
        this.cells = cells;
    }

    /** The network without normalization, with the transform at an α (1 is ordinary cross-entropy). */
    static RunSpec transform(double alpha, double learningRate, int epochs, long seed) {
        return new RunSpec(new EnumMap<>(Map.of(Column.NETWORK, "plain",
                Column.LOSS, alpha == 1 ? CROSS_ENTROPY : TRANSFORM, Column.ALPHA, NumberText.plain(alpha),
                Column.SMOOTHING, "0", Column.CLIPPING, "none", Column.LEARNING_RATE, NumberText.plain(learningRate),
                Column.EPOCHS, String.valueOf(epochs), Column.SEED, String.valueOf(seed))));
    }

    /**
     * Reads a specification.
     *
     * @param cellOf gives the cell of a column
     * @throws IllegalArgumentException if a cell is missing, or holds what it cannot
     */
    static RunSpec parse(Function<String, String> cellOf) {
        Map<Column, String> cells = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            String cell = cellOf.apply(column.toString());
            if (!cell.matches(column.allowed)) {
                throw new IllegalArgumentException("no " + column + " is called " + cell);
            }
            cells.put(column, cell);
        }
        return new RunSpec(cells);
    }

    private RunSpec with(Column column, Object cell) {
        Map<Column, String> changed = new EnumMap<>(cells);
        changed.put(column, cell.toString());
        return new RunSpec(changed);
    }

    /** The ordinary training that takes the same steps; learning rate and α are still those of the transform. */
    RunSpec twin() {
        return alpha() == 1 ? this : with(Column.LOSS, TWIN);
    }

    boolean isTwin() {
        return cells.get(Column.LOSS).equals(TWIN);
    }

    /** What this is the twin of. */
    RunSpec twinOf() {
        return with(Column.LOSS, TRANSFORM);
    }

    RunSpec withBatchNorm() {
        return with(Column.NETWORK, BATCH_NORM);
    }

    RunSpec withClipping(String clipping) {
        return with(Column.CLIPPING, clipping);
    }

    RunSpec withSmoothing(double smoothing) {
        return with(Column.SMOOTHING, NumberText.plain(smoothing));
    }

    RunSpec withSeed(long seed) {
        return with(Column.SEED, seed);
    }

    boolean batchNorm() {
        return cells.get(Column.NETWORK).equals(BATCH_NORM);
    }

    double alpha() {
        return Double.parseDouble(cells.get(Column.ALPHA));
    }

    double learningRate() {
        return Double.parseDouble(cells.get(Column.LEARNING_RATE));
    }

    int epochs() {
        return Integer.parseInt(cells.get(Column.EPOCHS));
    }

    /** The epochs that it takes to run it: a twin is compared with the transform's training, run beside it. */
    int trainedEpochs() {
        return (isTwin() ? 2 : 1) * epochs();
    }

    long seed() {
        return Long.parseLong(cells.get(Column.SEED));
    }

    /** Whether the norms of single filters are kept: not for normalized networks, nor for the search for a rate. */
    boolean keepsFilters() {
        return !batchNorm() && !isTwin() && learningRate() == StudyPlan.RATE;
    }

    /** Whether the bins of its reliability diagrams are kept. */
    boolean keepsCalibrations() {
        return seed() == StudyPlan.CALIBRATION;
    }

    /** The plan by which it is trained; for a twin, that of all layers but the last. */
    TrainingPlan plan() {
        if (isTwin()) {
            return new Twin(twinOf().plan()).plan();
        }
        double smoothing = Double.parseDouble(cells.get(Column.SMOOTHING));
        TrainingPlan.Loss loss = cells.get(Column.LOSS).equals(CROSS_ENTROPY) && smoothing == 0
                ? TrainingPlan.Loss.CROSS_ENTROPY : TrainingPlan.Loss.POWER_GRAD;
        return ComparedTraining.plan(StudyPlan.WIDTH, batchNorm(), learningRate(), epochs(), StudyPlan.BATCH)
                .with(Map.of("loss", loss, "alpha", alpha(), "label-smoothing", smoothing, "seed", seed()))
                .with(CLIPPINGS.get(cells.get(Column.CLIPPING)));
    }

    /** The cells of {@link #COLUMNS}. */
    List<String> cells() {
        return List.copyOf(cells.values());
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
