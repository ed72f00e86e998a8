package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.study.Study;
import io.github.powergrad.examples.study.StudyPart;
import io.github.powergrad.examples.study.StudyPlan;
import io.github.powergrad.fashionmnist.FashionMnist;
import io.github.powergrad.fashionmnist.ImageData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code powergrad study}: the paper's figures and tables on Fashion-MNIST, and the controls it lacks. */
@Command(name = "study", mixinStandardHelpOptions = true)
final class StudyCommand extends PowerGradCommand {

    private static final int MOST_JOBS = 256;
    private static final int MOST_EPOCHS = 1000;

    @Parameters(paramLabel = "PART",
            description = "what to run: transform, alpha, methods, curves, rates, twin, calibration, filters;"
                    + " report for nothing but the report of what has been run (default: everything)")
    private List<String> parts = List.of();

    @Option(names = "--data", paramLabel = "DIR")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "powergrad-study")
    private Path out;

    @Option(names = "--seeds", paramLabel = "N|LIST")
    private Seeds seeds;

    @Option(names = "--epochs", paramLabel = "N")
    private Integer epochs;

    @Option(names = "--jobs", paramLabel = "N")
    private Integer jobs;

    @Option(names = "--quick")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        int jobCount = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
        check(jobCount >= 1 && jobCount <= MOST_JOBS, "--jobs must be in [1, " + MOST_JOBS + "], got " + jobCount);
        List<StudyPart> wanted = wantedParts();
        Study study = new Study(plan(), out);
        if (wanted.equals(List.of(StudyPart.REPORT))) {
            study.report();
        } else {
            String device = ComputeDevice.ready();
            ImageData images = study.images(data == null ? FashionMnist.bundled() : FashionMnist.inFolder(data));
            study.run(wanted, images, jobCount, count -> {
                err().println("device   " + device);
                return ConsoleKind.progress(count, err());
            }, err());
        }
        out().println("written to " + out + ": README.md, its figures, and CSV files of all runs");
        return 0;
    }

    private List<StudyPart> wantedParts() {
        List<String> names = Arrays.stream(StudyPart.values()).map(StudyPart::toString).collect(Collectors.toList());
        parts.forEach(part -> check(names.contains(part),
                "PART must be one of " + String.join(", ", names) + ", got " + part));
        return parts.isEmpty() ? List.of(StudyPart.values())
                : parts.stream().map(part -> StudyPart.valueOf(part.toUpperCase(Locale.ROOT))).collect(Collectors.toList());
    }

    private StudyPlan plan() {
        StudyPlan plan = quick ? StudyPlan.quickly() : StudyPlan.whole();
        if (seeds != null) {
            check(seeds.values().size() >= 2, "--seeds must be at least 2 seeds, for an interval, got 1");
            check(seeds.values().stream().allMatch(seed -> Math.abs(seed) < StudyPlan.SELECTION),
                    "--seeds must be below 1000000, which are kept for choosing learning rates, got " + seeds.values());
            plan = plan.withSeeds(seeds.values());
        }
        if (epochs != null) {
            check(epochs >= 1 && epochs <= MOST_EPOCHS, "--epochs must be in [1, " + MOST_EPOCHS + "], got " + epochs);
            plan = plan.withEpochs(epochs);
        }
        return plan;
    }

    private void check(boolean allowed, String message) {
        if (!allowed) {
            throw usage(message);
        }
    }
}
