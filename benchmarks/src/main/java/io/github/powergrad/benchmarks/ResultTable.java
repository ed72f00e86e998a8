package io.github.powergrad.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints JMH's and the peers' JSON as one Markdown table: medians, and ratios to LossMCXENT of the same run. */
public final class ResultTable {

    private static final String[] QUESTIONS = {"gradient", "score", "gradientAndScore"};

    private ResultTable() {}

    /**
     * Prints the table to standard output.
     *
     * @param files JMH's results and, if the peers ran, theirs
     * @throws IOException if a file cannot be read
     */
    public static void main(String[] files) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Map<String, Map<String, Double>> byCase = new LinkedHashMap<>();
        for (JsonNode result : json.readTree(new File(files[0]))) {
            String name = result.get("benchmark").asText();
            JsonNode parameters = result.get("params");
            String row = parameters.get("type").asText() + " " + parameters.get("shape").asText();
            JsonNode bytes = result.path("secondaryMetrics").path("bytes");
            double value = bytes.isMissingNode()
                    ? result.get("primaryMetric").get("scorePercentiles").get("50.0").asDouble()
                    : bytes.get("score").asDouble();
            byCase.computeIfAbsent(row, key -> new LinkedHashMap<>())
                    .put(name.substring(name.lastIndexOf('.') + 1) + "/" + parameters.get("loss").asText(), value);
        }
        List<String> losses = new ArrayList<>(List.of("LossPowerGrad 0.3", "LossPowerGrad 1"));
        for (String loss : losses) {
            print("### " + loss + " beside LossMCXENT");
            print("");
            print("| type, shape | gradient µs (ratio) | score µs (ratio) | both µs (ratio) | gradient bytes (ratio) |");
            print("| --- | --- | --- | --- | --- |");
            byCase.forEach((row, values) -> {
                StringBuilder line = new StringBuilder("| ").append(row);
                for (String question : QUESTIONS) {
                    line.append(" | ").append(cell("%.1f (%.2f)", values, question, loss));
                }
                print(line.append(" | ").append(cell("%,.0f (%.2f)", values, "gradientBytes", loss)).append(" |")
                        .toString());
            });
            print("");
        }
        if (files.length > 1) {
            printPeers(json.readTree(new File(files[1])), byCase);
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
                    .get("gradientAndScore/LossPowerGrad 0.3");
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
    }

    private static String cell(String format, Map<String, Double> values, String question, String loss) {
        Double ours = values.get(question + "/" + loss);
        Double theirs = values.get(question + "/" + Call.PEER);
        return ours == null || theirs == null ? "" : String.format(Locale.ROOT, format, ours, ours / theirs);
    }

    private static void print(String line) {
        System.out.println(line);
    }
}
