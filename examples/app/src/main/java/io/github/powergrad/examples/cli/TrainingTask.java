package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.InvalidSettingException;
import io.github.powergrad.examples.backend.CudaOption;
import io.github.powergrad.examples.backend.CudnnLayers;
import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.compare.AccuracyFigure;
import io.github.powergrad.examples.data.LabelledImages;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.MetricsCsv;
import io.github.powergrad.examples.train.ProgressDisplay;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingObserver;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.CheckpointSettings;
import io.github.powergrad.examples.train.checkpoint.SavedTraining;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import picocli.CommandLine;

/**
 * A training from its first line on the screen to its last, on one device, several or a cluster.
 */
public final class TrainingTask {

    /** The file that lists the images that were left out. */
    static final String SKIPPED = "skipped.txt";

    private final TrainingPlan plan;
    private final Path folder;
    private final boolean bundled;
    private final SavedTraining saved;
    private final boolean overwrite;

    /**
     * @param bundled whether the images are those that come with the examples
     * @param saved what it goes on with; null for a new training
     * @param overwrite whether checkpoints in the folder are replaced
     */
    TrainingTask(TrainingPlan plan, Path folder, boolean bundled, SavedTraining saved, boolean overwrite) {
        this.plan = plan;
        this.folder = folder;
        this.bundled = bundled;
        this.saved = saved;
        this.overwrite = overwrite;
    }

    /** Returns the same with another plan. */
    TrainingTask with(TrainingPlan other) {
        return new TrainingTask(other, folder, bundled, saved, overwrite);
    }

    /**
     * Reads what a training goes on with.
     *
     * @throws IOException if there is nothing, or it is damaged
     */
    static SavedTraining saved(Path folder) throws IOException {
        if (Files.exists(folder.resolve(MetricsCsv.FILE)) && !Files.exists(folder.resolve(Checkpoint.LAST))
                && !Files.exists(folder.resolve(SavedTraining.SETTINGS))) {
            throw new IOException(folder + " holds no checkpoint, its training was stopped before the first epoch was"
                    + " saved; start it again with its own options and --out " + folder);
        }
        return SavedTraining.in(folder);
    }

    /** Trains a network epoch by epoch. */
    public interface Trainer {

        /**
         * Trains the epochs that are left.
         *
         * @param network new, or as its last epoch left it
         * @param observer is told how the training goes on
         * @throws IOException if a result cannot be kept, or images cannot be read
         */
        RunResult train(ComputationGraph network, TrainingObserver observer) throws IOException;
    }

    /** Returns the plan. */
    public TrainingPlan plan() {
        return plan;
    }

    /** Returns the folder of the results. */
    public Path folder() {
        return folder;
    }

    /** Returns the number of epochs that have been trained before. */
    public int epochsTrained() {
        return saved == null ? 0 : saved.settings().epoch();
    }

    /**
     * Makes sure, before the images are looked through for minutes, that the folder can be written to if it is there.
     *
     * @param written whether it will be written to at all
     * @throws IOException if it cannot, or holds checkpoints that are not to be replaced
     */
    public void requireFolder(boolean written) throws IOException {
        if (written && Files.isDirectory(folder)) {
            OutputFolder.claim(folder).close();
        }
        if (saved == null) {
            protectCheckpoints();
        }
    }

    private void protectCheckpoints() throws IOException {
        if (!overwrite && Files.exists(folder.resolve(Checkpoint.LAST))) {
            throw new IOException("output folder " + folder + " holds the checkpoints of an earlier training; go on"
                    + " with it by --resume " + folder
                    + ", replace it by --overwrite, or choose another folder with --out");
        }
    }

