package io.github.powergrad.examples.study;

import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code README.md} of a study: every figure and table, made of the CSV files alone. */
final class StudyReport {

    static final String FILE = "README.md";

    private static final List<Section> SECTIONS = List.of(
            new TransformSection(), new AlphaSection(), new LogitsSection(), new CurvesSection(), new MethodsSection(),
            new RatesSection(), new TwinSection(), new FiltersSection());

    private final StudyResults results;

    StudyReport(StudyPlan plan, RunTable table) {
        this.results = new StudyResults(plan, table);
    }

    /** Draws the figures of the sections that enough runs have ended for, and writes the text. */
    void write(OutputFolder output) throws IOException {
        for (Section section : SECTIONS) {
            Optional<StudyResults> its = results.of(section.part());
            if (its.isPresent()) {
                section.draw(its.get(), output);
            }
        }
        output.write(FILE, text().getBytes(StandardCharsets.UTF_8));
    }

    /** What a reader should know if nothing else; nothing until the runs that it takes have ended. */
    List<String> sentences() {
        return new PaperClaims(results).sentences();
    }

    /** The whole report. */
    String text() {
        StudySettings settings = results.settings();
        StringBuilder text = new StringBuilder("# The paper's claims on Fashion-MNIST\n\n");
        text.append(String.format(Locale.ROOT, "Written by `%s` from the CSV files beside it; do not edit. %s, a"
                        + " network of three convolutions (%d-%d-%d channels, stride 2, ReLU, average pooling, one"
                        + " fully connected layer), SGD with Nesterov momentum 0.9, weight decay 5e-4, batch %d, half"
                        + " an epoch of warm-up, then a cosine to 0, %d epochs (%d where said), learning rate %s"
                        + " where not said, seeds %s. Every run trains on one thread. All values are after the last"
                        + " epoch; ± is the standard deviation over the seeds, brackets are the 95 %% interval of the"
                        + " mean paired difference (Student's t). It is a small network on small images,"
                        + " trained briefly: what it says of ImageNet is little.\n\n",
                command(null), results.table().data(), StudySettings.WIDTH, 2 * StudySettings.WIDTH,
                2 * StudySettings.WIDTH, StudySettings.BATCH, settings.epochs(), settings.curveEpochs(),
                NumberText.plain(StudySettings.RATE),
                listed(settings.seeds())));
        text.append(String.format(Locale.ROOT, "`%s` holds all %d runs, those that diverged (%d) included, `%s` every"
                        + " epoch, `%s` the norms of the filters. Killed and started again, the command goes on where"
                        + " it was; the same seeds give the same files.\n",
                RunTable.RUNS, results.table().runs().size(),
                results.table().runs().stream().filter(FinishedRun::diverged).count(),
                RunTable.EPOCHS, RunTable.FILTERS));
        if (settings.quick()) {
            text.append("\n**A quick setting: the numbers below mean nothing.**\n");
        }
        PaperClaims claims = new PaperClaims(results);
        if (!claims.sentences().isEmpty()) {
            text.append("\n## In short\n\n");
            claims.sentences().forEach(sentence -> text.append("- ").append(sentence).append('\n'));
        }
        text.append("\n## What holds\n\n").append(claims.table());
        for (Section section : SECTIONS) {
            text.append("\n## ").append(section.title()).append("\n\n`").append(command(section.part()))
                    .append("`\n\n");
            text.append(results.of(section.part()).map(its -> limits(its) + section.text(its).stripTrailing())
                    .orElse("Not run to the end yet.")).append('\n');
        }
        return text.toString();
    }

    private String limits(StudyResults its) {
        List<Long> seeds = its.settings().seeds();
        return seeds.equals(results.settings().seeds()) ? ""
                : "**Seeds " + listed(seeds) + " only: the runs of the others have not ended.**\n\n";
    }

    private static String listed(List<Long> seeds) {
        return seeds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private String command(StudyPart part) {
        return "examples/powergrad study" + (part == null ? "" : " " + part.name().toLowerCase(Locale.ROOT))
                + results.settings().options() + (results.table().data().isBundled() ? "" : " --data DIR")
                + " --out examples/study";
    }
}
