package io.github.powergrad.examples.check;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.LossSparsePowerGrad;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A minibatch, the settings of a loss, and the gradient and scores that are right for them, read from a file: those of
 * the library's vectors, or else what {@link Formulas} gives. Each type that a minibatch is compared in must hold its
 * numbers exactly.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
@JsonIgnoreProperties(ignoreUnknown = true)
final class LossCase {

    /** Every type that the loss computes in. */
    static final List<DataType> TYPES = List.of(DataType.DOUBLE, DataType.FLOAT, DataType.HALF, DataType.BFLOAT16);

    /** The clipEps of a loss for which none is set. */
    static final double DEFAULT_CLIP_EPS = 1e-10;

    /** The largest error of a number of the gradient that the library allows. */
    private static final Map<DataType, Double> GRADIENT_BOUNDS =
            Map.of(DataType.DOUBLE, 1e-12, DataType.FLOAT, 2e-6, DataType.HALF, 1e-3, DataType.BFLOAT16, 8e-3);

    /** What rounding a number to the type costs, relative to it. */
    private static final Map<DataType, Double> ROUNDING = Map.of(
            DataType.DOUBLE, 0x1p-53, DataType.FLOAT, 0x1p-24, DataType.HALF, 0x1p-11, DataType.BFLOAT16, 0x1p-8);

    private String name;
    private double[][] labels;
    private double alpha = LossPowerGrad.DEFAULT_ALPHA;
    private List<DataType> types = TYPES;
    private double[] weights;
    private double[] mask;
    /** The outputs are probabilities, and the activation of the loss layer is identity. */
    private boolean probabilities;
    /** The loss gets indices of classes; labels are one-hot. */
    private boolean sparse;
    // Named as in the files where the name here is another.
    @JsonProperty("logits") private double[][] outputs;
    @JsonProperty("labelSmoothing") private double smoothing;
    private double[][] gradient;
    private double[] scores;
    private double[] clippedScores;

    private LossCase() {}

    /** Reads a file beside this class. */
    static <T> T read(String file, TypeReference<T> type) throws IOException {
        try (InputStream stream = LossCase.class.getResourceAsStream(file)) {
            return new ObjectMapper().readValue(stream, type);
        }
    }

    LossCase alpha(double value) {
        alpha = value;
        return this;
    }

    /** Compares each number of the gradient, if the minibatch may be compared in the type. */
    void compareGradient(UnaryOperator<LossPowerGrad> losses, DataType type, Report.Deviation deviation) {
        if (!types.contains(type)) {
            return;
        }
        INDArray actual = losses.apply(loss(0)).computeGradient(labelArray(type), outputArray(type), activation(),
                maskArray());
        if (actual.dataType() != type || !Arrays.equals(actual.shape(), outputArray(type).shape())) {
            throw new IllegalStateException("the gradient of " + name + " is " + actual.dataType() + " "
                    + Arrays.toString(actual.shape()) + " in place of " + type);
        }
        double[][] rows = rows(actual);
        for (int n = 0; n < rows.length; n++) {
            double[] right = rightGradient(n);
            for (int c = 0; c < right.length; c++) {
                deviation.compare(String.format("gradient in %s, '%s', alpha %s, example %d, class %d",
                                type, name, alpha, n, c),
                        rows[n][c], right[c], GRADIENT_BOUNDS.get(type) * size(right[c]));
            }
        }
    }

    /** Compares the score of each example, and their sum, if the minibatch may be compared in the type. */
    void compareScores(UnaryOperator<LossPowerGrad> losses, DataType type, double clipEps, Report.Deviation deviation) {
        if (!types.contains(type)) {
            return;
        }
        LossPowerGrad loss = losses.apply(loss(clipEps));
        // Scores that are clipped, or made of probabilities, are computed in the working type of this one.
        double tolerance = clipEps == 0 && !probabilities ? 1e-12 : type == DataType.DOUBLE ? 1e-10 : 2e-5;
        double[][] each = rows(loss.computeScoreArray(labelArray(type), outputArray(type), activation(), maskArray()));
        double total = 0;
        double sizes = 0;
        for (int n = 0; n < each.length; n++) {
            double right = rightScore(n, clipEps);
            deviation.compare(String.format("score in %s, '%s', alpha %s, example %d", type, name, alpha, n),
                    each[n][0], right, tolerance + (tolerance + ROUNDING.get(type)) * finite(right));
            total += right;
            sizes += finite(right);
        }
        double sum = loss.computeScore(labelArray(type), outputArray(type), activation(), maskArray(), false);
        deviation.compare(String.format("score in %s, '%s', alpha %s, sum", type, name, alpha),
                sum, total, tolerance * Math.max(1, sizes));
    }

    private double[] rightGradient(int n) {
        if (gradient != null) {
            return gradient[n];
        }
        double[] q = Formulas.smoothed(labels[n], smoothing);
        double[] right = probabilities ? Formulas.gradientAtProbabilities(outputs[n], q, alpha, weights)
                : Formulas.gradient(outputs[n], q, alpha, weights);
        return Arrays.stream(right).map(value -> value * maskAt(n)).toArray();
    }

    private double rightScore(int n, double clipEps) {
        if (scores != null) {
            return (clipEps > 0 ? clippedScores : scores)[n];
        }
        double[] q = Formulas.smoothed(labels[n], smoothing);
        return maskAt(n) * (probabilities ? Formulas.crossEntropyOfProbabilities(outputs[n], q, weights)
                : Formulas.crossEntropy(outputs[n], q, weights, clipEps));
    }

    /** The vectors have no numbers far above 1, so that the bounds of the library hold as they are. */
    private double size(double number) {
        return gradient == null ? Math.max(1, finite(number)) : 1;
    }

    private double maskAt(int n) {
        return mask == null ? 1 : mask[n];
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? Math.abs(value) : 0;
    }

    private LossPowerGrad loss(double clipEps) {
        LossPowerGrad.Builder builder = sparse ? LossSparsePowerGrad.builder() : LossPowerGrad.builder();
        return builder.alpha(alpha).labelSmoothing(smoothing).softmaxClipEps(clipEps)
                .weights(weights == null ? null : Nd4j.createFromArray(weights)).build();
    }

    private IActivation activation() {
        return probabilities ? new ActivationIdentity() : new ActivationSoftmax();
    }

    private INDArray outputArray(DataType type) {
        return Nd4j.createFromArray(outputs).castTo(type);
    }

    private INDArray labelArray(DataType type) {
        INDArray distributions = Nd4j.createFromArray(labels);
        return sparse ? distributions.argMax(1).reshape(-1, 1).castTo(DataType.INT32) : distributions.castTo(type);
    }

    private INDArray maskArray() {
        return mask == null ? null : Nd4j.createFromArray(mask).reshape(mask.length, 1).castTo(DataType.FLOAT);
    }

    private static double[][] rows(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').toDoubleMatrix();
    }
}