    /**
     * Makes sure that the images are enough, and are those of the checkpoint; then tells what will run.
     *
     * @param device what it runs on
     * @throws InvalidSettingException if there are fewer than one batch
     * @throws IOException if they do not fit the checkpoint
     */
    public void describe(LabelledImages images, Object device, CommandLine command) throws IOException {
        plan.requireImages(images.trainingImages());
        if (saved != null) {
            saved.settings().requireFitting(images, saved.toString());
            if (isNew()) {
                command.getErr().println(
                        "note: no epoch of " + saved + " is saved; it starts again, with its settings");
            }
        }
        RunDescription.print(command.getErr(), settings(images), images, device, folder);
    }

    /**
     * Trains, with a row in the metrics and a checkpoint for each epoch.
     *
     * @return the exit code
     * @throws IOException if a result cannot be written
     */
    public int run(LabelledImages images, Trainer trainer, CommandLine command) throws IOException {
        try (OutputFolder output = OutputFolder.claim(folder)) {
            output.warnIfUnlocked(command.getErr());
            if (saved == null) {
                // Once more, now that no other process can write one.
                protectCheckpoints();
            } else if (saved(folder).settings().epoch() != epochsTrained()) {
                throw new IOException(saved + " was written to by another powergrad meanwhile; resume again");
            }
            if (isNew()) {
                // In this order: what a kill leaves must not look like a training with the settings of another.
                output.clear(List.of(SavedTraining.SETTINGS, Checkpoint.LAST, Checkpoint.BEST, MetricsCsv.FILE,
                        AccuracyFigure.FILE, SKIPPED));
                SavedTraining.begin(output, settings(images));
            }
            ComputationGraph network = network(images, command.getErr());
            if (CudaOption.bringsCudnn()) {
                command.getErr().println("cuDNN    " + CudnnLayers.describe(network.getLayers()));
            }
            return run(images, output, network, trainer, command);
        }
    }

    private int run(
            LabelledImages images, OutputFolder output, ComputationGraph network, Trainer trainer, CommandLine command)
            throws IOException {
        PrintWriter stdout = command.getOut();
        PrintWriter stderr = command.getErr();
        MetricsCsv metrics = new MetricsCsv(output, MetricsCsv.ALL, epochsBefore());
        TrainingRecord record = new TrainingRecord(metrics, output, network, settings(images));
        record.settleBest();
        output.whenStopped(() -> stderr.println("stopped: " + kept(record)));

        RunResult run;
        try (ProgressDisplay progress = ConsoleKind.progress(
                (long) (plan.epochs() - epochsTrained()) * images.trainingImages(), stderr)) {
            run = trainer.train(network, progress.after(record));
        } catch (IOException failure) {
            throw new IOException(failure.getMessage() + "; " + kept(record), failure);
        } catch (UncheckedIOException failure) {
            throw new IOException(failure.getCause().getMessage() + "; " + kept(record), failure);
        }
        String figure = AccuracyFigure.write(output, plan.model() + ", " + images.description(), metrics.rows(), stderr);
        EpochResult last = metrics.rows().get(metrics.rows().size() - 1);
        if (!run.diverged()) {
            stdout.printf(Locale.ROOT, "%s after %d epochs: test top-1 %.2f%%, top-5 %.2f%%, cross-entropy %.3f,"
                    + " logit norm %.1f; training top-1 %.2f%%%n",
                    plan.model(), last.epoch(), last.get(Metric.TEST_TOP1), last.get(Metric.TEST_TOP5),
                    last.get(Metric.TEST_CROSS_ENTROPY), last.get(Metric.LOGIT_NORM), last.get(Metric.TRAIN_TOP1));
        }
        stdout.println("written to " + folder + ": " + MetricsCsv.FILE + figure
                + (record.lastSaved() > 0 ? ", " + Checkpoint.LAST + ", " + Checkpoint.BEST : ""));
        return !run.diverged() ? 0 : reportDivergence(last, record.lastSaved(), stderr);
    }

