package io.github.powergrad.examples.check;

import static io.github.powergrad.examples.check.LossCase.DEFAULT_CLIP_EPS;
import static io.github.powergrad.examples.check.LossCase.TYPES;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;

import io.github.powergrad.LossPowerGrad;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Numbers at the edge of what the loss accepts: each row of them between two ordinary rows, which must not change. */
final class EdgeNumbers {

    private static final double[] ABOVE = {1, 2, 3};
    private static final double[] BELOW = {0.5, 0, -0.5};
    private static final double[][] LABELS = {{0, 1, 0}, {1, 0, 0}, {0, 0.5, 0.5}};

    private static final List<DataType> WIDE = List.of(DataType.DOUBLE, DataType.FLOAT, DataType.BFLOAT16);

    private final Report report;
    private final UnaryOperator<LossPowerGrad> losses;

    private EdgeNumbers(Report report, UnaryOperator<LossPowerGrad> losses) {
        this.report = report;
        this.losses = losses;
    }

    static void check(Report report, UnaryOperator<LossPowerGrad> losses) {
        new EdgeNumbers(report, losses).check();
    }

    private void check() {
        row("large logits", WIDE, DEFAULT_CLIP_EPS, row(0x1p100, 0, 1), row(-0x1p100, 0, 1),
                row(0x1p100, 0x1p100, -0x1p100), row(-0x1p100, -0x1p100, -0x1p100));
        row("large logits, score not clipped", WIDE, 0, row(0x1p100, 0, 1), row(-0x1p100, 0, 1));
        row("large logits in HALF", List.of(DataType.HALF), DEFAULT_CLIP_EPS, row(0x1p15, 0, -0x1p15));
        row("logits further apart than FLOAT reaches", WIDE, DEFAULT_CLIP_EPS, row(0x1.8p127, 0, -0x1.8p127));
        row("subnormal logits", List.of(DataType.DOUBLE), 0, row(1e-310, -1e-310, 0));
        row("all logits far below 0", TYPES, 0, row(-896, -900, -904), row(-5120, -5120, -5120));
        row("-infinity in one class", TYPES, 0, row(0, NEGATIVE_INFINITY, 1));
        row("-infinity in the labelled class", TYPES, DEFAULT_CLIP_EPS, row(NEGATIVE_INFINITY, 0, 1));
        List<DataType> types = typesWithNaN();
        row("-infinity in every class", types, 0, row(NEGATIVE_INFINITY, NEGATIVE_INFINITY, NEGATIVE_INFINITY));
        row("+infinity", types, 0, row(POSITIVE_INFINITY, 0, 1), row(0, POSITIVE_INFINITY, -1));
        String where = types.equals(TYPES) ? ""
                : " in " + types.stream().map(DataType::toString).collect(Collectors.joining(", "));
        row("NaN" + where, types, DEFAULT_CLIP_EPS, row(NaN, 0, 1), row(0, 1, NaN));
        double[][] labels = {{0, 0, 0}, {3, 1, 0}, {-1, 0.5, 0}};
        double[][] z = {ABOVE, BELOW, {4, -4, 0}};
        row("labels that do not sum to one", TYPES, 0, new LossCase("odd labels", z, labels),
                new LossCase("odd labels, weights", z, labels).weights(0.5, 2, 1));
        row("one class", TYPES, 0,
                new LossCase("one class", new double[][] {{5}, {-896}}, new double[][] {{1}, {1}}));
        nothing();
    }

    /** Returns the types that hold NaN. On a GPU BFLOAT16 does not: ND4J's conversion to it turns NaN into -0. */
    private static List<DataType> typesWithNaN() {
        return TYPES.stream()
                .filter(type -> Double.isNaN(Nd4j.createFromArray(NaN).castTo(type).getDouble(0)))
                .collect(Collectors.toList());
    }

    private static double[] row(double... logits) {
        return logits;
    }

    private void row(String what, List<DataType> types, double clipEps, double[]... rows) {
        row(what, types, clipEps, Arrays.stream(rows).map(row -> new LossCase("middle row " + Arrays.toString(row),
                new double[][] {ABOVE, row, BELOW}, LABELS)).toArray(LossCase[]::new));
    }

    private void row(String what, List<DataType> types, double clipEps, LossCase... cases) {
        LossCase.row(report, what, losses, types, clipEps, List.of(cases));
    }

    /** Comes last, because an ND4J that cannot handle an empty array ends the process. */
    private void nothing() {
        String fault = null;
        for (DataType type : TYPES) {
            INDArray empty = Nd4j.create(type, 0, 3);
            LossPowerGrad loss = losses.apply(new LossPowerGrad());
            INDArray gradient = loss.computeGradient(empty, empty, new ActivationSoftmax(), null);
            double score = loss.computeScore(empty, empty, new ActivationSoftmax(), null, true);
            if (!Arrays.equals(gradient.shape(), empty.shape()) || score != 0) {
                fault = "in " + type + ": gradient of shape " + Arrays.toString(gradient.shape())
                        + " and score " + score + ", expected [0, 3] and 0";
            }
        }
        report.seen("an empty minibatch", "gradient [0, C], score 0", fault);
    }
}
