package io.github.powergrad.fastcpu;

import java.util.List;
import java.util.stream.Collectors;

/** What {@link FastCpu#apply} made of each layer of a network. */
public final class FastCpuReport {

    private final List<Line> lines;
    private final String unavailable;

    FastCpuReport(List<Line> lines, String unavailable) {
        this.lines = List.copyOf(lines);
        this.unavailable = unavailable;
    }

    /** Returns the layers and vertices, in the order of the network. */
    public List<Line> lines() {
        return lines;
    }

    /** Returns whether at least one layer runs faster now. */
    public boolean isFaster() {
        return lines.stream().anyMatch(Line::isFaster);
    }

    /** Returns a line for each layer, or one line that says why all are left as they are. */
    @Override
    public String toString() {
        return unavailable != null ? "all layers are left as they are: " + unavailable
                : lines.stream().map(Line::toString).collect(Collectors.joining(System.lineSeparator()));
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
