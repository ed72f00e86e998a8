package io.github.powergrad.fastcpu;

import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * What one of ND4J's regularizations adds to gradients or updates at one iteration, on numbers in the processor's cache:
 * a factor times each parameter, or times its sign (L1).
 */
final class OnePassPenalty {

    /** Its square makes 8 of the smallest number. */
    private static final float LARGE = 0x1p76f;

    private final float factor;
    private final boolean ofSign;

    private OnePassPenalty(double factor, boolean ofSign) {
        this.factor = (float) factor;
        this.ofSign = ofSign;
    }

    /** Returns whether this regularization is known here. */
    static boolean isFor(Regularization regularization) {
        Class<?> type = regularization.getClass();
        return type == L1Regularization.class || type == L2Regularization.class || type == WeightDecay.class;
    }

    /** Returns what a regularization that is known here adds at this iteration and learning rate. */
    static OnePassPenalty of(Regularization regularization, double rate, int iteration, int epoch) {
        if (regularization instanceof L1Regularization) {
            return new OnePassPenalty(((L1Regularization) regularization).getL1().valueAt(iteration, epoch), true);
        }
        if (regularization instanceof L2Regularization) {
            return new OnePassPenalty(((L2Regularization) regularization).getL2().valueAt(iteration, epoch), false);
        }
        WeightDecay decay = (WeightDecay) regularization;
        double factor = decay.getCoeff().valueAt(iteration, epoch);
        return new OnePassPenalty(decay.isApplyLR() ? factor * rate : factor, false);
    }

    /** Adds to the first of these sums what it makes of as many parameters. */
    void add(float[] parameters, float[] sums, int count) {
        if (ofSign) {
            addSign(parameters, sums, count);
        } else {
            addNumber(parameters, sums, count);
        }
    }

    // One loop a method: the compiler makes vector instructions of these.

    /** Multiplied like this, every number but 0 is beyond 1 or -1, and cut to it. Math.signum takes three times as long. */
    private void addSign(float[] parameters, float[] sums, int count) {
        for (int i = 0; i < count; i++) {
            float sign = Math.max(-1, Math.min(1, parameters[i] * LARGE * LARGE));
            sums[i] = factor * sign + sums[i];
        }
    }

    private void addNumber(float[] parameters, float[] sums, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] = factor * parameters[i] + sums[i];
        }
    }
}
