package io.github.powergrad.examples.compare;

import java.util.Locale;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/** Mean and sample standard deviation of values that were measured with several seeds. */
public final class Spread {

    private final DescriptiveStatistics values;

    /**
     * @param values the values, none of them NaN
     */
    public Spread(double... values) {
        this.values = new DescriptiveStatistics(values);
    }

    /** Returns the number of values. */
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

    /** Formats the mean, followed by the deviation if there is one. */
    public String format(String number, String plusMinus) {
        if (count() == 0) {
            return "-";
        }
        String text = String.format(Locale.ROOT, number, mean());
        return count() == 1 ? text
                : text + " " + plusMinus + " " + String.format(Locale.ROOT, number.replace("+", ""), deviation());
    }
}
