package io.github.powergrad.examples.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs commands in a process of their own, for what a test cannot do to its own process. */
final class SeparateProcess {

    private final Path folder;
    private final List<String> prefix = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    /** @param folder where what they print is kept */
    SeparateProcess(Path folder) {
        this.folder = folder;
    }

    /** Lets another program start the process: {@code setpriv ... java ...}. */
    SeparateProcess startedBy(String... program) {
        prefix.addAll(Arrays.asList(program));
        return this;
    }

    /** Gives Java an option more. */
    SeparateProcess with(String option) {
        options.add(option);
        return this;
    }

    /** Lets it run on other versions of the libraries. */
    SeparateProcess on(String otherClassPath) {
        classPath = otherClassPath;
        return this;
    }

    /**
     * Returns the command that runs powergrad with these arguments, without what starts it. Java's second compiler
     * takes longer than it saves in the few seconds of a test.
     */
    List<String> java(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Dpowergrad.terminal=false"));
        if (Runtime.version().feature() >= 17) { // as the launcher does; Java 24 and later warn without it
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(options);
        command.addAll(List.of(
                "-cp", classPath, PowerGrad.class.getName()));
        command.addAll(arguments);
        return command;
    }

    /** Starts a command. */
    Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(java(arguments));
        return run(command);
    }

    /** Starts any program. */
    Process run(List<String> command) throws IOException {
        Files.deleteIfExists(file("stdout"));
        Files.deleteIfExists(file("stderr"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(file("stdout").toFile()).redirectError(file("stderr").toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().put("OMP_NUM_THREADS", "1");
        return builder.start();
    }

    /** Returns what the last one has written to standard output so far. */
    List<String> stdout() throws IOException {
        return Files.readAllLines(file("stdout"));
    }

    /** Returns what the last one has written to standard error so far. */
    List<String> stderr() throws IOException {
        return Files.readAllLines(file("stderr"));
    }

    private Path file(String stream) {
        return folder.resolve(stream + ".txt");
    }
}
