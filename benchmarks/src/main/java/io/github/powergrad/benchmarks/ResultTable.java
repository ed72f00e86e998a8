package io.github.powergrad.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.File;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints JMH's and the peers' JSON as Markdown tables: medians, and ratios to the peer of the same run. */
public final class ResultTable {

    private static final String[] QUESTIONS = {"gradient", "score", "gradientAndScore"};

    private ResultTable() {}

    /**
     * Prints the table to standard output.
     *
     * @param folder where JMH's results are and, if the peers ran, theirs
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] folder) throws IOException {
        JsonNode calls = read(folder[0], "jmh.json");
        if (!calls.isMissingNode()) {
            printRatios(read(folder[0], "ratios.json"));
            printCalls(calls, read(folder[0], "torch.json"));
        }
        NetworkTable.print(readAll(folder[0], "networks.json"));
    }

    /** Missing where the file is: the peers need not be installed. */
    private static JsonNode read(String folder, String name) throws IOException {
        File file = new File(folder, name);
        return file.exists() ? new ObjectMapper().readTree(file) : MissingNode.getInstance();
    }

    /** The documents of a file, one behind the other; none where the file is missing. */
    private static List<JsonNode> readAll(String folder, String name) throws IOException {
        File file = new File(folder, name);
        return file.exists() ? new ObjectMapper().readerFor(JsonNode.class).<JsonNode>readValues(file).readAll() : List.of();
    }

    private static double median(JsonNode result) {
        return result.get("primaryMetric").get("scorePercentiles").get("50.0").asDouble();
    }

    static void printRatios(JsonNode results) {
        print("### " + Call.OURS + " beside LossMCXENT, calls in turn in one process");
        print("");
        print("| type, shape | gradient µs (ratio) | score µs (ratio) | both µs (ratio) |");
        print("| --- | --- | --- | --- |");
        for (JsonNode result : results) {
            Map<String, Double> values = new LinkedHashMap<>();
            result.fields().forEachRemaining(field -> values.put(field.getKey(), field.getValue().asDouble()));
            print(times(result.get("case").asText(), values) + " |");
        }
        print("");
    }

    private static void printCalls(JsonNode results, JsonNode peers) {
        Map<String, Map<String, Double>> byCase = new LinkedHashMap<>();
        for (JsonNode result : results) {
            String name = result.get("benchmark").asText();
            JsonNode parameters = result.get("params");
            String row = parameters.get("type").asText() + " " + parameters.get("shape").asText();
            JsonNode bytes = result.path("secondaryMetrics").path("bytes");
            double value = bytes.isMissingNode()
                    ? median(result)
                    : bytes.get("score").asDouble() / result.get("measurementIterations").asInt(); // JMH adds them up
            byCase.computeIfAbsent(row, key -> new LinkedHashMap<>())
                    .put(name.substring(name.lastIndexOf('.') + 1) + "/" + parameters.get("loss").asText(), value);
        }
        print("### " + Call.OURS + " beside LossMCXENT, each in a process of its own");
        print("");
        print("| type, shape | gradient µs (ratio) | score µs (ratio) | both µs (ratio) | gradient bytes (ratio) |");
        print("| --- | --- | --- | --- | --- |");
        byCase.forEach((row, values) -> {
            print(times(row, values) + " | " + cell("%,.0f (%.2f)", values, "gradientBytes") + " |");
        });
        print("");
        if (!peers.isMissingNode()) {
            printPeers(peers, byCase);
        }
    }

    private static void printPeers(JsonNode peers, Map<String, Map<String, Double>> byCase) {
        print("### Score and gradient beside PyTorch " + peers.get("torch").asText() + ", "
                + peers.get("threads").asInt() + " threads, FLOAT");
        print("");
        print("| shape | LossPowerGrad 0.3 µs | published hook µs (ours / it) | exact hook µs (ours / it) "
                + "| plain cross-entropy µs (ours / it) |");
        print("| --- | --- | --- | --- | --- |");
        for (JsonNode peer : peers.get("results")) {
            Double ours = byCase.getOrDefault("FLOAT " + peer.get("shape").asText(), Map.of())
                    .get("gradientAndScore/" + Call.OURS);
            if (ours != null) {
                StringBuilder line = new StringBuilder("| ").append(peer.get("shape").asText())
                        .append(String.format(Locale.ROOT, " | %.1f", ours));
                for (String name : new String[] {"published", "exact", "plain"}) {
                    double theirs = peer.get(name).asDouble();
                    line.append(String.format(Locale.ROOT, " | %.1f (%.2f)", theirs, ours / theirs));
                }
                print(line.append(" |").toString());
            }
        }
        print("");
    }

    /** The first columns of a row: what it is about, then the time and the ratio of each question. */
    private static String times(String row, Map<String, Double> values) {
        StringBuilder line = new StringBuilder("| ").append(row);
        for (String question : QUESTIONS) {
            line.append(" | ").append(cell("%.1f (%.2f)", values, question));
        }
        return line.toString();
    }

    private static String cell(String format, Map<String, Double> values, String question) {
        Double ours = values.get(question + "/" + Call.OURS);
        Double theirs = values.get(question + "/" + Call.PEER);
        return ours == null || theirs == null ? "" : String.format(Locale.ROOT, format, ours, ours / theirs);
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
