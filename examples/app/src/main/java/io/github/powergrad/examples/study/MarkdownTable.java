package io.github.powergrad.examples.study;

import io.github.powergrad.examples.train.NumberText;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** A table in Markdown, built row by row. */
final class MarkdownTable {

    private final StringBuilder text = new StringBuilder();

    MarkdownTable(Object... columns) {
        row(columns);
        row(Collections.nCopies(columns.length, "---").toArray());
    }

    /** Adds a row; a fraction is written with the digits that it has. */
    void row(Object... cells) {
        List<String> texts = Arrays.stream(cells)
                .map(cell -> cell instanceof Double ? NumberText.plain((Double) cell) : cell.toString())
                .collect(Collectors.toList());
        text.append("| ").append(String.join(" | ", texts)).append(" |\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
