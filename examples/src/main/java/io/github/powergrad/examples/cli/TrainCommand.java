package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.backend.CudaRequest;
import io.github.powergrad.examples.checkpoint.Checkpoint;
import io.github.powergrad.examples.checkpoint.CheckpointSettings;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.model.NetworkShape;
import io.github.powergrad.examples.recipe.Recipe;
import io.github.powergrad.examples.recipe.TrainingPlan;
import io.github.powergrad.examples.report.AccuracyFigure;
import io.github.powergrad.examples.report.MetricsCsv;
import io.github.powergrad.examples.report.ProgressDisplay;
import io.github.powergrad.examples.report.TrainingUi;
import io.github.powergrad.examples.storage.OutputFolder;
import io.github.powergrad.examples.training.EpochResult;
import io.github.powergrad.examples.training.NetworkTraining;
import io.github.powergrad.examples.training.PlannedNetwork;
import io.github.powergrad.examples.training.TrainingObserver;
import io.github.powergrad.examples.training.parallel.ParallelTraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code powergrad train}: one of the paper's networks, by one of its recipes, with checkpoints. */
@Command(
        name = "train",
        description = {
            "Trains a network of the paper on an ImageNet-style folder, or ResNet-50 on the bundled Fashion-MNIST in a few"
                    + " minutes when nothing is given.",
            "",
            "SGD with Nesterov momentum; weight decay applies to weights, not to biases and batch normalization. Results go"
                    + " to metrics.csv (one row an epoch), curves.png, checkpoint-last.zip and checkpoint-best.zip in the --out"
                    + " folder.",
            ""
        },
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

    private static final String SKIPPED = "skipped.txt";
    private static final String DEFAULT_OUT = "powergrad-train";
    private static final String FOLDER_RECIPE = "resnet50-cosine-a0.3";

    @Spec
    private CommandSpec spec;

    @Option(names = "--recipe", paramLabel = "NAME",
            description = "settings to start from; 'powergrad recipes' lists them (default: " + Recipe.QUICK + " for the"
                    + " bundled images, " + FOLDER_RECIPE + " for --data)")
    private String recipe;

    @Mixin
    private ImageOptions imageOptions;

    @Option(names = "--out", paramLabel = "DIR", description = "folder for the results (default: " + DEFAULT_OUT + ")")
    private Path out;

    @Option(names = "--overwrite", description = "replace the checkpoints of an earlier training in --out")
    private boolean overwrite;

    @Option(names = "--resume", paramLabel = "DIR",
            description = "go on with the training whose --out folder this is, with its settings; one that has ended is"
                    + " only completed")
    private Path resume;

    @Option(names = "--dry-run", description = "check everything, show what would run, and stop before the first step")
    private boolean dryRun;

    @Option(names = "--ui",
            description = "show the training in a browser while it runs, by Deeplearning4j's training UI (the first time"
                    + " this downloads about 60 MB)")
    private boolean ui;

    @ArgGroup(validate = false, heading = "%nSettings that replace those of the recipe:%n")
    private PlanOptions planOptions = new PlanOptions();

    @Override
    public Integer call() throws IOException {
        Checkpoint checkpoint = resume == null ? null : lastCheckpoint();
        TrainingPlan plan = checkpoint == null ? chosenPlan() : resumedPlan(checkpoint);
        Path folder = resume != null ? resume : out == null ? Path.of(DEFAULT_OUT) : out;
        if (!dryRun && Files.isDirectory(folder)) {
            // Told now if it cannot be written to: looking through the images may take minutes.
            OutputFolder.claim(folder).close();
        }
        if (checkpoint == null) {
            protectCheckpoints(folder);
        }
        if (imageOptions.bundled() && !CudaRequest.made()) {
            // A second thread makes networks for images this small hardly faster (73 against 80 images/s), and much
            // slower where other programs run, because it spins.
            CpuBackend.oneNativeThread();
        }
        ComputeDevice device = ComputeDevice.ready();
        ComputeDevice.require(plan.devices());
        Path skippedList = dryRun ? null : folder.resolve(SKIPPED);
        try (ImageSource images = imageOptions.open(
                plan.imageSize(), plan.images(), plan.classes(), plan.seed(), skippedList)) {
            if (plan.batch() > images.trainingImages()) {
                throw usage("--batch must be at most the number of training images, " + images.trainingImages()
                        + ", got " + plan.batch());
            }
            if (checkpoint != null) {
                checkpoint.settings().requireFitting(images, checkpoint.toString());
            }
            NetworkShape shape = new NetworkShape(images.channels(), images.imageSize(), images.classNames().size());
            ComputationGraphConfiguration configuration = PlannedNetwork.configuration(
                    plan, shape, NetworkTraining.iterationsPerEpoch(plan, images));
            new RunDescription(plan, images, configuration, device, folder)
                    .print(spec.commandLine().getErr(), checkpoint == null ? 0 : checkpoint.settings().epoch());
            if (dryRun) {
                return dryRunEnds();
            }
            // The server comes first: where it cannot start, nothing has been written.
            try (TrainingUi browser = ui ? TrainingUi.start() : null) {
                if (ui) {
                    spec.commandLine().getErr().println("ui       " + browser.address());
                }
                return train(plan, images, folder, configuration, checkpoint, browser);
            }
        }
    }

    private Checkpoint lastCheckpoint() throws IOException {
        Path file = resume.resolve(Checkpoint.LAST);
        if (Files.exists(resume.resolve(MetricsCsv.FILE)) && !Files.exists(file)) {
            throw new IOException(resume + " holds no checkpoint, its training was stopped before the first epoch was"
                    + " saved; start it again with its own options and --out " + resume);
        }
        return Checkpoint.open(file);
    }

    private int dryRunEnds() {
        spec.commandLine().getOut().println("dry run: everything is in place, nothing was trained or written");
        spec.commandLine().getOut().flush();
        return 0;
    }

    private TrainingPlan chosenPlan() {
        try {
            imageOptions.check();
            Map<String, Object> given = given();
            if (!imageOptions.bundled() && given.containsKey("images")) {
                throw new IllegalArgumentException("--images is for the bundled images; with --data use --classes");
            }
            String name = recipe != null ? recipe : imageOptions.bundled() ? Recipe.QUICK : FOLDER_RECIPE;
            TrainingPlan base = Recipe.named(name).plan();
            return base.with(imageOptions.bundled() ? given : withoutImages(given, base));
        } catch (IllegalArgumentException wrong) {
            throw usage(wrong.getMessage());
        }
    }

    /** The quick recipe's number of images is one of the bundled images. */
    private static Map<String, Object> withoutImages(Map<String, Object> given, TrainingPlan base) {
        Map<String, Object> changed = new LinkedHashMap<>(given);
        if (base.images() > 0) {
            changed.put("images", 0);
        }
        return changed;
    }

    private Map<String, Object> given() {
        return planOptions.given(spec.commandLine().getParseResult());
    }

    private TrainingPlan resumedPlan(Checkpoint checkpoint) throws IOException {
        TrainingPlan trained = checkpoint.settings().plan();
        TrainingPlan asked;
        try {
            imageOptions.check();
            if (recipe != null || out != null || overwrite) {
                throw new IllegalArgumentException("--resume goes on with the settings and the folder of the training; leave"
                        + " --recipe, --out and --overwrite out");
            }
            asked = trained.with(given());
        } catch (IllegalArgumentException wrong) {
            throw usage(wrong.getMessage());
        }
        List<String> differences = asked.differencesFrom(trained);
        if (!differences.isEmpty()) {
            throw new IOException(checkpoint + " was trained with other settings: " + String.join(", ", differences)
                    + "; leave these options out, or start a new training with another --out");
        }
        if (imageOptions.bundled() != checkpoint.settings().bundledImages()) {
            throw new IOException(checkpoint + (imageOptions.bundled()
                    ? " was trained on a folder; give it with --data"
                    : " was trained on the bundled images; leave --data out"));
        }
        return trained;
    }

    private void protectCheckpoints(Path folder) throws IOException {
        if (!overwrite && Files.exists(folder.resolve(Checkpoint.LAST))) {
            throw new IOException("output folder " + folder + " holds the checkpoints of an earlier training; go on with it by"
                    + " --resume " + folder + ", replace it by --overwrite, or choose another folder with --out");
        }
    }

    private int train(
            TrainingPlan plan, ImageSource images, Path folder, ComputationGraphConfiguration configuration,
            Checkpoint checkpoint, TrainingUi browser) throws IOException {
        try (OutputFolder output = OutputFolder.claim(folder)) {
            if (checkpoint == null) {
                // Once more, now that no other process can write one.
                protectCheckpoints(folder);
                output.clear(List.of(MetricsCsv.FILE, AccuracyFigure.FILE, SKIPPED, Checkpoint.LAST, Checkpoint.BEST));
            } else if (lastCheckpoint().settings().epoch() != checkpoint.settings().epoch()) {
                throw new IOException(checkpoint + " was written by another powergrad meanwhile; resume again");
            }
            return train(plan, images, output, network(plan, images, configuration, checkpoint),
                    checkpoint == null ? 0 : checkpoint.settings().epoch(), browser);
        }
    }

    private ComputationGraph network(
            TrainingPlan plan, ImageSource images, ComputationGraphConfiguration configuration, Checkpoint checkpoint)
            throws IOException {
        if (checkpoint == null) {
            ComputationGraph network = new ComputationGraph(configuration);
            network.init();
            return network;
        }
        List<String> changes = checkpoint.settings().changesTo(images);
        if (changes.isEmpty()) {
            return checkpoint.network();
        }
        spec.commandLine().getErr().println("note: the images have changed since " + checkpoint + ": "
                + String.join(", ", changes) + "; going on with them");
        return checkpoint.network(configuration, NetworkTraining.iterationsPerEpoch(plan, images));
    }

    private int train(
            TrainingPlan plan, ImageSource images, OutputFolder output, ComputationGraph network, int trained,
            TrainingUi browser) throws IOException {
        PrintWriter stdout = spec.commandLine().getOut();
        PrintWriter stderr = spec.commandLine().getErr();
        MetricsCsv metrics = MetricsCsv.withTop5(
                output, trained == 0 ? List.of() : MetricsCsv.read(output.path(), trained));
        TrainingRecord record = new TrainingRecord(
                metrics, output, network, CheckpointSettings.of(plan, images, imageOptions.bundled(), trained));
        record.settleBest();
        output.whenStopped(() -> stderr.println("stopped: " + kept(record, output)));

        boolean finished;
        try (ProgressDisplay progress = ConsoleKind.progress(
                (long) (plan.epochs() - trained) * images.trainingImages(), stderr)) {
            NetworkTraining training = training(plan, images, network, record.showing(progress));
            if (browser != null) {
                browser.show(network);
            }
            finished = training.run();
        } catch (IOException failure) {
            throw new IOException(failure.getMessage() + "; " + kept(record, output), failure);
        } catch (UncheckedIOException failure) {
            throw new IOException(failure.getCause().getMessage() + "; " + kept(record, output), failure);
        }
        String figure = CurvesFile.draw(output, metrics.rows(), plan.model() + ", " + images.description(), stderr);
        EpochResult last = metrics.rows().get(metrics.rows().size() - 1);
        if (finished) {
            stdout.printf(Locale.ROOT, "%s after %d epochs: test top-1 %.2f%%, top-5 %.2f%%, cross-entropy %.3f, logit norm"
                            + " %.1f; training top-1 %.2f%%%n",
                    plan.model(), last.epoch(), last.testTop1(), last.testTop5(), last.testCrossEntropy(), last.logitNorm(),
                    last.trainTop1());
        }
        stdout.println("written to " + output.path() + ": " + MetricsCsv.FILE + figure
                + (record.lastSaved() > 0 ? ", " + Checkpoint.LAST + ", " + Checkpoint.BEST : ""));
        stdout.flush();
        return finished ? 0 : reportDivergence(plan, last, record.lastSaved(), output.path(), stderr);
    }

    private static String kept(TrainingRecord record, OutputFolder output) {
        return record.lastSaved() > 0
                ? "epoch " + record.lastSaved() + " is saved, go on from there with --resume " + output.path()
                : "no epoch was saved";
    }

    private static NetworkTraining training(
            TrainingPlan plan, ImageSource images, ComputationGraph network, TrainingObserver observer) {
        return plan.devices() == 1
                ? new NetworkTraining(plan, images, network, observer)
                : new NetworkTraining(plan, images, network, new ParallelTraining(plan, network), observer);
    }

    private static int reportDivergence(
            TrainingPlan plan, EpochResult last, int lastSaved, Path folder, PrintWriter stderr) {
        stderr.println("error: " + plan.model() + " diverged in epoch " + last.epoch()
                + " (loss or weights no longer finite); "
                + (lastSaved > 0
                        ? folder.resolve(Checkpoint.LAST) + " keeps epoch " + lastSaved + "; "
                        : "no epoch was finished, so there is no checkpoint; ")
                + "train the first epoch with alpha 1 (--alpha-warmup-epochs 1), or choose a lower --lr than "
                + plan.learningRate());
        stderr.flush();
        return 1;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
