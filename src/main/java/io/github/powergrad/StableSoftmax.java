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
 * <p>ND4J's softmax is used as it is wherever it keeps that promise. It does not in three cases, each of which has its
 * method here: an empty array, a rounded product &alpha; z, and a DOUBLE row far below 0. Times are those of the
 * gradient in proportion to LossMCXENT's, on two cores of a processor.
 */
final class StableSoftmax {

    /** Rounding a FLOAT up to this, to its 24 bits, costs at most 1e-6 of a probability. */
    private static final double LARGEST_ROUNDED = 60;

    /** exp of it is still a normal DOUBLE. */
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
     * softmax(&alpha; (z &minus; row maximum)). Rounding &alpha; z at |z| = 1500 costs 1e-5 of a probability in FLOAT;
     * taking off the maximum first is exact where it matters. It takes two passes more: with them the gradient takes 1.4
     * times as long as LossMCXENT's at [256, 1000], without them 1.0.
     */
    private static INDArray ofShifted(INDArray z, double alpha) {
        INDArray shifted = difference(z, z.max(true, -1)).muli(keptAboveZero(alpha, z.dataType()));
        return softmax(shifted, shifted);
    }

    /**
     * Whether p = softmax(&alpha; z) needed no shift, since log &Sigma; exp(&alpha; z), and with it the largest &alpha; z,
     * is small in each row. One class of the row tells: log &Sigma; exp(&alpha; z) = &alpha; z &minus; log p. Of log p
     * the exponent of p is enough, as a logarithm per row would take a tenth of the gradient at [128, 10]. The last class
     * is asked where the first is impossible or far behind. A trial in vain takes as long as another softmax.
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

    private static boolean isSmall(double scaled, double p) {
        return p > 0 && Math.abs(scaled - LOG_2 * Math.getExponent(p)) <= LARGEST_ROUNDED;
    }

    /**
     * softmax(z). ND4J takes 0 for the maximum of a DOUBLE row below 0, so a row below -745 is 0/0; in FLOAT it does not.
     * Lifting only such rows leaves the others as LossMCXENT has them. The lift takes four ops, which would double the
     * time of small DOUBLE scores: so the processor looks at the first class of each row beforehand.
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

    /** &alpha; z; for few numbers by BLAS, as starting an op of ND4J instead takes a fifth of the gradient at [32, 10]. */
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
