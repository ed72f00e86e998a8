package io.github.powergrad.examples.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 3} as the seeds 1, 2, 3, and {@code 7,11} as exactly these seeds. */
final class SeedsConverter implements ITypeConverter<Seeds> {

    private static final int MOST = 1000;

    @Override
    public Seeds convert(String text) {
        String[] parts = text.split(",", -1);
        List<Long> numbers = new ArrayList<>();
        for (String part : parts) {
            try {
                numbers.add(Long.parseLong(part.trim()));
            } catch (NumberFormatException notANumber) {
                throw invalid(text);
            }
        }
        if (numbers.size() > 1) {
            if (numbers.stream().distinct().count() != numbers.size()) {
                throw new TypeConversionException("seeds must differ from one another, got " + text);
            }
            return new Seeds(numbers);
        }
        long count = numbers.get(0);
        if (count < 1 || count > MOST) {
            throw invalid(text);
        }
        List<Long> seeds = new ArrayList<>();
        for (long seed = 1; seed <= count; seed++) {
            seeds.add(seed);
        }
        return new Seeds(seeds);
    }

    private static TypeConversionException invalid(String text) {
        return new TypeConversionException("seeds must be a count in [1, " + MOST
                + "] such as 3, or a list of two or more seeds such as 7,11, got " + text);
    }
}
