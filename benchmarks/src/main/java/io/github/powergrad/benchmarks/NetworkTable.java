package io.github.powergrad.benchmarks;

import static io.github.powergrad.benchmarks.NetworkSpeed.INFERENCE;
import static io.github.powergrad.benchmarks.NetworkSpeed.PEAK;
import static io.github.powergrad.benchmarks.NetworkSpeed.TRAINING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Markdown tables of what {@link NetworkSpeed} has printed on a processor. */
final class NetworkTable {

    private static final String AS_IT_COMES = "contiguous, as it comes";
    private static final String FIRST_COLUMN = "| network, image size, images per step |";

    /** What was measured, by case, and by how it was computed. */
    private final Map<String, Map<String, JsonNode>> measured = new LinkedHashMap<>();

    private NetworkTable(List<JsonNode> results) {
        for (JsonNode result : results) {
            measured.computeIfAbsent(result.get("case").asText(), key -> new LinkedHashMap<>())
                    .put(result.get("way").asText(), result);
        }
    }

    /** Prints all tables to standard output. PyTorch need not be there. */
    static void print(List<JsonNode> results) {
        NetworkTable table = new NetworkTable(results);
        table.printTraining();
        table.printInference();
        table.printMemory();
        table.printMilliseconds();
        table.printVariants();
    }

    private void printTraining() {
        heading("Training, images per second (ratio to stock Deeplearning4j; to PyTorch at its best; to oneDNN's kernels)",
                "stock Deeplearning4j", "FastCpu", "PyTorch as it comes", "PyTorch at its best", "oneDNN's kernels alone");
        for (String name : measured.keySet()) {
            double fast = fast(name, TRAINING);
            double stock = number(result(name, NetworkSpeed.STOCK).path(TRAINING));
            double kernels = number(result(name, NetworkSpeed.KERNELS).path(TRAINING));
            JsonNode best = best(name, TRAINING);
            row(name, text("%,.1f", stock),
                    text("%,.1f (%.1f; %.2f; %.2f)", fast, fast / stock, number(best.path("ratio")), fast / kernels),
                    text("%,.1f", number(peer(name, AS_IT_COMES).path(TRAINING).path("theirs"))),
                    text("%,.1f", number(best.path("theirs"))), text("%,.1f", kernels));
        }
        System.out.println();
    }

    private void printInference() {
        heading("Inference, images per second (ratio to stock Deeplearning4j; to PyTorch at its best)",
                "stock Deeplearning4j", "FastCpu", "PyTorch as it comes", "PyTorch at its best");
        for (String name : measured.keySet()) {
            double fast = fast(name, INFERENCE);
            double stock = number(result(name, NetworkSpeed.STOCK).path(INFERENCE));
            JsonNode best = best(name, INFERENCE);
            row(name, text("%,.1f", stock), text("%,.1f (%.1f; %.2f)", fast, fast / stock, number(best.path("ratio"))),
                    text("%,.1f", number(peer(name, AS_IT_COMES).path(INFERENCE).path("theirs"))),
                    text("%,.1f", number(best.path("theirs"))));
        }
        System.out.println();
    }

    private void printMemory() {
        heading("Peak memory of the process while it trains, MB (the JVM or Python included)",
                "stock Deeplearning4j", "FastCpu", "PyTorch as it comes", "PyTorch where it trains fastest");
        for (String name : measured.keySet()) {
            row(name, text("%,.0f", number(result(name, NetworkSpeed.STOCK).path(PEAK))),
                    text("%,.0f", number(result(name, NetworkSpeed.FAST).path(PEAK))),
                    text("%,.0f", number(peer(name, AS_IT_COMES).path(PEAK))),
                    text("%,.0f", number(peer(name, fastest(name, TRAINING)).path(PEAK))));
        }
        System.out.println();
    }

