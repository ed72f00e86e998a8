package io.github.powergrad;

import java.util.OptionalDouble;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The outputs of a minibatch whose label is not 0: N of N &middot; C if the labels are one-hot. The score of these alone
 * takes N logarithms, where the ops of ND4J take one of every output and multiply nearly all of them by 0.
 */
final class LabelledOutputs {

    /** Java takes about as long for one logarithm as the ops of ND4J for those of this many outputs. */
    private static final int OUTPUTS_PER_LOGARITHM = 8;

    /** Java takes about as long for this many logarithms as ND4J takes to start its ops. */
    private static final int LOGARITHMS_PER_START = 1_000;

    private LabelledOutputs() {}

    /**
     * &Sigma; q log p over the labelled outputs, added up in DOUBLE. A row that has no label counts as 0, or as NaN if
     * it is NaN.
     *
     * @param q labels [N, C]
     * @param p probabilities [N, C] in the type of q; a row is NaN altogether or not at all
     * @param clipEps p counts as no less than this and no more than 1 less this, rounded to the type of p
     * @return the sum; empty if the ops of ND4J are faster, since the minibatch would have too many labels if the rest
     *     of it were like what has been seen; also on a GPU, or if an array is not laid out row by row
     */
    static OptionalDouble logLikelihood(INDArray q, INDArray p, double clipEps) {
        if (!HostArray.canRead(q) || !HostArray.canRead(p)) {
            return OptionalDouble.empty();
        }
        boolean single = p.dataType() == DataType.FLOAT;
        double floor = single ? (float) clipEps : clipEps;
        double ceiling = single ? (float) (1 - clipEps) : 1 - clipEps;
        int rows = (int) q.size(0);
        int classes = (int) q.size(1);
        HostArray labels = new HostArray(q);
        HostArray probabilities = new HostArray(p);
        long worthwhile = LOGARITHMS_PER_START + q.length() / OUTPUTS_PER_LOGARITHM;
        double sum = 0;
        long labelled = 0;
        for (int row = 0; row < rows; row++) {
            int start = row * classes;
            int end = start + classes;
            sum += 0 * probabilities.get(start);
            for (int i = labels.afterZeros(start, end); i < end; i = labels.afterZeros(i + 1, end)) {
                double label = labels.get(i);
                if (label != 0) {
                    labelled++;
                    if (labelled * rows > worthwhile * (row + 1)) {
                        return OptionalDouble.empty();
                    }
                    double probability = probabilities.get(i);
                    sum += label * Math.log(probability < floor ? floor : Math.min(probability, ceiling));
                }
            }
        }
        return OptionalDouble.of(sum);
    }
}
