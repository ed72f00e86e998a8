package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.model.ThreeConvolutionNetwork;
import io.github.powergrad.examples.report.AccuracyFigure;
import io.github.powergrad.examples.report.ComparisonTable;
import io.github.powergrad.examples.report.MetricsCsv;
import io.github.powergrad.examples.report.ProgressDisplay;
import io.github.powergrad.examples.report.SummaryJson;
import io.github.powergrad.examples.train.ComparedLoss;
import io.github.powergrad.examples.train.Comparison;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingSettings;
import io.github.powergrad.fashionmnist.FashionMnist;
import io.github.powergrad.fashionmnist.ImageData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code powergrad compare}: the same training with LossMCXENT and with LossPowerGrad, side by side. */
@Command(
        name = "compare",
        description = {
            "Trains a three-convolution network on Fashion-MNIST with LossMCXENT and with LossPowerGrad: the same"
                    + " initial weights, batches and settings for both.",
            "",
            "Training: SGD with Nesterov momentum 0.9, weight decay 5e-4 (weights and biases), half an epoch of"
                    + " linear warm-up, then a cosine to 0. Results go to metrics.csv (one row an epoch),"
                    + " summary.json and curves.png in the --out folder."
        },
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--alpha", paramLabel = "A", defaultValue = "0.25",
            description = "alpha of LossPowerGrad, in [0, 1]; 1 is ordinary cross-entropy (default: ${DEFAULT-VALUE})")
    private double alpha;

    @Option(names = "--lr", paramLabel = "RATE", defaultValue = "0.04",
            description = "highest learning rate, above 0 (default: ${DEFAULT-VALUE})")
    private double learningRate;

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "6",
            description = "passes over the training images (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "128",
            description = "images a minibatch (default: ${DEFAULT-VALUE})")
    private int batch;

    @Option(names = "--seeds", paramLabel = "N|LIST", defaultValue = "3", converter = SeedsConverter.class,
            description = "how many seeds (3 stands for 1, 2, 3), or a list such as 7,11 (default: ${DEFAULT-VALUE})")
    private Seeds seeds;

    @Option(names = "--width", paramLabel = "N", defaultValue = "8",
            description = "channels of the first convolution; the others have twice as many (default: ${DEFAULT-VALUE})")
    private int width;

    @Option(names = "--batch-norm",
            description = "add batch normalization to the network")
    private boolean batchNorm;

    @Option(names = "--data", paramLabel = "DIR",
            description = "folder with the four IDX files of Fashion-MNIST, gzipped or not (default: the bundled"
                    + " first 20,000 training and 4,000 test images)")
    private Path data;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "powergrad-compare",
            description = "folder for the results; those of an earlier run there are replaced"
                    + " (default: ${DEFAULT-VALUE})")
    private Path out;

    @Override
    public Integer call() throws IOException {
        validate();
        ImageData images = data == null ? FashionMnist.bundled() : FashionMnist.inFolder(data);
        if (batch > images.training().size()) {
            throw usage("--batch must be at most the number of training images, " + images.training().size()
                    + ", got " + batch);
        }
        ComputeDevice device = ComputeDevice.ready();
        try (OutputFolder output = OutputFolder.claim(out)) {
            output.warnIfUnlocked(spec.commandLine().getErr());
            output.clear(List.of(MetricsCsv.FILE, SummaryJson.FILE, AccuracyFigure.FILE));
            return compare(images, device, output);
        }
    }

    private int compare(ImageData images, ComputeDevice device, OutputFolder output) throws IOException {
        PrintWriter stdout = spec.commandLine().getOut();
        PrintWriter stderr = spec.commandLine().getErr();
        Comparison comparison = new Comparison(
                new ThreeConvolutionNetwork(
                        width, batchNorm, images.training().height(), images.training().width(), ImageData.CLASSES),
                new TrainingSettings(learningRate, epochs, batch),
                images);
        stderr.printf(Locale.ROOT, "%s: %,d training and %,d test images; %d-%d-%d channels%s, lr %s, %s,"
                        + " batch %d, %s; %s%n",
                images.name(), images.training().size(), images.test().size(), width, 2 * width, 2 * width,
                batchNorm ? " with batch norm" : "", learningRate, counted(epochs, "epoch"), batch,
                counted(seeds.values().size(), "seed"), device);
        stderr.flush();

        List<ComparedLoss> losses = List.of(ComparedLoss.crossEntropy(), ComparedLoss.powerGrad(alpha));
        ComparisonRecord record = new ComparisonRecord(new MetricsCsv(output));
        output.whenStopped(() -> stderr.println("stopped: " + output.path().resolve(MetricsCsv.FILE)
                + " keeps the epochs that were measured"));
        List<RunResult> runs;
        try (ProgressDisplay progress = ConsoleKind.progress(
                comparison.plannedImages(losses.size() * seeds.values().size()), stderr)) {
            runs = comparison.run(losses, seeds.values(), record.showing(progress));
        }
        SummaryJson.write(output, runs);
        String figure = draw(output, record, images, stderr);

        new ComparisonTable(runs, ConsoleKind.plusMinus()).lines().forEach(stdout::println);
        stdout.println();
        stdout.println("written to " + output.path() + ": " + MetricsCsv.FILE + ", " + SummaryJson.FILE + figure);
        stdout.flush();
        return reportDivergence(runs, stderr);
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private void validate() {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw usage("--alpha must be in [0, 1], got " + alpha);
        }
        if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
            throw usage("--lr must be a finite number above 0, got " + learningRate);
        }
        checkRange("--epochs", epochs, 1, 10_000);
        checkRange("--batch", batch, 1, Integer.MAX_VALUE);
        checkRange("--width", width, 1, 512);
    }

    private void checkRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw usage(option + " must be " + (most == Integer.MAX_VALUE
                    ? "at least " + least
                    : "in [" + least + ", " + most + "]") + ", got " + value);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private String draw(OutputFolder output, ComparisonRecord record, ImageData images, PrintWriter stderr)
            throws IOException {
        String title = String.format(Locale.ROOT, "%s, %,d training images, lr %s, %s",
                images.name(), images.training().size(), learningRate,
                seeds.values().size() == 1 ? "seed " + seeds.values().get(0) : "mean of " + seeds.values().size() + " seeds");
        return CurvesFile.draw(output, record.epochs(), title, stderr);
    }

    private int reportDivergence(List<RunResult> runs, PrintWriter stderr) {
        int exitCode = 0;
        for (RunResult run : runs) {
            if (run.diverged()) {
                stderr.println("error: " + run.last().loss() + " with seed " + run.last().seed()
                        + " diverged in epoch " + run.last().epoch()
                        + " (loss or weights no longer finite); choose a lower --lr than " + learningRate
                        + " or an alpha nearer to 1");
                exitCode = 1;
            }
        }
        stderr.flush();
        return exitCode;
    }
}
