package io.github.powergrad.examples.check;

import java.util.Locale;

/** The largest of many errors, each measured by the bound that holds for it. */
final class Deviation {

    private int compared;
    private double worst = -1;
    private double error;
    private double bound;
    private String place;

    /**
     * Takes in one number. NaN agrees with NaN, and with nothing else.
     *
     * @param where names the number
     * @param allowed the largest error allowed
     */
    void compare(String where, double actual, double expected, double allowed) {
        compared++;
        double difference = actual == expected || Double.isNaN(actual) && Double.isNaN(expected)
                ? 0 : Math.abs(actual - expected);
        if (Double.isNaN(difference)) {
            difference = Double.POSITIVE_INFINITY;
        }
        double share = difference / allowed;
        if (share > worst) {
            worst = share;
            error = difference;
            bound = allowed;
            place = String.format(Locale.ROOT, "%s: %.10g, expected %.10g", where, actual, expected);
        }
    }

    boolean withinBounds() {
        return compared > 0 && worst <= 1;
    }

    double error() {
        return error;
    }

    double bound() {
        return bound;
    }

    /** Returns where the largest error is, and what it is made of. */
    String place() {
        return compared == 0 ? "nothing was compared" : place;
    }
}
