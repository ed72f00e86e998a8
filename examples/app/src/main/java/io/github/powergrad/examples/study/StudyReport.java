package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Figures;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;

/**
 * {@code README.md} of a study: every figure and table, made of the CSV files alone. Its words are in {@code report.md}
 * beside this class, where names in braces stand for what is filled in.
 */
final class StudyReport {

    static final String FILE = "README.md";

    private static final Pattern NAME = Pattern.compile("\\{([^}]+)}");
    private static final Pattern COMMAND = Pattern.compile("`\\{command (\\w+)}`");

    private final StudyResults results;

    StudyReport(StudyPlan plan, RunTable table) {
        this.results = new StudyResults(plan, table);
    }

    /** Draws the figures of the parts that enough runs have ended for, and writes the text. */
    void write(OutputFolder output) throws IOException {
        for (StudyPart part : StudyPart.values()) {
            for (Map.Entry<String, List<XYChart>> figure
                    : section(part).map(Section::figures).orElse(Map.of()).entrySet()) {
                Figures.write(output, figure.getKey(), figure.getValue());
            }
        }
        output.write(FILE, text().getBytes(StandardCharsets.UTF_8));
    }

    private Optional<Section> section(StudyPart part) {
        return results.of(part).flatMap(part::section);
    }

    /** What a reader should know if nothing else; nothing until the runs that it takes have ended. */
    List<String> sentences() {
        return new PaperClaims(results).sentences();
    }

    /** The whole report. */
    String text() {
        Map<String, Object> values = new HashMap<>(ofAllParts());
        for (StudyPart part : StudyPart.values()) {
            values.put("command " + part, command(" " + part));
            section(part).ifPresent(section -> values.putAll(section.values()));
        }
        return Arrays.stream(template().split("\n(?=## )")).map(chapter -> filled(asFarAsRun(chapter), values))
                .collect(Collectors.joining("\n\n")) + "\n";
    }

    private static String template() {
        try (InputStream template = StudyReport.class.getResourceAsStream("report.md")) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A chapter, cut short if the runs of its part have not ended. */
    private String asFarAsRun(String chapter) {
        Matcher command = COMMAND.matcher(chapter);
        return !command.find() ? chapter : chapter.substring(0, command.end()) + "\n\n"
                + results.of(StudyPart.valueOf(command.group(1).toUpperCase(Locale.ROOT)))
                        .map(its -> limits(its) + chapter.substring(command.end())).orElse("Not run to the end yet.");
    }

    /** Fills in names, paragraph by paragraph; one of which nothing is left is left out. */
    private static String filled(String chapter, Map<String, Object> values) {
        return Arrays.stream(chapter.split("\n\n")).map(paragraph -> NAME.matcher(paragraph.strip().replace('\n', ' '))
                        .replaceAll(name -> Matcher.quoteReplacement(text(values, name.group(1)))).strip())
                .filter(paragraph -> !paragraph.isEmpty()).collect(Collectors.joining("\n\n"));
    }

    private static String text(Map<String, Object> values, String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalStateException("the report has nothing to fill in for {" + name + "}");
        }
        return value instanceof Double ? NumberText.plain((Double) value)
                : value instanceof Integer ? String.format(Locale.ROOT, "%,d", (Integer) value) : value.toString();
    }

    private Map<String, Object> ofAllParts() {
        StudyPlan plan = results.plan;
        PaperClaims claims = new PaperClaims(results);
        String sentences = claims.sentences().stream().map(each -> "- " + each).collect(Collectors.joining("\n"));
        Map<String, Object> values = new HashMap<>(Map.of("rate", StudyPlan.RATE, "α", StudyPlan.ALPHA,
                "smoothing", StudyPlan.SMOOTHING, "batch", StudyPlan.BATCH, "epochs", plan.epochs,
                "long epochs", plan.curveEpochs(), "seeds", listed(plan.seeds)));
        values.putAll(Map.of("command", command(""), "images", results.table.data(),
                "channels", StudyPlan.WIDTH + "-" + 2 * StudyPlan.WIDTH + "-" + 2 * StudyPlan.WIDTH,
                "runs", results.table.runs().size(),
                "diverged", results.table.runs().stream().filter(FinishedRun::diverged).count(),
                "quick", plan.quick ? "**A quick setting: the numbers below mean nothing.**" : "",
                "in short", sentences.isEmpty() ? "" : "## In short\n\n" + sentences, "claims", claims.table()));
        return values;
    }

    private String limits(StudyResults its) {
        return its.plan.seeds.equals(results.plan.seeds) ? "" : "**Seeds " + listed(its.plan.seeds)
                + " only: the runs of the others have not ended.**";
    }

    private static String listed(List<Long> seeds) {
        return seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private String command(String part) {
        return "examples/powergrad study" + part + results.plan.options()
                + (results.table.data().isBundled() ? "" : " --data DIR") + " --out examples/study";
    }
}
