package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Each sentence of README.md with a number in it is made here from the file that the number comes from. */
@DisplayName("README.md")
class ReadmeTest {

    /** What {@code examples/powergrad compare} and {@code examples/powergrad train} wrote. */
    private static final String COMPARE = "examples/results/compare/summary.json";
    private static final String TRAIN = "examples/results/train/metrics.csv";

    /** Numbers that are part of a name or of a version, and the ends of the range of α. */
    private static final String NAMES = "M2\\.1|M1\\.1|M2|1\\.0\\.0-M[12](\\.1)?|Java 11|JDK \\(11|Version [0-9.]+(-SNAPSHOT)?|CUDA 11\\.\\d"
            + "|Apache-2\\.0|License 2\\.0|arXiv:[0-9.v]+|powergrad-dl4j|Deeplearning4j|x86-64|arm64|ResNet-\\d+|CIFAR-10|top-1|H200"
            + "|Java \\| 17 and 25 \\| 11|[Jj]ava 17 and 25|α = 1\\b(?!\\.)|α between 0 and 1";

    @Test
    @DisplayName("has no number outside its code that is not read here from its source")
    void numbers() throws IOException {
        String rest = readme().replaceAll("(?s)```.*?```", "").replaceAll("\\s+", " ");

        for (String sentence : sentences()) {
            assertThat(rest).contains(sentence);
            rest = rest.replace(sentence, "");
        }

        rest = rest.replaceAll("]\\([^)]*\\)|`[^`]*`", "").replaceAll(NAMES, "");
        assertThat(matches(".{0,60}\\d.{0,60}", rest)).as("numbers without a source").isEmpty();
    }

    private static List<String> sentences() throws IOException {
        List<String> sentences = new ArrayList<>(lines("examples/study/README.md")
                .dropWhile(line -> !line.equals("## In short")).skip(2).takeWhile(line -> line.startsWith("- "))
                .collect(Collectors.toList()));
        sentences.add(gainsOfThePaper());
        sentences.addAll(alphas());
        sentences.add(differenceOfCompare());
        sentences.add(accuracyOfTrain());
        sentences.add(timeOfTheLoss());
        sentences.addAll(computeCapabilities());
        // Compared with the study by StudyReportTest.
        String rises = "below α = 0.7 the reported cross-entropy rises at every step of our study";
        assertThat(text("examples/app/src/test/java/io/github/powergrad/examples/study/StudyReportTest.java"))
                .contains(rises);
        sentences.add(rises);
        return sentences;
    }

    /** From the recipes with the paper's accuracies: "without / with", where either can be several. */
    private static String gainsOfThePaper() throws IOException {
        double[] gains = lines("examples/IMAGENET.md").filter(line -> line.matches("\\| `resnet.*|\\| `seresnet.*"))
                .map(line -> line.split("\\|")[2].split("/"))
                .flatMapToDouble(row -> numbers(row[1])
                        .map(with -> with - numbers(row[0]).max().orElseThrow()))
                .toArray();
        assertThat(gains).hasSizeGreaterThan(10);
        return String.format(Locale.ROOT, "The paper reports %+.1f to %+.1f points of test accuracy",
                Arrays.stream(gains).min().orElseThrow(), Arrays.stream(gains).max().orElseThrow());
    }

    private static List<String> alphas() throws IOException {
        List<String> resnet18 = matches("`resnet18-cosine-a([0-9.]+)", text("examples/IMAGENET.md"));
        List<String> resnet50 = matches("`resnet50-cosine-a([0-9.]+)`", text("examples/IMAGENET.md")).stream()
                .distinct().collect(Collectors.toList());
        assertThat(resnet18).hasSize(1);
        assertThat(resnet50).hasSize(2);
        assertThat(text("examples/study/README.md")).contains("| α below 0.2 is unstable (in half precision) |");
        return List.of("where α is " + LossPowerGrad.DEFAULT_ALPHA,
                "Start with " + resnet18.get(0) + " to " + LossPowerGrad.DEFAULT_ALPHA,
                "The paper uses " + resnet18.get(0) + " for ResNet-18. For ResNet-50 it uses " + resnet50.get(0)
                        + ", in its last version " + resnet50.get(1),
                "In half precision the authors saw unstable training below 0.2");
    }

    private static String differenceOfCompare() throws IOException {
        double[] differences = differences("test_top1");
        assertThat(differences).hasSize(3);
        return "trains a small network three times with each loss on bundled images. "
                + "At the same learning rate the transform changes test accuracy by "
                + spread("%+.2f", differences) + " points";
    }

    private static String accuracyOfTrain() throws IOException {
        List<String> rows = lines(TRAIN).collect(Collectors.toList());
        int column = List.of(rows.get(0).split(",")).indexOf("test_top1");
        double top1 = Double.parseDouble(rows.get(rows.size() - 1).split(",")[column]);
        return String.format(Locale.ROOT, "to a test accuracy of %.1f %%", top1);
    }

