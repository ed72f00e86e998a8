package io.github.powergrad.examples.compare;

import java.util.Locale;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * Mean and sample standard deviation of values that were measured with several seeds, or of differences that were taken
 * seed by seed, and the 95 % interval of the mean by Student's t, mean ± t(0.975, n − 1) s / √n.
 */
public final class Spread {

    private static final double UPPER = 0.975;

    private final DescriptiveStatistics values;

    /** @param values the values, none of them NaN */
    public Spread(double... values) {
        this.values = new DescriptiveStatistics(values);
    }

    public int count() {
        return (int) values.getN();
    }

    /** Returns the mean; NaN for no values. */
    public double mean() {
        return values.getMean();
    }

    /** Returns the sample standard deviation; NaN for fewer than two values. */
    public double deviation() {
        return count() < 2 ? Double.NaN : values.getStandardDeviation();
    }

    public double low() {
        return mean() - halfWidth();
    }

    public double high() {
        return mean() + halfWidth();
    }

    private double halfWidth() {
        return count() < 2 ? Double.NaN : new TDistribution(count() - 1).inverseCumulativeProbability(UPPER)
                * deviation() / Math.sqrt(count());
    }

    /** Returns whether the interval is all above 0. */
    public boolean isGain() {
        return low() > 0;
    }

    /** Returns whether the interval is all below 0. */
    public boolean isLoss() {
        return high() < 0;
    }

    /** Formats the mean, followed by the deviation if there is one. */
    public String format(String number, String plusMinus) {
        if (count() == 0) {
            return "-";
        }
        String text = String.format(Locale.ROOT, number, mean());
        return count() == 1 ? text
                : text + " " + plusMinus + " " + String.format(Locale.ROOT, number.replace("+", ""), deviation());
    }

    /** The mean with its sign, and its interval: {@code +2.06 [+1.20, +2.92]}. */
    @Override
    public String toString() {
        return count() == 0 ? "–" : count() == 1 ? String.format(Locale.ROOT, "%+.2f", mean())
                : String.format(Locale.ROOT, "%+.2f [%+.2f, %+.2f]", mean(), low(), high());
    }
}
