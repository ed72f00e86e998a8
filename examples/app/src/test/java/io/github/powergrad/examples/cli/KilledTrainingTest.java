package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.SavedTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A training that is killed")
class KilledTrainingTest {

    private static final int KILLS = 10;
    private static final int EPOCHS = 6;
    private static final int LONGEST_WAIT_MILLIS = 6000;
    private static final int LONGEST_WAIT_SECONDS = 180;

    @TempDir
    static Path folder;

    private static SeparateProcess alone;
    private static TrainedFolder whole;

    @BeforeAll
    static void is_beside_one_that_is_not() throws Exception {
        alone = new SeparateProcess(folder);
        whole = new TrainedFolder(folder.resolve("whole"));
        assertThat(alone.start(train(whole)).waitFor()).isZero();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void before_its_first_epoch_has_ended_starts_again_with_its_own_settings() throws Exception {
        TrainedFolder killed = new TrainedFolder(folder.resolve("at-once"));
        Process process = alone.start(train(killed));
        awaitPresence(SavedTraining.SETTINGS, true, process, killed);
        process.destroyForcibly().waitFor();
        assertThat(killed.hasCheckpoint()).isFalse();
        assertThat(killed.rows()).isEmpty();

        assertThat(alone.start(resume(killed)).waitFor()).isZero();

        assertThat(alone.stderr()).contains("note: no epoch of the training in " + killed.path
                + " is saved; it starts again, with its settings");
        is_as_if_it_had_not_been(killed);
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void while_its_first_checkpoint_is_being_written_starts_again() throws Exception {
        TrainedFolder killed = new TrainedFolder(folder.resolve("in-first-checkpoint"));
        Process process = alone.start(train(killed));
        awaitPresence("." + Checkpoint.LAST + "." + process.pid() + ".part", true, process, killed);
        process.destroyForcibly().waitFor();
        assertThat(killed.hasCheckpoint()).isFalse();
        assertThat(killed.halves()).hasSize(1);
        assertThat(killed.rows()).isEmpty();

        assertThat(alone.start(resume(killed)).waitFor()).isZero();

        is_as_if_it_had_not_been(killed);
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the moment is held by a named pipe, which Linux's mkfifo makes")
    void between_a_checkpoint_and_its_row_has_the_row_when_it_has_gone_on() throws Exception {
        TrainedFolder killed = new TrainedFolder(folder.resolve("before-row"));
        Process process = alone.start(train(killed));
        awaitPresence("metrics.csv", true, process, killed);
        // Who writes to a pipe waits for a reader, who never comes.
        Path pipe = killed.path.resolve(".metrics.csv." + process.pid() + ".part");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        awaitPresence(Checkpoint.LAST, true, process, killed);
        process.destroyForcibly().waitFor();
        assertThat(killed.saved()).isEqualTo(1);
        assertThat(killed.rows()).isEmpty();

        assertThat(alone.start(resume(killed)).waitFor()).isZero();

        is_as_if_it_had_not_been(killed);
    }

    /**
     * Kills without warning: at any time from the start of Java on, and, two times of three, while a checkpoint or
     * metrics.csv is being written. Each killed run is gone on with by the next.
     */
    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void at_ten_random_moments_has_lost_nothing_it_reported_and_ends_as_if_it_had_not_been() throws Exception {
        long seed = Long.getLong("powergrad.kill.seed", System.nanoTime());
        System.out.println("killed with -Dpowergrad.kill.seed=" + seed);
        Random random = new Random(seed);
        int folders = 0;
        TrainedFolder killed = new TrainedFolder(folder.resolve("killed-" + folders));
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = alone.start(killed.canBeResumed() ? resume(killed) : train(killed));
            String moment = await(kill, random, process, killed);
            process.destroyForcibly().waitFor();
            List<Integer> reported = TrainedFolder.reported(alone.stderr());
            System.out.println("kill " + kill + " " + moment + ", reported " + reported + ", half-written "
                    + killed.halves());
            killed.holds(reported);
            if (killed.rows().size() == EPOCHS) {
                completes(killed);
                killed = new TrainedFolder(folder.resolve("killed-" + ++folders));
            }
        }
        completes(killed);
    }

    private static List<String> train(TrainedFolder out) {
        return TrainCommandTest.small(out.path, EPOCHS, "--alpha-warmup-epochs", "1");
    }

    private static List<String> resume(TrainedFolder out) {
        return List.of("train", "--resume", out.path.toString());
    }

    /** Waits for a moment, or for the end of the process. */
    private static String await(int kill, Random random, Process process, TrainedFolder out) throws Exception {
        if (kill % 3 == 0) {
            int millis = random.nextInt(LONGEST_WAIT_MILLIS);
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            return "after " + millis + " ms";
        }
        String file = kill % 3 == 1 ? Checkpoint.LAST : "metrics.csv";
        String writing = "." + file + "." + process.pid() + ".part";
        int which = 1 + random.nextInt(3);
        for (int seen = 0; seen < which && process.isAlive(); seen++) {
            awaitPresence(writing, true, process, out);
            if (seen < which - 1) {
                awaitPresence(writing, false, process, out);
            }
        }
        int micros = random.nextInt(3000);
        TimeUnit.MICROSECONDS.sleep(micros);
        return micros + " us into writing " + which + " of " + file;
    }

    private static void awaitPresence(String name, boolean present, Process process, TrainedFolder out)
            throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_WAIT_SECONDS);
        while (process.isAlive() && out.files().contains(name) != present) {
            if (System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new AssertionError(name + (present ? " does not come" : " does not go"));
            }
            // A look that is repeated without rest would take a processor from the training.
            LockSupport.parkNanos(100_000);
        }
    }

    private static void completes(TrainedFolder killed) throws Exception {
        List<String> arguments = killed.canBeResumed() ? resume(killed) : train(killed);
        assertThat(alone.start(arguments).waitFor()).as(() -> "exit code of " + arguments).isZero();

        is_as_if_it_had_not_been(killed);
    }

    private static void is_as_if_it_had_not_been(TrainedFolder killed) throws IOException {
        assertThat(killed.rowsWithoutSpeed()).isEqualTo(whole.rowsWithoutSpeed());
        assertThat(killed.weights()).usingComparatorWithPrecision(1e-6f).containsExactly(whole.weights());
        assertThat(killed.files()).isEqualTo(whole.files());
    }
}