    /** Where a step goes: the kernels alone, one kind after the other, and what a step takes beyond them. */
    private void printMilliseconds() {
        String[] kinds = {"convolution forward", "gradient of its images", "gradient of its weights",
            "batch norm and ReLU forward", "batch norm and ReLU backward"};
        heading("A training step with FastCpu, and oneDNN's kernels alone, ms", "the step", kinds[0], kinds[1], kinds[2],
                kinds[3], kinds[4], "all else");
        for (String name : measured.keySet()) {
            JsonNode kernels = result(name, NetworkSpeed.KERNELS).path("milliseconds");
            double step = 1000 * new NetworkCase(name).batch() / fast(name, TRAINING);
            double rest = step;
            String[] cells = new String[kinds.length + 2];
            cells[0] = text("%,.1f", step);
            for (int i = 0; i < kinds.length; i++) {
                double milliseconds = kernels.path(kinds[i]).asDouble();
                rest -= milliseconds;
                cells[i + 1] = text("%,.1f", milliseconds);
            }
            cells[kinds.length + 1] = text("%,.1f", rest);
            row(name, cells);
        }
        System.out.println();
    }

    /** FastCpu beside each variant of PyTorch: no memory layout and no allocator is the fastest for each network. */
    private void printVariants() {
        String first = measured.keySet().iterator().next();
        List<String> variants = variants(first);
        if (variants.isEmpty()) {
            return;
        }
        String[] about = result(first, NetworkSpeed.FAST).path("PyTorch").asText().split(" ");
        for (String what : new String[] {TRAINING, INFERENCE}) {
            heading("PyTorch " + about[0] + ", " + about[1] + " threads, by memory layout and allocator: " + what
                    + ", images per second (how many times as fast FastCpu is)", variants.toArray(new String[0]));
            for (String name : measured.keySet()) {
                row(name, variants.stream().map(variant -> peer(name, variant).path(what))
                        .map(medians -> text("%,.1f (%.2f)", number(medians.path("theirs")), number(medians.path("ratio"))))
                        .toArray(String[]::new));
            }
            System.out.println();
        }
    }

    private JsonNode result(String name, String way) {
        return measured.get(name).getOrDefault(way, MissingNode.getInstance());
    }

    private JsonNode peer(String name, String variant) {
        return result(name, NetworkSpeed.FAST).path(NetworkSpeed.PEERS).path(variant);
    }

    /** FastCpu's rate, in its turns with PyTorch at its best where both were measured. */
    private double fast(String name, String what) {
        JsonNode alone = result(name, NetworkSpeed.FAST).path(what);
        JsonNode beside = best(name, what).path("ours");
        return number(beside.isMissingNode() ? alone : beside);
    }

    private JsonNode best(String name, String what) {
        return peer(name, fastest(name, what)).path(what);
    }

    /** The variant of PyTorch beside which FastCpu is the least fast. */
    private String fastest(String name, String what) {
        String fastest = AS_IT_COMES;
        for (String variant : variants(name)) {
            double ratio = number(peer(name, variant).path(what).path("ratio"));
            double least = number(peer(name, fastest).path(what).path("ratio"));
            fastest = Double.isNaN(least) || ratio < least ? variant : fastest;
        }
        return fastest;
    }

    private List<String> variants(String name) {
        List<String> names = new ArrayList<>();
        result(name, NetworkSpeed.FAST).path(NetworkSpeed.PEERS).fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static double number(JsonNode node) {
        return node.asDouble(Double.NaN);
    }

    /** A number in a cell; nothing where a number was not measured. */
    private static String text(String format, Object... numbers) {
        return Double.isNaN((double) numbers[0]) ? "" : String.format(Locale.ROOT, format, numbers);
    }

    private static void heading(String title, String... columns) {
        System.out.println("### " + title);
        System.out.println();
        System.out.println(FIRST_COLUMN + " " + String.join(" | ", columns) + " |");
        System.out.println("| --- |" + " --- |".repeat(columns.length));
    }

    private static void row(String name, String... cells) {
        System.out.println("| " + name + " | " + String.join(" | ", cells) + " |");
    }
}
