package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A training that is killed")
class KilledTrainingTest {

    private static final int KILLS = 10;
    private static final int EPOCHS = 6;
    private static final int LONGEST_WAIT_MILLIS = 6000;

    @TempDir
    Path folder;

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
        SeparateProcess alone = new SeparateProcess(folder);
        TrainedFolder whole = new TrainedFolder(folder.resolve("whole"));
        assertThat(alone.start(train(whole)).waitFor()).isZero();

        int folders = 0;
        TrainedFolder killed = new TrainedFolder(folder.resolve("killed-" + folders));
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = alone.start(killed.hasCheckpoint() ? resume(killed) : train(killed));
            String moment = await(kill, random, process, killed);
            process.destroyForcibly().waitFor();
            List<Integer> reported = TrainedFolder.reported(alone.stderr());
            System.out.println("kill " + kill + " " + moment + ", reported " + reported + ", half-written "
                    + killed.halves());
            killed.holds(reported);
            if (killed.rows().size() == EPOCHS) {
                completes(killed, whole, alone);
                killed = new TrainedFolder(folder.resolve("killed-" + ++folders));
            }
        }
        completes(killed, whole, alone);
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
        while (process.isAlive() && out.files().contains(name) != present) {
            Thread.onSpinWait();
        }
    }

    private static void completes(TrainedFolder killed, TrainedFolder whole, SeparateProcess alone) throws Exception {
        List<String> arguments = killed.hasCheckpoint() ? resume(killed) : train(killed);
        assertThat(alone.start(arguments).waitFor()).as(() -> "exit code of " + arguments).isZero();

        assertThat(killed.rowsWithoutSpeed()).isEqualTo(whole.rowsWithoutSpeed());
        assertThat(killed.weights()).usingComparatorWithPrecision(1e-6f).containsExactly(whole.weights());
        assertThat(killed.files()).isEqualTo(whole.files());
    }
}
