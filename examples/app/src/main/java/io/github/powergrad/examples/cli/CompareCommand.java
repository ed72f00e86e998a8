package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.compare.AccuracyFigure;
import io.github.powergrad.examples.compare.ComparedTraining;
import io.github.powergrad.examples.compare.Comparison;
import io.github.powergrad.examples.compare.ComparisonTable;
import io.github.powergrad.examples.compare.ReliabilityFigure;
import io.github.powergrad.examples.compare.SummaryJson;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.MetricsCsv;
import io.github.powergrad.examples.train.ProgressDisplay;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.TrainingPlan.Loss;
import io.github.powergrad.fashionmnist.FashionMnist;
import io.github.powergrad.fashionmnist.ImageData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code powergrad compare}: the same training with LossMCXENT and with LossPowerGrad, side by side. */
@Command(name = "compare", mixinStandardHelpOptions = true)
final class CompareCommand extends PowerGradCommand {

    @Option(names = "--alpha", paramLabel = "A", defaultValue = "0.25")
    private double alpha;

    @Option(names = "--lr", paramLabel = "RATE", defaultValue = "0.04")
    private double learningRate;

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "6")
    private int epochs;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "128")
    private int batch;

    @Option(names = "--seeds", paramLabel = "N|LIST", defaultValue = "3")
    private Seeds seeds;

    @Option(names = "--width", paramLabel = "N", defaultValue = "8")
    private int width;

    @Option(names = "--batch-norm")
    private boolean batchNorm;

    @Option(names = "--data", paramLabel = "DIR")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "powergrad-compare")
    private Path out;

    @Override
    public Integer call() throws IOException {
        TrainingPlan baseline = ComparedTraining.plan(width, batchNorm, learningRate, epochs, batch);
        List<TrainingPlan> plans = List.of(baseline, baseline.with(Map.of("loss", Loss.POWER_GRAD, "alpha", alpha)));
        ImageData images = data == null ? FashionMnist.bundled() : FashionMnist.inFolder(data);
        baseline.requireImages(images.training().size());
        String device = ComputeDevice.ready();
        try (OutputFolder output = OutputFolder.claim(out)) {
            output.warnIfUnlocked(err());
            output.clear(List.of(MetricsCsv.FILE, SummaryJson.FILE, AccuracyFigure.FILE, ReliabilityFigure.FILE));
            return compare(plans, images, device, output);
        }
    }

    private int compare(List<TrainingPlan> plans, ImageData images, String device, OutputFolder output)
            throws IOException {
        int seedCount = seeds.values().size();
        err().printf(Locale.ROOT, "%s: %,d training and %,d test images; %d-%d-%d channels%s, lr %s, %s,"
                        + " batch %d, %s; %s%n",
                images.name(), images.training().size(), images.test().size(), width, 2 * width, 2 * width,
                batchNorm ? " with batch norm" : "", learningRate, counted(epochs, "epoch"), batch,
                counted(seedCount, "seed"), device);

        Comparison comparison = new Comparison(plans, images);
        MetricsCsv metrics = new MetricsCsv(output, MetricsCsv.WITHOUT_TOP5, List.of());
        output.whenStopped(() -> err().println("stopped: " + output.path().resolve(MetricsCsv.FILE)
                + " keeps the epochs that were measured"));
        List<RunResult> runs;
        try (ProgressDisplay progress = ConsoleKind.progress(comparison.plannedImages(seedCount), err())) {
            runs = comparison.run(seeds.values(), progress.after(metrics::add));
        }
        SummaryJson.write(output, runs);
        String title = String.format(Locale.ROOT, "%s, %,d training images, lr %s, %s",
                images.name(), images.training().size(), learningRate,
                seedCount == 1 ? "seed " + seeds.values().get(0) : "mean of " + seedCount + " seeds");
        String figure = AccuracyFigure.write(output, title, metrics.rows(), err())
                + ReliabilityFigure.write(output, title, runs, err());

        new ComparisonTable(runs, ConsoleKind.plusMinus()).lines().forEach(out()::println);
        out().println("p' = softmax(alpha z), which a network predicts once alpha is folded into it (foldAlpha)");
        out().println();
        out().println("written to " + output.path() + ": " + MetricsCsv.FILE + ", " + SummaryJson.FILE + figure);
        return reportDivergence(runs);
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private int reportDivergence(List<RunResult> runs) {
        int exitCode = 0;
        for (RunResult run : runs) {
            if (run.diverged()) {
                TrainingPlan plan = run.last().plan();
                err().println("error: " + plan.lossText() + " with seed " + plan.seed()
                        + " diverged in epoch " + run.last().epoch()
                        + " (loss or weights no longer finite); choose a lower --lr than " + learningRate
                        + " or an alpha nearer to 1");
                exitCode = 1;
            }
        }
        return exitCode;
    }
}
