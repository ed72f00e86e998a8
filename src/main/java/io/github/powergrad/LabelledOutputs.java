package io.github.powergrad;

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
        double sum = 0;
        int labelled = 0;
        for (int row = 0; row < rows; row++) {
            int start = row * classes;
            int end = start + classes;
            int few = TOO_FEW_TO_TELL + Math.min(ROWS_FOR_NOTHING, row + 1) + end / OUTPUTS_FOR_A_LOGARITHM;
            sum += 0 * probabilities.get(start);
            for (int i = labels.afterZeros(start, end); i < end; i = labels.afterZeros(i + 1, end)) {
                double label = labels.get(i);
                if (label != 0) {
                    if (++labelled > few) {
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
