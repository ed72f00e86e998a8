package io.github.powergrad.examples.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process of its own, with the options that Spark needs, whose output goes to a file. */
final class Launched implements AutoCloseable {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final int MINUTES = 12;

    private final Process process;
    private final Path log;

    private Launched(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a command of the examples, as the launcher does. */
    static Launched powergrad(Path log, String... arguments) throws IOException {
        String main = arguments[0].startsWith("spark")
                ? "io.github.powergrad.examples.spark.PowerGradSpark"
                : "io.github.powergrad.examples.cli.PowerGrad";
        List<String> command = new ArrayList<>(List.of(
                "-Dpowergrad.spark.jars=" + TARGET.resolve("powergrad-dl4j-examples-spark.jar") + ","
                + read("jars.txt"),
                "-Dpowergrad.terminal=false", "-Dlogback.configurationFile=logback-spark.xml",
                "-cp", TARGET.resolve("classes") + ":" + read("classpath.txt"), main));
        command.addAll(Arrays.asList(arguments));
        return java(log, command, null);
    }

    /** Starts one of Spark's own programs. */
    static Launched spark(Path log, Path sparkHome, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("-Xmx512m", "-cp", sparkHome.resolve("conf") + ":"
                + sparkHome.resolve("jars") + "/*"));
        command.addAll(Arrays.asList(arguments));
        return java(log, command, sparkHome);
    }

    /** Returns a file that the build has written. */
    static String read(String file) throws IOException {
        return Files.readString(TARGET.resolve(file)).trim();
    }

    private static Launched java(Path log, List<String> command, Path sparkHome) throws IOException {
        List<String> whole = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC"));
        for (String opened : Cluster.OPENED) {
            whole.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", "1");
        // For the executors too, which workers start: none of them lives so long that Java's second compiler pays.
        builder.environment().put("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        if (sparkHome != null) {
            builder.environment().put("SPARK_HOME", sparkHome.toString());
            builder.environment().put("SPARK_SCALA_VERSION", "2.12");
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        }
        return new Launched(builder.start(), log);
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        return process.waitFor(MINUTES, TimeUnit.MINUTES) ? process.exitValue() : -1;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What it has written so far. */
    String output() throws IOException {
        return Files.readString(log);
    }

    /** kill -9, of the process and of those that it has started. */
    void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
