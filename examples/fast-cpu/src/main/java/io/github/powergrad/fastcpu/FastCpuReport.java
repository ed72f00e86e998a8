package io.github.powergrad.fastcpu;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@link FastCpu#apply} made of each layer of a network, and of its updater. */
public final class FastCpuReport {

    private final List<Line> lines;
    private final String updater;

    FastCpuReport(List<Line> lines, String updater) {
        this.lines = List.copyOf(lines);
        this.updater = updater;
    }

    /** The report where nothing can be faster. */
    static FastCpuReport unavailable(String reason) {
        return new FastCpuReport(List.of(), "left as it is, as all layers are: " + reason);
    }

    /** Returns the layers and vertices, in the order of the network. */
    public List<Line> lines() {
        return lines;
    }

    /** Returns whether the parameters are "updated in one pass", or "left as it is" and why. */
    public String updater() {
        return updater;
    }

    /** Returns whether at least one layer runs faster now. */
    public boolean isFaster() {
        return lines.stream().anyMatch(Line::isFaster);
    }

    /** Returns a line for each layer, and one for the updater. */
    @Override
    public String toString() {
        return Stream.concat(lines.stream().map(Line::toString), Stream.of("updater: " + updater))
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /** One layer or vertex. */
    public static final class Line {

        private final String name;
        private final String kind;
        private final String reason;

        Line(String name, String kind, String reason) {
            this.name = name;
            this.kind = kind;
            this.reason = reason;
        }

        /** Returns the name of the layer, or its number if it has none. */
        public String name() {
            return name;
        }

        /** Returns the class of the layer in Deeplearning4j. */
        public String kind() {
            return kind;
        }

        /** Returns whether it runs with oneDNN. */
        public boolean isFaster() {
            return reason == null;
        }

        /** Returns why it is left as it is; null if it is faster. */
        public String reason() {
            return reason;
        }

        @Override
        public String toString() {
            return name + " (" + kind + "): " + (reason == null ? "faster" : "left as it is, because " + reason);
        }
    }
}
