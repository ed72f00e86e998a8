package io.github.powergrad.examples.train.checkpoint;

import io.github.powergrad.examples.files.OutputFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a folder keeps of a training: its settings, in {@value #SETTINGS}, written before the first step, and the network
 * after the last epoch, in {@value Checkpoint#LAST}.
 */
public final class SavedTraining {

    /** The file of the settings. */
    public static final String SETTINGS = "settings.json";

    private final Path folder;
    private final CheckpointSettings settings;
    private final Checkpoint checkpoint;

    private SavedTraining(Path folder, CheckpointSettings settings, Checkpoint checkpoint) {
        this.folder = folder;
        this.settings = settings;
        this.checkpoint = checkpoint;
    }

    /**
     * Reads what a folder keeps.
     *
     * @throws IOException if that is no training, or cannot be read
     */
    public static SavedTraining in(Path folder) throws IOException {
        Path last = folder.resolve(Checkpoint.LAST);
        Path begun = folder.resolve(SETTINGS);
        if (Files.exists(last) || !Files.exists(begun)) {
            Checkpoint checkpoint = Checkpoint.open(last);
            return new SavedTraining(folder, checkpoint.settings(), checkpoint);
        }
        try {
            CheckpointSettings settings = CheckpointSettings.of(Files.readAllBytes(begun));
            return new SavedTraining(folder, settings.after(0, List.of()), null);
        } catch (IOException | RuntimeException damaged) {
            throw new IOException(begun + " is not what 'powergrad train' has written (" + Checkpoint.reason(damaged)
                    + "), and no epoch is saved; start the training again with its own options and the same output folder",
                    damaged);
        }
    }

    /** Writes the settings of a training that begins. */
    public static void begin(OutputFolder output, CheckpointSettings settings) throws IOException {
        output.write(SETTINGS, settings.toJson());
    }

    /** Returns plan, images and the number of epochs that are saved, which may be 0. */
    public CheckpointSettings settings() {
        return settings;
    }

    /** Returns the network after the last epoch; nothing if no epoch is saved. */
    public Optional<Checkpoint> checkpoint() {
        return Optional.ofNullable(checkpoint);
    }

    @Override
    public String toString() {
        return checkpoint == null ? "the training in " + folder : checkpoint.toString();
    }
}
