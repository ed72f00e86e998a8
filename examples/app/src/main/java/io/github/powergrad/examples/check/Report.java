package io.github.powergrad.examples.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What a check has found: its text, line by line, and the verdict. */
public final class Report {

    private static final String LINE = "%-10s %-42s %-34s %10s %9s  %s";

    private final List<String> lines = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final Consumer<String> progress;
    private String part = "";
    private int rows;

    /** @param progress is given each line as soon as it is known */
    Report(Consumer<String> progress) {
        this.progress = progress;
    }

    /** Adds a line of text. */
    void line(String line) {
        lines.add(line);
        progress.accept(line);
    }

    /** Adds the heading of the table. */
    void heading() {
        line(String.format(LINE, "part", "what", "compared with", "error", "bound", "result").stripTrailing());
    }

    /** Sets the part of the check that the next rows belong to. */
    void begin(String newPart) {
        part = newPart;
    }

    /** Adds a row of numbers that are compared. An exception makes it a failed row, which shows that exception. */
    void compare(String what, String reference, Consumer<Deviation> comparison) {
        Deviation deviation = new Deviation();
        try {
            comparison.accept(deviation);
        } catch (RuntimeException | LinkageError | OutOfMemoryError failure) {
            broken(what, failure);
            return;
        }
        row(what, reference, digits(deviation.error), digits(deviation.bound),
                deviation.withinBounds() ? null : deviation.place());
    }

    /** Adds a row of something that was looked at; {@code fault} is null if it is as it should be. */
    void seen(String what, String how, String fault) {
        row(what, how, "", "", fault);
    }

    /** Adds a failed row for something that has ended with an exception. */
    void broken(String what, Throwable failure) {
        Throwable cause = failure.getCause();
        String reason = failure instanceof IOException && failure.getMessage() != null ? failure.getMessage()
                : failure + (cause == null ? "" : ", caused by " + cause);
        row(what, "", "", "", reason.lines().findFirst().orElse("no reason given"));
    }

    private void row(String what, String reference, String error, String bound, String fault) {
        rows++;
        String line = String.format(LINE, part, what, reference, error, bound, fault == null ? "ok" : "failed");
        if (fault != null) {
            failed.add((part + " " + what).strip());
            line += System.lineSeparator() + "           " + fault;
        }
        line(line);
    }

    private static String digits(double number) {
        return number == 0 ? "0" : String.format(Locale.ROOT, "%.1e", number);
    }

    public boolean passed() {
        return rows > 0 && failed.isEmpty();
    }

    /** Returns {@code passed}, or {@code failed: } and the rows that did. */
    public String verdict() {
        return passed() ? "passed" : "failed: " + String.join("; ", failed);
    }

    /** Returns the number of rows in the table. */
    int rows() {
        return rows;
    }

    /** Returns the rows that failed, by part and what was compared: {@code vectors gradient in FLOAT}. */
    List<String> failed() {
        return List.copyOf(failed);
    }

    public String text() {
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    /** The largest of many errors, each as a share of its bound. */
    static final class Deviation {

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

        /** Returns where the largest error is, and what it is made of. */
        String place() {
            return compared == 0 ? "nothing was compared" : place;
        }
    }
}
