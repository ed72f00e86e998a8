package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.InvalidSettingException;
import io.github.powergrad.examples.train.Recipe;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.checkpoint.SavedTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options that say what a training is to be, where its results go and what it goes on with. A command that has them
 * has {@link PlanOptions} too.
 */
public final class TrainingOptions {

    /** The name of the recipe that suits a folder of images. */
    public static final String FOLDER_RECIPE = "resnet50-cosine-a0.3";

    private static final String DEFAULT_OUT = "powergrad-";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--recipe", paramLabel = "NAME")
    private String recipe;

    @Option(names = "--out", paramLabel = "DIR")
    private Path out;

    @Option(names = "--overwrite")
    private boolean overwrite;

    @Option(names = "--resume", paramLabel = "DIR")
    private Path resume;

    /** Decides on how many devices a new training runs. */
    public interface Devices {

        /**
         * Returns a divisor of the batch.
         *
         * @throws IOException if that cannot be told
         */
        int forBatch(int batch) throws IOException;
    }

    /**
     * Returns what is to be trained.
     *
     * @param bundled whether the images are those that come with the examples
     * @param usualRecipe the name of the recipe where none is given
     * @param devices is asked for a new training, when everything else is known to be right; null for {@code --devices}
     * @throws InvalidSettingException if an option has a value that is not allowed
     * @throws IOException if the checkpoint to go on with is damaged or of another training
     */
    public TrainingTask task(boolean bundled, String usualRecipe, Devices devices) throws IOException {
        Map<String, Object> given = PlanOptions.given(command.commandLine().getParseResult());
        if (resume != null) {
            SavedTraining saved = TrainingTask.saved(resume);
            return new TrainingTask(resumedPlan(saved, bundled, given), resume, bundled, saved, overwrite);
        }
        // Makes sense beside a number of devices alone, and waits for it.
        Object averagingFrequency = devices == null ? null : given.remove("averaging-frequency");
        TrainingTask task = new TrainingTask(chosenPlan(bundled, usualRecipe, given),
                out == null ? Path.of(DEFAULT_OUT + command.name()) : out, bundled, null, overwrite);
        if (devices == null) {
            return task;
        }
        task.requireFolder(true);
        Map<String, Object> chosen = new LinkedHashMap<>();
        chosen.put("devices", devices.forBatch(task.plan().batch()));
        if (averagingFrequency != null) {
            chosen.put("averaging-frequency", averagingFrequency);
        }
        return task.with(task.plan().with(chosen));
    }

    private TrainingPlan chosenPlan(boolean bundled, String usualRecipe, Map<String, Object> given) {
        if (!bundled && given.containsKey("images")) {
            throw usage("--images is for the bundled images; with --data use --classes");
        }
        if (bundled && given.containsKey("augmentation")) {
            throw usage("--augmentation is for --data; the bundled images are not augmented");
        }
        if (!bundled) {
            // The quick recipe has a number of bundled images.
            given.put("images", 0);
        }
        return Recipe.named(recipe != null ? recipe : usualRecipe).plan().with(given);
    }

    private TrainingPlan resumedPlan(SavedTraining saved, boolean bundled, Map<String, Object> given)
            throws IOException {
        if (recipe != null || out != null || overwrite) {
            throw usage("--resume goes on with the settings and the folder of the training; leave --recipe, --out and"
                    + " --overwrite out");
        }
        TrainingPlan trained = saved.settings().plan();
        TrainingPlan wanted = trained.with(given);
        TrainingPlan goingOn = wanted.epochs() > trained.epochs() ? trained.with(Map.of("epochs", wanted.epochs())) : trained;
        List<String> differences = wanted.differencesFrom(goingOn);
        if (!differences.isEmpty()) {
            throw new IOException(saved + " was trained with other settings: --" + String.join(", --", differences)
                    + "; leave these options out, or start a new training with another --out");
        }
        if (bundled != saved.settings().bundledImages()) {
            throw new IOException(saved + (bundled
                    ? " was trained on a folder; give it with --data"
                    : " was trained on the bundled images; leave --data out"));
        }
        return goingOn;
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
