package io.github.powergrad;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The PowerGrad Transform p'<sub>i</sub> = p<sub>i</sub><sup>&alpha;</sup> / &Sigma;<sub>j</sub>
 * p<sub>j</sub><sup>&alpha;</sup> by itself (arXiv:2111.12495v3, eq. 1), with 0 &le; &alpha; &le; 1.
 *
 * <p>All methods work along the last dimension (the classes), so they take [C], [N, C] or more dimensions, in any
 * order and as views. Floating types only; HALF and BFLOAT16 are computed in FLOAT, and the result has the type of the
 * argument, empty for an empty one. Arguments are never modified. The arithmetic is done on logarithms, where
 * p' = softmax(&alpha; log p) = softmax(&alpha; z), so no probability that has underflowed is ever raised to a power.
 *
 * <pre>{@code
 * INDArray p = Nd4j.createFromArray(new double[][] {{0.64, 0.32, 0.04}});
 * INDArray flatter = PowerTransform.transform(p, 0.5);           // [[0.5110, 0.3613, 0.1277]]
 * INDArray same = PowerTransform.ofLogits(Transforms.log(p), 0.5);
 * INDArray t = PowerTransform.stationaryThreshold(p, 0.5);       // [[0.4079]]: 0.64 shrinks, the others grow
 * }</pre>
 */
public final class PowerTransform {

    private PowerTransform() {}

    /**
     * The transform of probabilities, p<sup>&alpha;</sup> / &Sigma; p<sup>&alpha;</sup> (eq. 1).
     *
     * <p>&alpha; = 1 gives p itself (normalized), &alpha; = 0 gives 1/C everywhere (Proposition 1), also where p is 0;
     * for &alpha; &gt; 0 a probability of 0 stays 0.
     *
     * @param probabilities non-negative, [..., C]; a row need not be normalized
     * @param alpha the exponent, in [0, 1]
     * @return p', a new array of the shape and type of {@code probabilities}; each row sums to 1
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN, or the type is not a floating type
     */
    public static INDArray transform(INDArray probabilities, double alpha) {
        checkAlpha(alpha);
        INDArray p = WorkingType.cast(probabilities, "probabilities");
        if (p.isEmpty()) {
            return probabilities.ulike();
        }
        INDArray logits = alpha == 0 ? p.mul(0) : Transforms.log(p, true); // 0^0 = 1, but 0 * log 0 is NaN
        return StableSoftmax.of(logits, alpha).castTo(probabilities.dataType());
    }

    /**
     * The transform of softmax(logits), computed as softmax(&alpha; logits): the same by mathematics, and exact where
     * the probabilities themselves would underflow.
     *
     * @param logits [..., C]
     * @param alpha the exponent, in [0, 1]
     * @return p', a new array of the shape and type of {@code logits}; each row sums to 1
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN, or the type is not a floating type
     */
    public static INDArray ofLogits(INDArray logits, double alpha) {
        checkAlpha(alpha);
        return StableSoftmax.of(WorkingType.cast(logits, "logits"), alpha).castTo(logits.dataType());
    }

    /**
     * The stationary threshold t(&alpha;) = (&Sigma;<sub>j</sub> p<sub>j</sub><sup>&alpha;</sup>)<sup>1/(&alpha;
     * &minus; 1)</sup> of Lemma 1: p' &ge; p where p &le; t, and p' &lt; p where p &gt; t.
     *
     * <p>t(0) = 1/C; t does not decrease as &alpha; grows (Theorem 1); at &alpha; = 1 it is the limit
     * exp(&Sigma; p log p). Computed in DOUBLE, on the host, whatever the type of the argument.
     *
     * @param probabilities non-negative, [..., C]; each row is normalized first
     * @param alpha the exponent, in [0, 1]
     * @return one value per row, [..., 1], in the type of {@code probabilities}
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN, or the type is not a floating type
     */
    public static INDArray stationaryThreshold(INDArray probabilities, double alpha) {
        checkAlpha(alpha);
        INDArray p = WorkingType.cast(probabilities, "probabilities").castTo(DataType.DOUBLE);
        long[] shape = p.shape().clone();
        shape[shape.length - 1] = 1;
        INDArray thresholds = Nd4j.create(DataType.DOUBLE, shape);
        if (!p.isEmpty()) {
            double[][] rows = p.reshape(-1, p.size(-1)).toDoubleMatrix();
            double[] values = Arrays.stream(rows).mapToDouble(row -> stationaryThreshold(row, alpha)).toArray();
            thresholds = Nd4j.createFromArray(values).reshape(shape);
        }
        return thresholds.castTo(probabilities.dataType());
    }

    /** In Java, as ND4J's log1p and expm1 round like log(1 + x) and exp(x) - 1, which loses all digits near 1. */
    private static double stationaryThreshold(double[] row, double alpha) {
        double sum = Arrays.stream(row).sum();
        double logT = 0;
        // Sum p^alpha = 1 + Sum p (p^(alpha-1) - 1)
        double excess = 0;
        for (double unnormalized : row) {
            double p = unnormalized / sum;
            if (p > 0) {
                logT += p * Math.log(p);
                excess += p * Math.expm1((alpha - 1) * Math.log(p));
            } else if (alpha == 0) {
                excess += 1; // 0^0
            }
        }
        return Math.exp(alpha == 1 ? logT : Math.log1p(excess) / (alpha - 1));
    }

    static void checkAlpha(double alpha) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha must be in [0, 1], got " + alpha
                    + "; 1 is ordinary cross-entropy, 0.25 to 0.3 are good first choices");
        }
    }
}
