package io.github.powergrad.examples.check;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.core.type.TypeReference;
import io.github.powergrad.LossPowerGrad;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A row of the check that a file beside this class describes: minibatches, at several alphas, against {@link Formulas}. */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
final class FormulaRow {

    private static final double[] ALPHAS = {0, 0.3, 1};

    private String what;
    private List<DataType> types = LossCase.TYPES;
    private double clipEps;
    private boolean givesNaN;
    private List<LossCase> cases;

    /** Every setting of the loss, in every type. */
    static void checkSettings(Report report, UnaryOperator<LossPowerGrad> losses) throws IOException {
        checkAll("settings.json", report, losses);
    }

    /** Numbers at the edge of what the loss accepts: each row of them between two ordinary rows, which must not change. */
    static void checkEdge(Report report, UnaryOperator<LossPowerGrad> losses) throws IOException {
        checkAll("edge.json", report, losses);
        // Comes last, because an ND4J that cannot handle an empty array ends the process.
        checkEmptyMinibatch(report, losses);
    }

    private static void checkAll(String file, Report report, UnaryOperator<LossPowerGrad> losses) throws IOException {
        LossCase.read(file, new TypeReference<List<FormulaRow>>() {}).forEach(row -> row.check(report, losses));
    }

    private void check(Report report, UnaryOperator<LossPowerGrad> losses) {
        List<DataType> compared = types.stream().filter(type -> !givesNaN || holdsNaN(type)).collect(Collectors.toList());
        String where = compared.equals(types) ? ""
                : " in " + compared.stream().map(DataType::toString).collect(Collectors.joining(", "));
        report.compare(what + where, "formulas in Java", deviation -> {
            for (LossCase each : cases) {
                for (double alpha : ALPHAS) {
                    for (DataType type : compared) {
                        each.alpha(alpha).compareGradient(losses, type, deviation);
                        each.compareScores(losses, type, clipEps, deviation);
                    }
                }
            }
        });
    }

    /** On a GPU BFLOAT16 does not: ND4J's conversion to it turns NaN into -0. */
    private static boolean holdsNaN(DataType type) {
        return Double.isNaN(Nd4j.createFromArray(Double.NaN).castTo(type).getDouble(0));
    }

    private static void checkEmptyMinibatch(Report report, UnaryOperator<LossPowerGrad> losses) {
        String fault = null;
        for (DataType type : LossCase.TYPES) {
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
