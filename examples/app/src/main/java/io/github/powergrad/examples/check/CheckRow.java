package io.github.powergrad.examples.check;

import java.io.IOException;
import java.util.Locale;

/** One line of the table: what was compared with what, and how that came out. */
public final class CheckRow {

    private static final String LINE = "%-10s %-42s %-34s %10s %9s  %s";

    private final String part;
    private final String what;
    private final String reference;
    private final String error;
    private final String bound;
    private final String fault;

    private CheckRow(String part, String what, String reference, String error, String bound, String fault) {
        this.part = part;
        this.what = what;
        this.reference = reference;
        this.error = error;
        this.bound = bound;
        this.fault = fault;
    }

    /** Numbers that were compared; the row fails if one of them is out of its bound. */
    static CheckRow of(String part, String what, String reference, Deviation deviation) {
        return new CheckRow(part, what, reference, digits(deviation.error()), digits(deviation.bound()),
                deviation.withinBounds() ? null : deviation.place());
    }

    /** Something that was looked at and is as it should be if there is no fault, null. */
    static CheckRow seen(String part, String what, String how, String fault) {
        return new CheckRow(part, what, how, "", "", fault);
    }

    /** Something that did not come to its end. */
    static CheckRow broken(String part, String what, Throwable failure) {
        Throwable cause = failure.getCause();
        String reason = failure instanceof IOException && failure.getMessage() != null ? failure.getMessage()
                : failure + (cause == null ? "" : ", caused by " + cause);
        return new CheckRow(part, what, "", "", "", reason.lines().findFirst().orElse("no reason given"));
    }

    /** Returns what the columns hold. */
    static String heading() {
        return String.format(LINE, "part", "what", "compared with", "error", "bound", "result").stripTrailing();
    }

    /** Returns whether everything was as it should be. */
    public boolean passed() {
        return fault == null;
    }

    /** Returns the row by its name, as the verdict lists it: {@code vectors gradient in FLOAT}. */
    public String name() {
        return (part + " " + what).strip();
    }

    private static String digits(double number) {
        return number == 0 ? "0" : String.format(Locale.ROOT, "%.1e", number);
    }

    @Override
    public String toString() {
        String line = String.format(LINE, part, what, reference, error, bound, passed() ? "ok" : "failed");
        return passed() ? line : line + System.lineSeparator() + "           " + fault;
    }
}
