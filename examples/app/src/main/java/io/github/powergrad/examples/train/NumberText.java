package io.github.powergrad.examples.train;

import java.math.BigDecimal;
import java.math.MathContext;

/** How numbers are written. No measured value is right to more than six significant digits. */
public final class NumberText {

    private static final MathContext SIX = new MathContext(6);

    private NumberText() {}

    /** Returns a number as it was given: without a fraction where it has none. */
    public static String plain(double value) {
        return value == Math.rint(value) && !Double.isInfinite(value) ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** Returns a number rounded to six significant digits. */
    public static double sixDigits(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).round(SIX).doubleValue() : value;
    }
}
