package io.github.powergrad.examples.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The launcher in a tree of its own, where java, mvn and what else it calls are scripts of the test. */
final class LauncherCopy {

    private static final String JAVA = String.join("\n",
            "case \"$*\" in",
            "  -version) echo \"openjdk version \\\"$(cat \"$ROOT/version\")\\\" 2023-10-17\" >&2 ;;",
            "  --list-modules) cat \"$ROOT/modules\" ;;",
            "  *backend.CudaChoice*) echo \"$*\" >>\"$ROOT/asked.txt\"; . \"$ROOT/driver\" ;;",
            "  *) printf '%s\\n' \"$@\" \"CUDA_CACHE_MAXSIZE=${CUDA_CACHE_MAXSIZE:-}\" ;;",
            "esac");

    /** Writes the class paths that the real one would. */
    private static final String MVN = String.join("\n",
            "echo \"begin $*\" >>\"$ROOT/mvn.txt\"",
            "sleep \"$(cat \"$ROOT/seconds\")\"",
            "cuda=$(grep -o 'cuda-11[.].' <<<\"$*\")",
            "for module in app spark ui; do",
            "  mkdir -p \"$ROOT/examples/$module/target/$cuda\"",
            "  touch \"$ROOT/$cuda$module.jar\"",
            "  echo \"$ROOT/$cuda$module.jar\" | tee \"$ROOT/examples/$module/target/$cuda/classpath.txt\" \\",
            "    >\"$ROOT/examples/$module/target/jars.txt\"",
            "done",
            "echo \"end $*\" >>\"$ROOT/mvn.txt\"");

    private final Path root;

    /** @param root an empty folder */
    LauncherCopy(Path root) throws IOException {
        this.root = root;
        for (String folder : List.of(
                "", "examples/data", "examples/fast-cpu", "examples/app", "examples/spark", "examples/ui")) {
            write(folder + "/pom.xml", "");
            write(folder + "/src/main/Source", "");
        }
        write("examples/pom.xml", "");
        write("examples/data/fashion-mnist/images", "");
        write("mvn.txt", "");
        write("asked.txt", "");
        write("seconds", "0");
        write("version", "17.0.9");
        write("modules", "jdk.compiler@17.0.9");
        for (String script : List.of("powergrad", "build")) {
            Files.copy(Path.of("..", script), root.resolve("examples").resolve(script), StandardCopyOption.COPY_ATTRIBUTES);
        }
        program("bin/java", JAVA);
        program("bin/mvn", MVN);
    }

    /** Writes a file of the tree. */
    Path write(String file, String content) throws IOException {
        Path path = root.resolve(file.replaceFirst("^/", ""));
        Files.createDirectories(path.getParent());
        return Files.writeString(path, content);
    }

    /** Makes a program that the launcher finds before all others, until it is removed. */
    Path program(String name, String script) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\n" + script + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + file + " executable");
        }
        return file;
    }

    /** Lets Maven take so long that something can happen meanwhile. */
    void slowMaven() throws IOException {
        write("seconds", "0.5");
    }

    /** Lets the question to the driver be answered by a piece of bash. */
    void driver(String script) throws IOException {
        write("driver", script);
    }

    /** Starts the launcher. */
    Process start(String... arguments) throws IOException {
        return start(root.resolve("examples/powergrad"), root.resolve("bin") + ":" + System.getenv("PATH"), arguments);
    }

    /**
     * Starts the launcher.
     *
     * @param launcher a path to it
     * @param path the folders of the programs that it finds
     */
    Process start(Path launcher, String path, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ROOT", root.toString());
        builder.environment().put("JAVA_HOME", root.toString());
        builder.environment().put("PATH", path);
        builder.environment().keySet().removeAll(List.of("CUDA_CACHE_MAXSIZE", "MAVEN_ARGS", "POWERGRAD_JAVA_OPTS"));
        return builder.start();
    }

    /** Runs the launcher to its end and returns its exit code and all that it printed, as lines. */
    List<String> run(String... arguments) throws Exception {
        return ended(start(arguments));
    }

    /** Waits for the end of a launcher and returns its exit code and all that it printed, as lines. */
    static List<String> ended(Process process) throws Exception {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return List.of("still waiting after 30 s");
        }
        List<String> lines = new ArrayList<>(List.of("exit code " + process.exitValue()));
        new String(process.getInputStream().readAllBytes()).lines().forEach(lines::add);
        return lines;
    }

    /** Waits until Maven begins after these calls. */
    void awaitMaven(String... before) throws Exception {
        for (int tries = 0; maven().size() == before.length; tries++) {
            assertThat(tries).as("tries until Maven began").isLessThan(3000);
            Thread.sleep(10);
        }
    }

    /** Returns which calls of Maven began and ended, in order. */
    List<String> maven() throws IOException {
        return lines("mvn.txt").stream().map(line -> line.split(" ")[0]).collect(Collectors.toList());
    }

    /** Returns what a file in the tree holds. */
    List<String> lines(String file) throws IOException {
        return Files.readAllLines(root.resolve(file));
    }
}
