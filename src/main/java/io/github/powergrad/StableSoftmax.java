package io.github.powergrad;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.SubOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * softmax(&alpha; z) along the last dimension, accurate for finite logits of any size: wrong by at most 2e-6 in FLOAT
 * and 1e-12 in DOUBLE up to |z| = 1500, and at &alpha; = 1 equal to what LossMCXENT computes, to the last bit.
 *
 * <p>ND4J's softmax is used as it is wherever it keeps that promise. It does not for an empty array, for a rounded
 * product &alpha; z and for a DOUBLE row far below 0: each of these has its part here. Measured times are those of the
 * gradient in proportion to LossMCXENT's, on two cores of a processor; docs/numerics.md has all of them.
 */
final class StableSoftmax {

    /** Rounding a FLOAT up to this, to its 24 bits, costs at most 1e-6 of a probability. */
    private static final double LARGEST_ROUNDED = 60;

    /** Its exponential is a normal DOUBLE still, as are those of a few classes behind it. */
    private static final double LOWEST_MAXIMUM = -700;

    /** Up to this length OpenBLAS stays on the calling thread; its other threads would be in the way of ND4J's. */
    private static final int LONGEST_FOR_BLAS = 10_000;

    private static final double LOG_2 = Math.log(2);

    private StableSoftmax() {}

    /**
     * softmax(&alpha; z).
     *
     * @param z logits of type FLOAT or DOUBLE, [..., C], of any layout; never modified
     * @param alpha in [0, 1]
     * @return a new array in c order, as ND4J's softmax adds up differently in f order; NaN in a row that has NaN,
     *     +&infin; or nothing but &minus;&infin;
     */
    static INDArray of(INDArray z, double alpha) {
        if (z.isEmpty()) {
            return z.ulike(); // ND4J's softmax of an empty array ends the JVM
        }
        if (alpha == 0) {
            return of(z, 1).muli(0).addi(1.0 / z.size(-1)); // not of 0 z: 0 * -infinity is NaN. A row of NaN stays NaN
        }
        if (alpha == 1) {
            return ofUnscaled(z);
        }
        // With a GPU, looking at the outcome would mean to wait for it
        if (HostArray.canRead(z)) {
            INDArray scaled = product(z, alpha);
            INDArray p = softmax(scaled, scaled);
            if (isExact(p, z, alpha)) {
                return p;
            }
        }
        return ofShifted(z, alpha);
    }

    /**
     * softmax(&alpha; (z &minus; row maximum)). Rounding &alpha; z at |z| = 1500 costs 2e-5 of a probability in FLOAT;
     * taking off the maximum first is exact where it matters. Its two passes cost time: 1.5 in place of 1.0 at [256,
     * 1000], 2.6 in place of 1.05 at [32, 10]. Hence the trial without them.
     */
    private static INDArray ofShifted(INDArray z, double alpha) {
        INDArray shifted = difference(z, z.max(true, -1)).muli(keptAboveZero(alpha, z.dataType()));
        return softmax(shifted, shifted);
    }

    /**
     * Whether p = softmax(&alpha; z) needed no shift, because log &Sigma; exp(&alpha; z), and with it the largest
     * &alpha; z, is small in each row. One class of a row tells, as log &Sigma; exp(&alpha; z) = &alpha; z &minus; log
     * p. The last class is asked where the first is impossible or far behind. The look costs 0.01 to 0.07; a trial in
     * vain costs 1.
     */
    private static boolean isExact(INDArray p, INDArray z, double alpha) {
        HostArray logits = new HostArray(z);
        HostArray probabilities = new HostArray(p);
        int classes = (int) z.size(-1);
        for (int first = 0; first < z.length(); first += classes) {
            int last = first + classes - 1;
            if (!isSmall(alpha * logits.get(first), probabilities.get(first))
                    && !isSmall(alpha * logits.get(last), probabilities.get(last))) {
                return false;
            }
        }
        return true;
    }

    /** By the exponent of p, in place of its logarithm: one logarithm per row would cost another 0.08 at [128, 10]. */
    private static boolean isSmall(double scaled, double p) {
        return p > 0 && Math.abs(scaled - LOG_2 * Math.getExponent(p)) <= LARGEST_ROUNDED;
    }

    /**
     * softmax(z). ND4J takes 0 for the maximum of a DOUBLE row below 0, so that a row below -745 is 0/0. Lifting only
     * such rows leaves the others as LossMCXENT has them. The lift takes four ops: a score goes this way too, and at
     * [32, 10] would take 1.2 in place of 0.4. So the processor first looks whether there are any. FLOAT needs no lift.
     */
    private static INDArray ofUnscaled(INDArray z) {
        if (z.dataType() == DataType.FLOAT || HostArray.canRead(z) && rowsStartAbove(LOWEST_MAXIMUM, z)) {
            return softmax(z, uninitialized(z));
        }
        INDArray lift = Transforms.min(z.max(true, -1).subi(LOWEST_MAXIMUM), 0, false);
        INDArray lifted = difference(z, lift);
        return softmax(lifted, lifted);
    }

    private static boolean rowsStartAbove(double bound, INDArray z) {
        HostArray logits = new HostArray(z);
        int classes = (int) z.size(-1);
        for (int first = 0; first < z.length(); first += classes) {
            if (!(logits.get(first) > bound)) {
                return false;
            }
        }
        return true;
    }

    /** &alpha; z. Few numbers are multiplied by BLAS: starting an op of ND4J would cost another 0.25 at [32, 10]. */
    private static INDArray product(INDArray z, double alpha) {
        double factor = keptAboveZero(alpha, z.dataType());
        if (z.length() > LONGEST_FOR_BLAS) {
            return Nd4j.exec(new ScalarMultiplication(z, null, uninitialized(z), factor));
        }
        INDArray product = z.dup('c');
        Nd4j.getBlasWrapper().level1().scal(product.length(), factor, product);
        return product;
    }

    /** An alpha above 0 that stays so in the given type, where 0 * -infinity would be NaN. */
    static double keptAboveZero(double alpha, DataType type) {
        return type == DataType.DOUBLE ? alpha : Math.max(alpha, Float.MIN_VALUE);
    }

    private static INDArray difference(INDArray z, INDArray column) {
        return Nd4j.exec(new SubOp(new INDArray[] {z, column}, new INDArray[] {uninitialized(z)}))[0];
    }

    private static INDArray softmax(INDArray z, INDArray result) {
        return Nd4j.exec(new SoftMax(z, result, -1))[0];
    }

    private static INDArray uninitialized(INDArray like) {
        return Nd4j.createUninitialized(like.dataType(), like.shape(), 'c');
    }
}
