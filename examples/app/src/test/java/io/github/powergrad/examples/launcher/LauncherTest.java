package io.github.powergrad.examples.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The launcher")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is a bash script")
class LauncherTest {

    @TempDir
    private Path folder;

    private LauncherCopy launcher;

    @BeforeEach
    void copy() throws IOException {
        launcher = new LauncherCopy(folder);
    }

    @Test
    void builds_once_and_then_only_runs() throws Exception {
        assertThat(launcher.run("models")).startsWith("exit code 0").contains("models");
        assertThat(launcher.run("models")).startsWith("exit code 0").contains("models");

        assertThat(launcher.maven()).containsExactly("begin", "end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"src/main/Source", "pom.xml", "examples/pom.xml", "examples/app/src/main/Source",
        "examples/data/src/main/Source", "examples/data/fashion-mnist/images", "examples/fast-cpu/pom.xml",
        "examples/fast-cpu/src/main/Source"})
    void builds_again_when_a_source_file_has_changed(String file) throws Exception {
        launcher.run("models");
        launcher.write(file, "changed");
        launcher.run("models");

        assertThat(launcher.maven()).containsExactly("begin", "end", "begin", "end");
    }

    @Test
    void builds_again_when_a_source_file_has_been_deleted() throws Exception {
        launcher.run("models");
        Files.delete(folder.resolve("examples/app/src/main/Source"));
        launcher.run("models");

        assertThat(launcher.maven()).containsExactly("begin", "end", "begin", "end");
    }

    @Test
    void builds_again_when_the_local_maven_repository_has_been_cleaned() throws Exception {
        launcher.run("models");
        Files.delete(folder.resolve("app.jar"));

        assertThat(launcher.run("models")).startsWith("exit code 0");
        assertThat(launcher.maven()).containsExactly("begin", "end", "begin", "end");
    }

    @Test
    void builds_again_when_a_source_file_changes_during_a_build() throws Exception {
        launcher.slowMaven();
        Process first = launcher.start("models");
        launcher.awaitMaven();
        launcher.write("src/main/Source", "changed");
        LauncherCopy.ended(first);
        launcher.run("models");

        assertThat(launcher.maven()).containsExactly("begin", "end", "begin", "end");
    }

    @Test
    void runs_nothing_after_a_build_that_failed_and_then_builds_again() throws Exception {
        String works = Files.readString(folder.resolve("bin/mvn"));
        launcher.program("bin/mvn", "echo '[ERROR] no' && exit 1");
        assertThat(launcher.run("models")).startsWith("exit code 1").contains("[ERROR] no").last().asString()
                .startsWith("error: the build has failed");
        Files.writeString(folder.resolve("bin/mvn"), works);

        assertThat(launcher.run("models")).startsWith("exit code 0").contains("models");
    }

    @Test
    void uses_nothing_that_a_killed_build_has_left() throws Exception {
        launcher.slowMaven();
        Process killed = launcher.start("models");
        launcher.awaitMaven();
        Path half = launcher.write("examples/app/target/classes/Half.class", "not whole");
        List<ProcessHandle> all = killed.descendants().collect(Collectors.toList());
        killed.destroyForcibly().waitFor();
        all.forEach(ProcessHandle::destroyForcibly);

        assertThat(launcher.run("models")).startsWith("exit code 0").contains("models");
        assertThat(half).doesNotExist();
        assertThat(launcher.maven()).containsExactly("begin", "begin", "end");
    }

    @Test
    void builds_again_what_a_killed_build_of_something_more_has_touched() throws Exception {
        launcher.run("models");
        launcher.slowMaven();
        Process killed = launcher.start("spark");
        launcher.awaitMaven("begin", "end");
        List<ProcessHandle> all = killed.descendants().collect(Collectors.toList());
        killed.destroyForcibly().waitFor();
        all.forEach(ProcessHandle::destroyForcibly);

        assertThat(launcher.run("models")).startsWith("exit code 0").contains("models");
        assertThat(launcher.maven()).containsExactly("begin", "end", "begin", "begin", "end");
    }

