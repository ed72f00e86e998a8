package io.github.powergrad.examples.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What a check has found: its text, line by line, and the verdict. */
public final class Report {

    private final List<String> lines = new ArrayList<>();
    private final List<CheckRow> rows = new ArrayList<>();
    private final Consumer<String> progress;

    /** @param progress is given each line as soon as it is known */
    Report(Consumer<String> progress) {
        this.progress = progress;
    }

    void line(String line) {
        lines.add(line);
        progress.accept(line);
    }

    void row(CheckRow row) {
        rows.add(row);
        line(row.toString());
    }

    /** Adds a row of numbers that are compared; whatever is thrown meanwhile is what is wrong with it. */
    void compare(String part, String what, String reference, Comparison comparison) {
        Deviation deviation = new Deviation();
        CheckRow row;
        try {
            comparison.into(deviation);
            row = CheckRow.of(part, what, reference, deviation);
        } catch (RuntimeException | LinkageError | OutOfMemoryError failure) {
            row = CheckRow.broken(part, what, failure);
        }
        row(row);
    }

    /** Compares numbers. */
    interface Comparison {
        void into(Deviation deviation);
    }

    /** Returns whether every row passed. */
    public boolean passed() {
        return !rows.isEmpty() && rows.stream().allMatch(CheckRow::passed);
    }

    /** Returns {@code passed}, or {@code failed: } and the rows that did. */
    public String verdict() {
        return passed() ? "passed" : "failed: "
                + rows.stream().filter(row -> !row.passed()).map(CheckRow::name).collect(Collectors.joining("; "));
    }

    /** Returns the rows of the table. */
    public List<CheckRow> rows() {
        return List.copyOf(rows);
    }

    /** Returns the whole text. */
    public String text() {
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }
}
