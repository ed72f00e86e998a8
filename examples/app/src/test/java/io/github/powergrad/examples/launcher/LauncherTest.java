package io.github.powergrad.examples.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The launcher")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is a bash script")
class LauncherTest {

    private static final int KILLED = 128 + 9;

    @TempDir
    private Path folder;

    private LauncherCopy launcher;

    @BeforeEach
    void copy() throws IOException {
        launcher = new LauncherCopy(folder);
    }

    @Test
    void goes_on_where_another_was_killed_as_soon_as_it_had_made_its_lock() throws Exception {
        Path killer = launcher.program("bin/ln", String.join("\n",
                "PATH=${PATH#*:} ln \"$@\"",
                "kill -KILL $PPID"));
        assertThat(launcher.start("models").waitFor()).isEqualTo(KILLED);
        Files.delete(killer);

        assertThat(launcher.run("models")).startsWith("exit code 0").contains("models");
    }

    @Test
    void goes_on_where_another_was_killed_while_it_was_building() throws Exception {
        Path mvn = folder.resolve("bin/mvn");
        String builds = Files.readString(mvn);
        launcher.program("bin/mvn", "kill -KILL $(readlink \"$ROOT\"/examples/app/target/*.lock)");
        assertThat(launcher.start("models").waitFor()).isEqualTo(KILLED);
        Files.writeString(mvn, builds);

        assertThat(launcher.run("models")).startsWith("exit code 0").contains("models");
    }

    @Test
    void waits_for_another_that_builds_and_does_not_build_again() throws Exception {
        Process first = launcher.start("models");
        Process second = launcher.start("models");
        first.getInputStream().readAllBytes();
        second.getInputStream().readAllBytes();

        assertThat(List.of(first.waitFor(), second.waitFor())).containsOnly(0);
        assertThat(launcher.lines("mvn.txt")).extracting(line -> line.split(" ")[0])
                .containsExactly("begin", "end", "begin", "end"); // the library, then the examples
    }

    @Test
    void fetches_nothing_for_a_gpu_before_the_driver_has_been_asked() throws Exception {
        launcher.run("models");
        List<String> built = launcher.lines("mvn.txt");
        launcher.driver("echo 'error: no NVIDIA driver' >&2; exit 1");

        assertThat(launcher.run("--cuda", "train")).containsExactly("exit code 1", "error: no NVIDIA driver");
        assertThat(launcher.lines("mvn.txt")).isEqualTo(built);
    }

    @Test
    void downloads_nothing_at_all_for_a_gpu_without_a_driver() throws Exception {
        launcher.libraries("libc.so.6");

        assertThat(launcher.run("--cuda", "train")).containsExactly("exit code 1", "error: no NVIDIA driver, libcuda.so.1"
                + " is not there; install the driver, or leave --cuda out to train on the processor");
        assertThat(launcher.lines("mvn.txt")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.2", "11.6"})
    void fetches_the_backend_that_was_chosen_and_runs_with_it(String cuda) throws Exception {
        launcher.driver("echo " + cuda);

        assertThat(launcher.run("--cuda", "train", "--alpha", "0.3")).startsWith("exit code 0")
                .contains("-Dpowergrad.cuda=" + cuda, "CUDA_CACHE_MAXSIZE=4294967296")
                .containsSubsequence("-cp", folder + "/cuda-" + cuda + "library.jar:" + folder + "/examples/app/target/classes",
                        "io.github.powergrad.examples.cli.PowerGrad", "train", "--alpha", "0.3");
        assertThat(launcher.lines("mvn.txt")).last().asString().contains(" -Pcuda-" + cuda + " ");
    }

    @Test
    void hands_the_version_that_is_asked_for_on_to_the_choice() throws Exception {
        launcher.driver("echo 11.2");
        launcher.run("--cuda=11.2", "train");

        assertThat(launcher.lines("asked.txt")).singleElement().asString().endsWith("CudaChoice 11.2");
    }

    @Test
    void puts_the_examples_own_classes_behind_those_of_deeplearning4j() throws Exception {
        assertThat(launcher.run("models")).containsSubsequence(
                "-cp", folder + "/library.jar:" + folder + "/examples/app/target/classes");
    }
}
