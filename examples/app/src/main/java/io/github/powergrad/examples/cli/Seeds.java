package io.github.powergrad.examples.cli;

import java.util.List;

/** The seeds to train with. */
final class Seeds {

    private final List<Long> values;

    Seeds(List<Long> values) {
        this.values = List.copyOf(values);
    }

    List<Long> values() {
        return values;
    }
}
