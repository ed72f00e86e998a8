package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Spread;
import java.util.Locale;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Differences that were taken seed by seed: their mean, deviation, and the 95 % interval of the mean by Student's t,
 * mean ± t(0.975, n − 1) s / √n.
 */
final class PairedDifference {

    private static final double UPPER = 0.975;

    private final Spread spread;
    private final double halfWidth;

    PairedDifference(double... differences) {
        spread = new Spread(differences);
        halfWidth = count() < 2 ? Double.NaN
                : new TDistribution(count() - 1).inverseCumulativeProbability(UPPER)
                        * spread.deviation() / Math.sqrt(count());
    }

    /** How many differences there are. */
    int count() {
        return spread.count();
    }

    double mean() {
        return spread.mean();
    }

    double deviation() {
        return spread.deviation();
    }

    double low() {
        return mean() - halfWidth;
    }

    double high() {
        return mean() + halfWidth;
    }

    /** Whether the interval is all above 0. */
    boolean isGain() {
        return low() > 0;
    }

    /** Whether the interval is all below 0. */
    boolean isLoss() {
        return high() < 0;
    }

    /** The mean and its interval, such as {@code +2.06 [+1.20, +2.92]}. */
    @Override
    public String toString() {
        return count() == 0 ? "–" : count() == 1 ? String.format(Locale.ROOT, "%+.2f", mean())
                : String.format(Locale.ROOT, "%+.2f [%+.2f, %+.2f]", mean(), low(), high());
    }
}