    private static String timeOfTheLoss() throws IOException {
        double[] ratios = lines("benchmarks/RESULTS.md").dropWhile(line -> !line.endsWith("calls in turn in one process"))
                .takeWhile(line -> !line.endsWith("each in a process of its own"))
                .filter(line -> line.startsWith("| FLOAT "))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll(".*\\(([0-9.]+)\\) \\|$", "$1"))).toArray();
        assertThat(ratios).hasSizeGreaterThan(3);
        return String.format(Locale.ROOT, "gradient and score together take %.2f to %.2f of `LossMCXENT`'s time in FLOAT",
                Arrays.stream(ratios).min().orElseThrow(), Arrays.stream(ratios).max().orElseThrow());
    }

    private static List<String> computeCapabilities() throws IOException {
        List<String> gpus = lines("docs/platforms.md").collect(Collectors.toList());
        assertThat(gpus).anyMatch(line -> line.startsWith("| Hopper (H100, H200) and later | 9.0 and later | no |"))
                .anyMatch(line -> line.startsWith("| Ampere (A100; A10, RTX 30) | 8.0; 8.6 | yes |"));
        return List.of("H200 (Hopper: 9.0)", "(A100: 8.0)");
    }

    @Test
    @DisplayName("has the quick start as it is run, and what it printed")
    void quickStart() throws IOException {
        assertThat(readme()).contains("```java\n" + text("examples/quickstart/src/main/java/QuickStart.java") + "```\n\n"
                + "```\n" + text("examples/quickstart/output.txt") + "```");
    }

    @Test
    @DisplayName("of the examples has the table that compare printed")
    void comparison() throws IOException {
        List<String> table = lines("examples/README.md").dropWhile(line -> !line.startsWith("loss  ")).limit(4)
                .collect(Collectors.toList());

        String[] columns = {"train_top1", "%.2f", "test_top1", "%.2f", "test_cross_entropy", "%.3f", "folded_cross_entropy",
                "%.3f", "test_calibration_error", "%.3f", "folded_calibration_error", "%.3f", "logit_norm", "%.1f", "seconds",
                "%.1f"};
        for (int i = 0; i < columns.length; i += 2) {
            int cell = i / 2;
            assertThat(Stream.of(1, 2, 3).map(row -> cells(table.get(row)).get(cell))).as(columns[i]).containsExactly(
                    spread(columns[i + 1], values("LossMCXENT", columns[i])),
                    spread(columns[i + 1], values("LossPowerGrad", columns[i])),
                    spread(columns[i + 1].replace("%", "%+"), differences(columns[i])));
        }
    }

    @Test
    @DisplayName("of CIFAR-10 has the rows that the trainings wrote, each of the epoch that it names")
    void cifar() throws IOException {
        List<String[]> table = lines("examples/cifar10/README.md").filter(line -> line.startsWith("| [`"))
                .map(line -> line.split(" *\\| *")).collect(Collectors.toList());
        assertThat(table).hasSizeGreaterThan(5);

        for (String[] row : table) {
            String file = "examples/cifar10/" + matches("]\\((.*)\\)", row[1]).get(0);
            List<String> names = List.of(lines(file).findFirst().orElseThrow().split(","));
            String[] values = lines(file).map(line -> line.split(","))
                    .filter(line -> line[names.indexOf("epoch")].equals(row[4])).findFirst().orElseThrow();
            assertThat(row[3]).as("alpha in " + file).isEqualTo(values[names.indexOf("alpha")]);
            String[] columns = {"train_top1", "%.2f", "test_top1", "%.2f", "test_cross_entropy", "%.3f",
                "folded_cross_entropy", "%.3f", "test_calibration_error", "%.3f", "folded_calibration_error", "%.3f"};
            for (int i = 0; i < columns.length; i += 2) {
                assertThat(row[5 + i / 2]).as(columns[i] + " in " + file).isEqualTo(
                        String.format(Locale.ROOT, columns[i + 1], Double.valueOf(values[names.indexOf(columns[i])])));
            }
        }
    }

    private static List<String> cells(String line) {
        return matches("[-+0-9.]+ ± [0-9.]+", line);
    }

    private static double[] differences(String column) throws IOException {
        double[] baseline = values("LossMCXENT", column);
        double[] transform = values("LossPowerGrad", column);
        double[] differences = new double[baseline.length];
        Arrays.setAll(differences, seed -> transform[seed] - baseline[seed]);
        return differences;
    }

    /** The values of the runs with one loss, seed by seed. */
    private static double[] values(String loss, String column) throws IOException {
        JsonNode runs = new ObjectMapper().readTree(text(COMPARE)).get("runs");
        return StreamSupport.stream(runs.spliterator(), false).filter(run -> run.get("loss").asText().startsWith(loss))
                .mapToDouble(run -> run.get(column).asDouble()).toArray();
    }

    /** Mean ± sample standard deviation. */
    private static String spread(String format, double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        return String.format(Locale.ROOT, format + " ± " + format.replace("+", ""), mean,
                Math.sqrt(squares / (values.length - 1)));
    }

    private static DoubleStream numbers(String text) {
        return matches("[0-9]+\\.[0-9]+", text).stream().mapToDouble(Double::parseDouble);
    }

    /** What the pattern finds, or its first group if it has one. */
    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(ReadmeTest::last).collect(Collectors.toList());
    }

    private static String last(MatchResult match) {
        return match.group(Math.min(1, match.groupCount()));
    }

    private static String readme() throws IOException {
        return text("README.md");
    }

    private static Stream<String> lines(String file) throws IOException {
        return text(file).lines();
    }

    private static String text(String file) throws IOException {
        return Files.readString(Path.of(file));
    }
}
