package io.github.powergrad.examples.study;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.ProgressDisplay;
import io.github.powergrad.fashionmnist.ImageData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** A study in a folder: what has been run stays, what has not is run. */
public final class Study {

    private static final int QUICK_TRAINING = 1000;
    private static final int QUICK_TEST = 500;

    private final StudyPlan plan;
    private final Path folder;

    /**
     * @param plan how large the study is
     * @param folder where its results are, or will be
     */
    public Study(StudyPlan plan, Path folder) {
        this.plan = plan;
        this.folder = folder;
    }

    /** Returns the images that a study uses: all, or in a quick one the first few. */
    public ImageData images(ImageData all) {
        return plan.quick ? all.first(QUICK_TRAINING, QUICK_TEST) : all;
    }

    /**
     * Runs what has not been run yet of some parts, and reports all that has.
     *
     * @param data the images, as {@link #images} gives them
     * @param jobs how many runs go side by side, at least 1
     * @param progress makes a display for a number of images to train on
     * @param terminal told if nothing keeps another process out of the folder
     * @throws IOException if the folder holds another study, or results cannot be kept
     */
    public void run(List<StudyPart> parts, ImageData data, int jobs, LongFunction<ProgressDisplay> progress,
            PrintWriter terminal) throws IOException {
        if (data.training().size() < StudyPlan.BATCH) {
            throw new DataException("the study needs at least " + StudyPlan.BATCH + " training images, a minibatch,"
                    + " and " + data.name() + " has " + data.training().size() + "; give it a folder with more images");
        }
        try (OutputFolder output = OutputFolder.claim(folder)) {
            output.warnIfUnlocked(terminal);
            RunTable table = table(DataDescription.of(data));
            List<RunSpec> pending = pending(parts, table);
            if (!pending.isEmpty()) {
                long epochs = pending.stream().mapToLong(RunSpec::trainedEpochs).sum()
                        + runsToCome(parts, table) * plan.epochs;
                try (ProgressDisplay display = progress.apply(epochs * data.training().size())) {
                    RunQueue queue = new RunQueue(plan, FashionMnistSource.of(data), display);
                    // What has ended may call for more runs.
                    for (; !pending.isEmpty(); pending = pending(parts, table)) {
                        queue.run(pending, jobs, table, output);
                    }
                }
            }
            new StudyReport(plan, table).write(output);
        }
    }

    /**
     * Draws the figures and writes the report of what has been run.
     *
     * @throws IOException if nothing has been run, or the files cannot be written
     */
    public void report() throws IOException {
        RunTable table = RunTable.read(folder);
        if (table == null) {
            throw new DataException(folder.resolve(RunTable.RUNS) + " does not exist, so there is nothing to report;"
                    + " run the study first, or give the folder that holds it");
        }
        try (OutputFolder output = OutputFolder.claim(folder)) {
            new StudyReport(plan, checked(table)).write(output);
        }
    }

    private RunTable table(DataDescription data) throws IOException {
        RunTable table = RunTable.read(folder);
        if (table == null) {
            return RunTable.empty(data);
        }
        if (!table.data().equals(data)) {
            throw otherSettings("runs on " + table.data() + ", not on " + data);
        }
        return checked(table);
    }

    private RunTable checked(RunTable table) throws DataException {
        for (FinishedRun run : table.runs()) {
            int epochs = run.spec.epochs();
            if (epochs != plan.epochs && epochs != plan.curveEpochs()) {
                throw otherSettings("runs of " + epochs + " epochs, where this study has " + plan.epochs + " and "
                        + plan.curveEpochs());
            }
        }
        return table;
    }

    private DataException otherSettings(String what) {
        return new DataException(folder.resolve(RunTable.RUNS) + " holds " + what + "; choose another folder for the"
                + " results, or the settings it was made with");
    }

    /**
     * What has not ended yet: first the seeds that choose learning rates, which are no others', then seed by seed, so
     * that a study that is stopped has all of its parts with fewer seeds.
     */
    private List<RunSpec> pending(List<StudyPart> parts, RunTable table) {
        return parts.stream().flatMap(part -> part.runs(plan, table)).distinct()
                .filter(spec -> table.run(spec) == null)
                .sorted(Comparator.comparingInt(spec -> plan.seeds.indexOf(spec.seed())))
                .collect(Collectors.toList());
    }

    /** How many runs, at most, are known only when others have ended: each α at its own rate. */
    private long runsToCome(List<StudyPart> parts, RunTable table) {
        boolean tunes = parts.contains(StudyPart.RATES) || parts.contains(StudyPart.TWIN);
        return !tunes || table.has(plan.search()) ? 0 : (long) plan.alphas.size() * plan.seeds.size();
    }
}