    @Test
    void waits_for_a_maven_that_lives_on_when_its_launcher_is_killed() throws Exception {
        launcher.slowMaven();
        Process killed = launcher.start("models");
        launcher.awaitMaven();
        List<ProcessHandle> build = killed.children().collect(Collectors.toList());
        killed.destroyForcibly().waitFor();
        build.forEach(ProcessHandle::destroyForcibly);

        assertThat(launcher.run("models")).startsWith("exit code 0").contains("models");
        assertThat(launcher.maven()).containsExactly("begin", "end", "begin", "end");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void waits_for_another_that_builds_and_does_not_build_again(boolean flock) throws Exception {
        String path = flock ? folder.resolve("bin") + ":" + System.getenv("PATH") : programsWithoutFlock();
        launcher.slowMaven();
        Process first = launcher.start(folder.resolve("examples/powergrad"), path, "models");
        Process second = launcher.start(folder.resolve("examples/powergrad"), path, "models");

        assertThat(List.of(LauncherCopy.ended(first), LauncherCopy.ended(second))).allSatisfy(
                lines -> assertThat(lines).startsWith("exit code 0").contains("models"));
        assertThat(launcher.maven()).containsExactly("begin", "end");
    }

    /** As on macOS. */
    private String programsWithoutFlock() throws IOException {
        for (String program : List.of("bash", "env", "cat", "dirname", "find", "grep", "head", "ls", "mkdir", "mv", "paste",
                "perl", "readlink", "rm", "sed", "sleep", "sort", "tee", "touch", "tr", "xargs")) {
            Path original = Stream.of("/usr/bin", "/bin").map(bin -> Path.of(bin, program)).filter(Files::exists).findFirst()
                    .orElseThrow(() -> new IOException("no " + program));
            Files.copy(original, folder.resolve("bin").resolve(program), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return folder.resolve("bin").toString();
    }

    @Test
    void works_through_a_symbolic_link_from_another_folder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("examples/powergrad"));

        assertThat(LauncherCopy.ended(launcher.start(link, folder.resolve("bin") + ":" + System.getenv("PATH"), "models")))
                .startsWith("exit code 0").contains("models");
    }

    @ParameterizedTest
    @CsvSource({"1.8.0_302, models, Java 11 or newer is needed", "nonsense, models, Java 11 or newer is needed",
        "25.0.1, spark, Spark 3.1.2 runs on Java 11 to 17", "25.0.1, spark-prepare, Spark 3.1.2 runs on Java 11 to 17"})
    void refuses_a_java_that_cannot_run_the_command(String version, String command, String message) throws Exception {
        launcher.write("version", version);

        assertThat(launcher.run(command)).startsWith("exit code 1").hasSize(2).last().asString()
                .startsWith("error: " + message);
        assertThat(launcher.maven()).isEmpty();
    }

    @Test
    void refuses_a_java_without_a_compiler_when_there_is_something_to_build() throws Exception {
        launcher.write("modules", "java.base@17.0.9");

        assertThat(launcher.run("models")).startsWith("exit code 1").hasSize(2).last().asString()
                .startsWith("error: ").contains("cannot compile; set JAVA_HOME to a JDK");
    }

    @Test
    void says_what_to_install_where_there_is_no_maven() throws Exception {
        Files.delete(folder.resolve("bin/mvn"));

        assertThat(LauncherCopy.ended(launcher.start(folder.resolve("examples/powergrad"), programsWithoutFlock(), "models")))
                .containsExactly("exit code 1", "error: no mvn found; install Maven, 3.6.3 or newer, and put it on the PATH");
    }

    @Test
    void adds_what_spark_needs_when_it_is_first_asked_for() throws Exception {
        launcher.run("models");

        assertThat(launcher.run("spark", "--master", "m")).startsWith("exit code 0")
                .contains("@" + folder + "/examples/spark/java.options", "-Dpowergrad.spark.jars=" + folder
                        + "/examples/spark/target/powergrad-dl4j-examples-spark.jar," + folder + "/spark.jar")
                .containsSubsequence("-cp", folder + "/examples/spark/target/classes:" + folder + "/spark.jar",
                        "io.github.powergrad.examples.spark.PowerGradSpark", "spark", "--master", "m");
        assertThat(launcher.lines("mvn.txt")).last().asString().contains(" -pl app,spark ");
    }

    @Test
    void adds_the_training_ui_when_it_is_asked_for() throws Exception {
        assertThat(launcher.run("train", "--ui")).startsWith("exit code 0").containsSubsequence("-cp", folder
                + "/examples/app/target/classes:" + folder + "/app.jar:" + folder + "/examples/ui/target/classes:" + folder
                + "/ui.jar");
    }

    @Test
    void fetches_nothing_for_a_gpu_before_the_driver_has_been_asked() throws Exception {
        launcher.run("models");
        List<String> built = launcher.lines("mvn.txt");
        launcher.driver("echo 'error: no NVIDIA driver' >&2; exit 1");

        assertThat(launcher.run("--cuda", "train")).containsExactly("exit code 1", "error: no NVIDIA driver");
        assertThat(launcher.lines("mvn.txt")).isEqualTo(built);
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.2", "11.6"})
    void fetches_the_backend_that_was_chosen_and_runs_with_it(String cuda) throws Exception {
        launcher.driver("echo " + cuda);

        assertThat(launcher.run("--cuda", "train", "--alpha", "0.3")).startsWith("exit code 0")
                .contains("-Dpowergrad.cuda=" + cuda, "CUDA_CACHE_MAXSIZE=4294967296")
                .containsSubsequence("-cp", folder + "/examples/app/target/classes:" + folder + "/cuda-" + cuda + "app.jar",
                        "io.github.powergrad.examples.cli.PowerGrad", "train", "--alpha", "0.3");
        assertThat(launcher.lines("mvn.txt")).last().asString().contains(" -Pcuda-" + cuda + " ");
    }

    @Test
    void hands_the_version_that_is_asked_for_on_to_the_choice() throws Exception {
        launcher.driver("echo 11.2");
        launcher.run("--cuda=11.2", "train");

        assertThat(launcher.lines("asked.txt")).singleElement().asString().endsWith("CudaChoice 11.2");
    }
}