    /** Returns the network that the first step changes, with fast layers; a checkpoint's has them already. */
    private ComputationGraph network(LabelledImages images, PrintWriter stderr) throws IOException {
        if (isNew()) {
            ComputationGraph network = new ComputationGraph(settings(images).configuration());
            network.init();
            FastLayers.installIn(network);
            return network;
        }
        Checkpoint checkpoint = saved.checkpoint().orElseThrow();
        List<String> changes = checkpoint.settings().changesTo(images);
        if (!changes.isEmpty()) {
            stderr.println("note: the images have changed since " + checkpoint + ": " + String.join(", ", changes)
                    + "; going on with them");
        }
        return changes.isEmpty() && !isLonger() ? checkpoint.network() : checkpoint.network(settings(images));
    }

    /** Returns whether a training goes on to more epochs than its checkpoint was made for. */
    private boolean isLonger() {
        return saved != null && plan.epochs() > saved.settings().plan().epochs();
    }

    private boolean isNew() {
        return saved == null || saved.checkpoint().isEmpty();
    }

    private CheckpointSettings settings(LabelledImages images) {
        CheckpointSettings settings = CheckpointSettings.of(plan, images, bundled);
        return isNew() ? settings : settings.after(epochsTrained(), saved.settings().metrics());
    }

    private List<EpochResult> epochsBefore() throws IOException {
        if (isNew()) {
            return List.of();
        }
        List<String> rows = saved.settings().metrics();
        return rows.isEmpty()
                ? MetricsCsv.read(folder, plan, epochsTrained()) : MetricsCsv.parsed(rows, plan, epochsTrained(), saved);
    }

    private String kept(TrainingRecord record) {
        return record.lastSaved() > 0
                ? "epoch " + record.lastSaved() + " is saved, go on from there with --resume " + folder
                        + (isLonger() && record.lastSaved() == epochsTrained() ? " --epochs " + plan.epochs() : "")
                : "no epoch was saved, start again with --resume " + folder;
    }

    private int reportDivergence(EpochResult last, int lastSaved, PrintWriter stderr) {
        stderr.println("error: " + plan.model() + " diverged in epoch " + last.epoch()
                + " (loss or weights no longer finite); "
                + (lastSaved > 0
                        ? folder.resolve(Checkpoint.LAST) + " keeps epoch " + lastSaved + "; "
                        : "no epoch was finished, so there is no checkpoint; ")
                + "train the first epoch with alpha 1 (--alpha-warmup-epochs 1), or choose a lower --lr than "
                + plan.learningRate());
        return 1;
    }

    /**
     * Keeps each epoch on disk: first its checkpoint, which holds its row too, then its row. So metrics.csv has no row
     * of an epoch that is not saved. After a kill between the two, the row is written when the training goes on.
     */
    private static final class TrainingRecord implements ProgressDisplay.Record {

        private final MetricsCsv metrics;
        private final OutputFolder output;
        private final ComputationGraph network;
        private volatile CheckpointSettings settings;

        TrainingRecord(MetricsCsv metrics, OutputFolder output, ComputationGraph network, CheckpointSettings settings) {
            this.metrics = metrics;
            this.output = output;
            this.network = network;
            this.settings = settings;
        }

        /** Returns the epoch of the last checkpoint, 0 if there is none. */
        int lastSaved() {
            return settings.epoch();
        }

        /** Makes the last checkpoint the best one if it is. Also at a resume, as a kill may have come before this. */
        void settleBest() throws IOException {
            List<EpochResult> rows = metrics.rows();
            if (rows.isEmpty()) {
                return;
            }
            EpochResult best = rows.get(0);
            for (EpochResult row : rows) {
                best = row.get(Metric.TEST_TOP1) > best.get(Metric.TEST_TOP1) ? row : best;
            }
            if (best.epoch() == settings.epoch()) {
                Checkpoint.lastIsBest(output);
            }
        }

        @Override
        public void keep(EpochResult result) throws IOException {
            if (result.isFinite()) {
                CheckpointSettings reached = settings.after(result.epoch(), metrics.linesWith(result));
                Checkpoint.write(output, network, reached);
                settings = reached;
            }
            metrics.add(result);
            if (result.isFinite()) {
                settleBest();
            }
        }
    }
}
