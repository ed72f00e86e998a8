package io.github.powergrad.examples.data.folder;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names for an error message of one line: the first few, and how many more there are. */
final class FirstFew {

    private static final int FEW = 5;

    private FirstFew() {}

    static String of(Collection<String> names) {
        String few = names.stream().limit(FEW).collect(Collectors.joining(", "));
        return names.size() > FEW ? few + " and " + (names.size() - FEW) + " more" : few;
    }
}
