package io.github.powergrad;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The outputs of a minibatch whose label is not 0: N of N &middot; C if the labels are one-hot. The score of these alone
 * takes N logarithms, where the ops of ND4J take one of every output and multiply nearly all of them by 0.
 */
final class LabelledOutputs {

    /** The logarithm of one output takes Java about as long as that of eight outputs takes the ops of ND4J. */
    private static final int OUTPUTS_FOR_A_LOGARITHM = 8;

    /** This many logarithms, one a row, take no longer than it takes to start the ops. */
    private static final int ROWS_FOR_NOTHING = 1_000;

    /** Before this many no count of them says what the others are like. */
    private static final int TOO_FEW_TO_TELL = 50;

    private LabelledOutputs() {}

    /**
     * &Sigma; q log p over the labelled outputs, added up in DOUBLE. A row that has no label counts as 0, or as NaN if
     * it is NaN.
     *
     * @param q labels [N, C]
     * @param p probabilities [N, C] in the type of q; a row is NaN altogether or not at all
     * @param clipEps p counts as no less than this and no more than 1 less this, rounded to the type of p
     * @return the sum; empty if too many outputs are labelled for this to be the fast way, or on a GPU, or if an array is
     *     not laid out row by row
     */
    static OptionalDouble logLikelihood(INDArray q, INDArray p, double clipEps) {
        if (!PowerTransform.isInReach(q) || !PowerTransform.isInReach(p)) {
            return OptionalDouble.empty();
        }
        boolean single = p.dataType() == DataType.FLOAT;
        double floor = single ? (float) clipEps : clipEps;
        double ceiling = single ? (float) (1 - clipEps) : 1 - clipEps;
        int width = p.dataType().width();
        int rowLength = (int) q.size(1) * width;
        ByteBuffer labels = bytes(q);
        ByteBuffer probabilities = bytes(p);
        double sum = 0;
        int labelled = 0;
        for (int row = 0; row < labels.limit(); row += rowLength) {
            int end = row + rowLength;
            int few = TOO_FEW_TO_TELL + Math.min(ROWS_FOR_NOTHING, end / rowLength) + end / width / OUTPUTS_FOR_A_LOGARITHM;
            sum += 0 * number(probabilities, row, single);
            for (int i = row; i < end; i += width) {
                i = afterZeros(labels, i, end);
                double label = i < end ? number(labels, i, single) : 0;
                if (label != 0) {
                    if (++labelled > few) {
                        return OptionalDouble.empty();
                    }
                    double probability = number(probabilities, i, single);
                    sum += label * Math.log(probability < floor ? floor : Math.min(probability, ceiling));
                }
            }
        }
        Reference.reachabilityFence(q); // their memory goes with them
        Reference.reachabilityFence(p);
        return OptionalDouble.of(sum);
    }

    /** The first place at or after from where the eight bytes, if so many are left, are not all 0. */
    private static int afterZeros(ByteBuffer labels, int from, int end) {
        int i = from;
        // four at a time by hand: compiled while rows are short, a plain loop stays slow for long ones
        while (i + 4 * Long.BYTES <= end && (labels.getLong(i) | labels.getLong(i + Long.BYTES)
                | labels.getLong(i + 2 * Long.BYTES) | labels.getLong(i + 3 * Long.BYTES)) == 0) {
            i += 4 * Long.BYTES;
        }
        while (i + Long.BYTES <= end && labels.getLong(i) == 0) {
            i += Long.BYTES;
        }
        return i;
    }

    private static ByteBuffer bytes(INDArray array) {
        int width = array.dataType().width();
        int start = (int) array.offset() * width;
        ByteBuffer all = array.data().asNio();
        return all.position(start).limit(start + (int) array.length() * width).slice().order(ByteOrder.nativeOrder());
    }

    private static double number(ByteBuffer bytes, int at, boolean single) {
        return single ? bytes.getFloat(at) : bytes.getDouble(at);
    }
}
