package io.github.powergrad;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.SubOp;
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

    /** Rounding a FLOAT below this, to its 24 bits, costs at most 1e-6 of a probability. */
    private static final double SMALL_FLOAT = 60;

    /** exp(-SMALL_FLOAT / 2). */
    private static final double LIKELY = 1e-13;

    /**
     * ND4J's softmax of a DOUBLE row altogether below -745 is 0/0, see {@link #plainSoftmax}; one number above shows that
     * a row is not. Rounding needs no look: it costs at most 1e-12 of a probability up to |alpha z| = 9,000.
     */
    private static final double SMALL_DOUBLE = 700;

    /** Up to this length OpenBLAS stays on the calling thread; its other threads would be in the way of ND4J's. */
    private static final int BLAS_ON_ONE_THREAD = 10_000;

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
        INDArray p = inWorkingType(probabilities, "probabilities");
        if (p.isEmpty()) {
            return probabilities.ulike();
        }
        // 0 * log 0 is NaN, but 0^0 = 1: with alpha = 0 every class has the same logit
        INDArray logits = alpha == 0 ? p.mul(0) : Transforms.log(p, true).muli(aboveZero(alpha, p));
        return softmax(logits, logits).castTo(probabilities.dataType());
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
        return scaledSoftmax(inWorkingType(logits, "logits"), alpha).castTo(logits.dataType());
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
     * @return one value a row, [..., 1], in the type of {@code probabilities}
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN, or the type is not a floating type
     */
    public static INDArray stationaryThreshold(INDArray probabilities, double alpha) {
        checkAlpha(alpha);
        long[] shape = probabilities.shape().clone();
        long classes = shape[shape.length - 1];
        shape[shape.length - 1] = 1;
        if (probabilities.isEmpty()) {
            return Nd4j.create(workingType(probabilities, "probabilities"), shape).castTo(probabilities.dataType());
        }
        double[] p = inWorkingType(probabilities, "probabilities").castTo(DataType.DOUBLE)
                .reshape(probabilities.length()).toDoubleVector();
        double[] thresholds = new double[(int) (p.length / classes)];
        for (int row = 0; row < thresholds.length; row++) {
            int start = (int) (row * classes);
            thresholds[row] = stationaryThreshold(Arrays.copyOfRange(p, start, start + (int) classes), alpha);
        }
        return Nd4j.createFromArray(thresholds).reshape(shape).castTo(probabilities.dataType());
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

    /**
     * softmax(alpha * logits) for logits of type FLOAT or DOUBLE; the result is a new array in c order, as the kernels
     * for c and f order add up differently.
     *
     * <p>Where logits are large the row maximum is taken off before the multiplication: rounding alpha * z at |z| = 1500
     * would cost 1e-5 of p' in FLOAT, rounding alpha * (z - max) costs nothing that shows.
     */
    static INDArray scaledSoftmax(INDArray logits, double alpha) {
        if (logits.isEmpty()) {
            return logits.ulike(); // ND4J's softmax of an empty array ends the JVM
        }
        if (alpha == 0) {
            // 0 * -infinity is NaN, but p^0 = 1 for the p = 0 of that class too; a row that is NaN stays NaN
            INDArray p = scaledSoftmax(logits, 1);
            return softmax(p.muli(0), p);
        }
        if (alpha == 1) {
            return plainSoftmax(logits);
        }
        if (!mayNeedNoShift(logits, alpha)) {
            return shiftedSoftmax(logits, alpha, uninitialized(logits));
        }
        INDArray scaled = product(alpha, logits);
        INDArray p = softmax(scaled, scaled);
        return isExact(p, logits, alpha) ? p : shiftedSoftmax(logits, alpha, p);
    }

    /** softmax(alpha (logits - row maximum)) in place of result. */
    private static INDArray shiftedSoftmax(INDArray logits, double alpha, INDArray result) {
        difference(logits, logits.max(true, logits.rank() - 1), result).muli(aboveZero(alpha, logits));
        return softmax(result, result);
    }

    /**
     * softmax(logits). ND4J's softmax takes 0 for the maximum of a DOUBLE row below 0, so a row below -745 becomes 0/0.
     * Lifting only the rows below -700 leaves the others as LossMCXENT has them, to the last bit.
     */
    private static INDArray plainSoftmax(INDArray logits) {
        if (logits.dataType() == DataType.FLOAT || mayNeedNoShift(logits, 1)) {
            return softmax(logits, uninitialized(logits));
        }
        INDArray lift = Transforms.min(logits.max(true, logits.rank() - 1).addi(SMALL_DOUBLE), 0, false);
        INDArray lifted = difference(logits, lift, uninitialized(logits));
        return softmax(lifted, lifted);
    }

    /** logits - column in place of result. */
    private static INDArray difference(INDArray logits, INDArray column, INDArray result) {
        Nd4j.exec(new SubOp(new INDArray[] {logits, column}, new INDArray[] {result}));
        return result;
    }

    /** alpha * z as a new array; for few numbers by BLAS, as an op of ND4J takes ten times as long to start. */
    private static INDArray product(double alpha, INDArray z) {
        if (z.length() > BLAS_ON_ONE_THREAD) {
            return Nd4j.exec(new ScalarMultiplication(z, null, uninitialized(z), aboveZero(alpha, z)));
        }
        INDArray product = z.dup('c');
        Nd4j.getBlasWrapper().level1().scal(product.length(), aboveZero(alpha, z), product);
        return product;
    }

    /**
     * Whether softmax(alpha z) is worth a try without a shift. Only the processor tries, where a look at the outcome is
     * cheap; a GPU would have to stop for it.
     */
    private static boolean mayNeedNoShift(INDArray z, double alpha) {
        if (!HostArray.canRead(z)) {
            return false;
        }
        return z.dataType() == DataType.DOUBLE
                ? startsWithin(SMALL_DOUBLE, z, alpha)
                : !(Math.abs(alpha * largestOfSome(z)) > SMALL_FLOAT);
    }

    /** The largest of a hundred numbers or so, from all over the array, or NaN: an estimate, to save a try in vain. */
    private static double largestOfSome(INDArray z) {
        HostArray numbers = new HostArray(z);
        int length = (int) z.length();
        int step = 1 + length / 100;
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i += step) {
            largest = Math.max(largest, numbers.get(i));
        }
        return largest;
    }

    /** Whether alpha z of the first class of each row is in [-bound, bound], or NaN. */
    private static boolean startsWithin(double bound, INDArray z, double alpha) {
        HostArray numbers = new HostArray(z);
        int classes = (int) z.size(z.rank() - 1);
        boolean within = true;
        for (int i = 0; i < z.length() && within; i += classes) {
            within = !(Math.abs(alpha * numbers.get(i)) > bound);
        }
        return within;
    }

    /**
     * Whether p = softmax(alpha z), computed without a shift, is as exact as with one. In FLOAT it is where the largest
     * alpha z of each row is small, which one p of the row tells: log &Sigma; exp(alpha z) = alpha z &minus; log p. In
     * DOUBLE rounding does not show.
     */
    private static boolean isExact(INDArray p, INDArray z, double alpha) {
        if (p.dataType() == DataType.DOUBLE) {
            return true;
        }
        HostArray logits = new HostArray(z);
        HostArray probabilities = new HostArray(p);
        int classes = (int) z.size(z.rank() - 1);
        int length = (int) z.length();
        boolean exact = true;
        for (int i = 0; i < length && exact; i += classes) {
            exact = isSmall(alpha * logits.get(i), probabilities.get(i))
                    || isSmall(alpha * logits.get(i + classes - 1), probabilities.get(i + classes - 1));
        }
        return exact;
    }

    /** Whether log &Sigma; exp of a row is known to be small by one of its numbers, or the whole row is NaN. */
    private static boolean isSmall(double scaled, double probability) {
        return Math.abs(scaled) <= SMALL_FLOAT / 2 && probability >= LIKELY // without a logarithm, as nearly always
                || Math.abs(scaled - Math.log(probability)) <= SMALL_FLOAT
                || Double.isNaN(probability);
    }

    private static INDArray uninitialized(INDArray like) {
        return Nd4j.createUninitialized(like.dataType(), like.shape(), 'c');
    }

    private static INDArray softmax(INDArray logits, INDArray result) {
        return Nd4j.exec(new SoftMax(logits, result, -1))[0];
    }

    /** An alpha that stays above 0 in the type of the array, since 0 * -infinity is NaN. */
    private static double aboveZero(double alpha, INDArray array) {
        return aboveZero(alpha, array.dataType());
    }

    static double aboveZero(double alpha, DataType type) {
        return type == DataType.DOUBLE ? alpha : Math.max(alpha, Float.MIN_VALUE);
    }

    static void checkAlpha(double alpha) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("alpha must be in [0, 1], got " + alpha
                    + "; 1 is ordinary cross-entropy, 0.25 to 0.3 are good first choices");
        }
    }

    /** What a floating array is computed in: DOUBLE in DOUBLE, the shorter types in FLOAT. */
    static DataType workingType(INDArray array, String name) {
        DataType type = array.dataType();
        if (!type.isFPType()) {
            throw new IllegalArgumentException(name + " must be of a floating type (DOUBLE, FLOAT, HALF or BFLOAT16), "
                    + "got " + type + " of shape " + Arrays.toString(array.shape()) + "; cast them first");
        }
        return type == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
    }

    private static INDArray inWorkingType(INDArray array, String name) {
        return array.castTo(workingType(array, name));
    }
}
