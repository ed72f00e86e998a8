package io.github.powergrad.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Networks on the processor: Markdown tables of what {@link NetworkSpeed} and {@code peers/torch_training.py} have printed. */
final class NetworkTable {

    private static final String TRAINING = "training";
    private static final String INFERENCE = "inference";
    private static final String PEAK = "peak MB of training";
    private static final String AS_IT_COMES = "contiguous, as it comes";
    private static final String FIRST_COLUMN = "| network, image size, images per step |";

    /** What was measured, by case, and by how it was computed. */
    private final Map<String, Map<String, JsonNode>> ours = new LinkedHashMap<>();
    /** What PyTorch did, by what was measured, and by case: one number for each of its variants. */
    private final Map<String, Map<String, JsonNode>> peers = new LinkedHashMap<>();
    private final List<JsonNode> torch;

    private NetworkTable(List<JsonNode> results, List<JsonNode> torch) {
        this.torch = torch;
        for (JsonNode result : results) {
            ours.computeIfAbsent(result.get("case").asText(), key -> new LinkedHashMap<>()).put(result.get("way").asText(), result);
        }
        for (String what : new String[] {TRAINING, INFERENCE, PEAK}) {
            peers.put(what, new LinkedHashMap<>());
            for (JsonNode document : torch) {
                document.get(what).fields().forEachRemaining(row -> peers.get(what).put(row.getKey(), row.getValue()));
            }
        }
    }

    /** Prints all tables to standard output. PyTorch need not be there. */
    static void print(List<JsonNode> results, List<JsonNode> torch) {
        NetworkTable table = new NetworkTable(results, torch);
        table.printTraining();
        table.printInference();
        table.printMemory();
        table.printMilliseconds();
        if (!torch.isEmpty()) {
            table.printVariants();
        }
    }

    private void printTraining() {
        heading("Training, images per second (FastCpu: ratio to stock Deeplearning4j; to PyTorch at its best; to oneDNN's kernels alone)",
                "stock Deeplearning4j", "FastCpu", "PyTorch as it comes", "PyTorch at its best", "oneDNN's kernels alone");
        for (String name : ours.keySet()) {
            double fast = ours(name, NetworkSpeed.FAST, TRAINING);
            double stock = ours(name, NetworkSpeed.STOCK, TRAINING);
            double best = peer(name, TRAINING, fastest(name, TRAINING));
            double kernels = ours(name, NetworkSpeed.KERNELS, TRAINING);
            row(name, text("%,.1f", stock), text("%,.1f (%.1f; %.2f; %.2f)", fast, fast / stock, fast / best, fast / kernels),
                    text("%,.1f", peer(name, TRAINING, AS_IT_COMES)), text("%,.1f", best), text("%,.1f", kernels));
        }
        System.out.println();
    }

    private void printInference() {
        heading("Inference, images per second (FastCpu: ratio to stock Deeplearning4j; to PyTorch at its best)",
                "stock Deeplearning4j", "FastCpu", "PyTorch as it comes", "PyTorch at its best");
        for (String name : ours.keySet()) {
            double fast = ours(name, NetworkSpeed.FAST, INFERENCE);
            double stock = ours(name, NetworkSpeed.STOCK, INFERENCE);
            double best = peer(name, INFERENCE, fastest(name, INFERENCE));
            row(name, text("%,.1f", stock), text("%,.1f (%.1f; %.2f)", fast, fast / stock, fast / best),
                    text("%,.1f", peer(name, INFERENCE, AS_IT_COMES)), text("%,.1f", best));
        }
        System.out.println();
    }

    private void printMemory() {
        heading("Peak memory of the process while it trains, MB (the JVM or Python included)",
                "stock Deeplearning4j", "FastCpu", "PyTorch as it comes", "PyTorch where it trains fastest");
        for (String name : ours.keySet()) {
            row(name, text("%,.0f", ours(name, NetworkSpeed.STOCK, PEAK)), text("%,.0f", ours(name, NetworkSpeed.FAST, PEAK)),
                    text("%,.0f", peer(name, PEAK, AS_IT_COMES)), text("%,.0f", peer(name, PEAK, fastest(name, TRAINING))));
        }
        System.out.println();
    }

    /** Where a step goes: the kernels alone, one kind after the other, and what a step takes beyond them. */
    private void printMilliseconds() {
        String[] kinds = {"convolution forward", "gradient of its images", "gradient of its weights", "batch norm and ReLU forward",
            "batch norm and ReLU backward"};
        heading("A training step with FastCpu, and oneDNN's kernels alone, ms", "the step", kinds[0], kinds[1], kinds[2], kinds[3],
                kinds[4], "all else");
        ours.forEach((name, ways) -> {
            JsonNode kernels = ways.getOrDefault(NetworkSpeed.KERNELS, nothing()).path("milliseconds");
            double step = 1000 * new NetworkCase(name).batch() / ours(name, NetworkSpeed.FAST, TRAINING);
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
        });
        System.out.println();
    }

    /** PyTorch alone: no memory layout and no allocator is the fastest for each network. */
    private void printVariants() {
        peers.forEach((what, byCase) -> {
            String[] variants = variants(byCase.values().iterator().next());
            heading("PyTorch " + torch.get(0).get("torch").asText() + ", " + torch.get(0).get("threads").asInt() + " threads, "
                    + (what.equals(PEAK) ? what : what + ", images per second") + ", by memory layout and allocator", variants);
            byCase.forEach((name, values) -> {
                String[] cells = new String[variants.length];
                for (int i = 0; i < cells.length; i++) {
                    cells[i] = text(what.equals(PEAK) ? "%,.0f" : "%,.1f", values.path(variants[i]).asDouble(Double.NaN));
                }
                row(name, cells);
            });
            System.out.println();
        });
    }

    private double ours(String name, String way, String what) {
        return ours.get(name).getOrDefault(way, nothing()).path(what).asDouble(Double.NaN);
    }

    private double peer(String name, String what, String variant) {
        return peers.get(what).getOrDefault(name, nothing()).path(variant).asDouble(Double.NaN);
    }

    private static ObjectNode nothing() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The variant of PyTorch with the highest rate. */
    private String fastest(String name, String what) {
        String fastest = AS_IT_COMES;
        for (String variant : variants(peers.get(what).getOrDefault(name, nothing()))) {
            fastest = peer(name, what, variant) > peer(name, what, fastest) ? variant : fastest;
        }
        return fastest;
    }

    private static String[] variants(JsonNode values) {
        List<String> names = new ArrayList<>();
        values.fieldNames().forEachRemaining(names::add);
        return names.toArray(new String[0]);
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
