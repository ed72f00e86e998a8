package io.github.powergrad.examples.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The launcher in a tree of its own, where java, mvn and what else it calls are scripts of the test. */
final class LauncherCopy {

    private static final String JAVA = String.join("\n",
            "case \"$*\" in",
            "  -version) echo 'openjdk version \"17.0.9\" 2023-10-17' >&2 ;;",
            "  --list-modules) echo jdk.compiler@17.0.9 ;;",
            "  *backend.CudaChoice*) echo \"$*\" >>\"$ROOT/asked.txt\"; . \"$ROOT/driver\" ;;",
            "  *) printf '%s\\n' \"$@\" \"CUDA_CACHE_MAXSIZE=${CUDA_CACHE_MAXSIZE:-}\" ;;",
            "esac");

    /** Writes the class path that the real one would. */
    private static final String MVN = String.join("\n",
            "echo \"begin $*\" >>\"$ROOT/mvn.txt\"",
            "cuda=",
            "case \"$*\" in",
            "  *-Pcuda-11.2*) cuda=cuda-11.2/ ;;",
            "  *-Pcuda-11.6*) cuda=cuda-11.6/ ;;",
            "esac",
            "mkdir -p \"$ROOT/examples/app/target/$cuda\"",
            "sleep 0.5",
            "touch \"$ROOT/${cuda%/}library.jar\"",
            "echo \"$ROOT/${cuda%/}library.jar\" >\"$ROOT/examples/app/target/${cuda}classpath.txt\"",
            "echo \"end $*\" >>\"$ROOT/mvn.txt\"");

    private final Path root;

    /** @param root an empty folder */
    LauncherCopy(Path root) throws IOException {
        this.root = root;
        for (String file : List.of("pom.xml", "src/main/Source", "examples/app/pom.xml", "examples/app/src/main/Source",
                "examples/data/images", "examples/ui/pom.xml", "examples/ui/src/main/Source", "examples/spark/pom.xml",
                "examples/spark/src/main/Source",
                "src/test/resources/io/github/powergrad/golden.json", "driver", "mvn.txt", "asked.txt")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "");
        }
        Files.copy(Path.of("../powergrad"), root.resolve("examples/powergrad"), StandardCopyOption.COPY_ATTRIBUTES);
        program("bin/java", JAVA);
        program("bin/mvn", MVN);
        libraries("libcuda.so.1");
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

    /** Lets these be the shared libraries of the system. */
    void libraries(String names) throws IOException {
        program("bin/ldconfig", "echo '" + names + "'");
    }

    /** Lets the question to the driver be answered by a piece of bash. */
    void driver(String script) throws IOException {
        Files.writeString(root.resolve("driver"), script);
    }

    /** Starts the launcher. */
    Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("examples/powergrad").toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("ROOT", root.toString());
        builder.environment().put("JAVA_HOME", root.toString());
        builder.environment().merge("PATH", root.resolve("bin").toString(), (path, first) -> first + ":" + path);
        builder.environment().keySet().removeAll(List.of("CUDA_CACHE_MAXSIZE", "LD_LIBRARY_PATH"));
        return builder.start();
    }

    /** Runs the launcher to its end and returns its exit code and all that it printed, as lines. */
    List<String> run(String... arguments) throws Exception {
        Process process = start(arguments);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return List.of("still waiting after 30 s");
        }
        List<String> lines = new ArrayList<>(List.of("exit code " + process.exitValue()));
        new String(process.getInputStream().readAllBytes()).lines().forEach(lines::add);
        return lines;
    }

    /** Returns what a file in the tree holds. */
    List<String> lines(String file) throws IOException {
        return Files.readAllLines(root.resolve(file));
    }

}
