package io.github.powergrad.examples.report;

import java.util.Locale;

/** Mean and sample standard deviation of values that were measured with several seeds. */
public final class Spread {

    private final int count;
    private final double mean;
    private final double deviation;

    /**
     * @param values the values, none of them NaN
     */
    public Spread(double... values) {
        count = values.length;
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        mean = sum / count;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        deviation = Math.sqrt(squares / (count - 1));
    }

    /** Returns the mean; NaN for no values. */
    public double mean() {
        return mean;
    }

    /** Returns the sample standard deviation; NaN for fewer than two values. */
    public double deviation() {
        return deviation;
    }

    /** Formats the mean, followed by the deviation if there is one. */
    public String format(String number, String plusMinus) {
        if (count == 0) {
            return "-";
        }
        String text = String.format(Locale.ROOT, number, mean);
        return count == 1 ? text : text + " " + plusMinus + " " + String.format(Locale.ROOT, number.replace("+", ""), deviation);
    }
}
