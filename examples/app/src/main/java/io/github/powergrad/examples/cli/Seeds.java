package io.github.powergrad.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import picocli.CommandLine.TypeConversionException;

/** The seeds to train with. A class of its own, because picocli takes a list for an option that is given many times. */
final class Seeds {

    private static final int MOST = 1000;

    private final List<Long> values;

    private Seeds(List<Long> values) {
        this.values = List.copyOf(values);
    }

    List<Long> values() {
        return values;
    }

    /** Reads {@code 3} as the seeds 1, 2, 3, and {@code 7,11} as exactly these seeds. */
    static Seeds parse(String text) {
        List<Long> numbers = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            try {
                numbers.add(Long.parseLong(part.trim()));
            } catch (NumberFormatException notANumber) {
                throw invalid(text);
            }
        }
        if (numbers.stream().distinct().count() != numbers.size()) {
            throw new TypeConversionException("seeds must differ from one another, got " + text);
        }
        long count = numbers.get(0);
        if (numbers.size() == 1 && (count < 1 || count > MOST)) {
            throw invalid(text);
        }
        return new Seeds(numbers.size() > 1
                ? numbers : LongStream.rangeClosed(1, count).boxed().collect(Collectors.toList()));
    }

    private static TypeConversionException invalid(String text) {
        return new TypeConversionException("seeds must be a count in [1, " + MOST
                + "] such as 3, or a list of two or more seeds such as 7,11, got " + text);
    }
}
