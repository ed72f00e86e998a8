package io.github.powergrad.examples.spark;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Spark's standalone cluster on this machine: a master and workers of one core each, from Spark's own jars alone. */
final class StandaloneCluster implements AutoCloseable {

    /** What only the application brings. */
    private static final Pattern NOT_SPARK = Pattern.compile(
            "/(powergrad-dl4j|dl4j-fast-cpu)[^/]*$|/org/nd4j/|/org/deeplearning4j/|/org/bytedeco/|/info/picocli/");

    private final Path folder;
    private final Path sparkHome;
    private final int port;
    private final Launched master;
    private final List<Launched> workers = new ArrayList<>();

    private StandaloneCluster(Path folder, Path sparkHome, int port) throws IOException {
        this.folder = folder;
        this.sparkHome = sparkHome;
        this.port = port;
        this.master = Launched.spark(folder.resolve("master.log"), sparkHome, "org.apache.spark.deploy.master.Master",
                "--host", "127.0.0.1", "--port", "" + port, "--webui-port", "0");
    }

    static StandaloneCluster start(Path folder, int workers) throws IOException, InterruptedException {
        Path home = Path.of("target", "spark-home").toAbsolutePath();
        Files.createDirectories(home.resolve("jars"));
        Files.createDirectories(home.resolve("conf"));
        for (String jar : Launched.read("classpath.txt").split(File.pathSeparator)) {
            if (!NOT_SPARK.matcher(jar).find()) {
                Path link = home.resolve("jars").resolve(Path.of(jar).getFileName());
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, Path.of(jar));
            }
        }
        Files.writeString(home.resolve("conf/logback.xml"), "<configuration><appender name='c'"
                + " class='ch.qos.logback.core.ConsoleAppender'><encoder><pattern>%level %logger{0}"
                + " %msg%n</pattern></encoder>"
                + "</appender><root level='INFO'><appender-ref ref='c'/></root></configuration>");
        StandaloneCluster cluster = new StandaloneCluster(folder, home, freePort());
        await(cluster.master, "Starting Spark master at");
        for (int number = 1; number <= workers; number++) {
            Launched worker = Launched.spark(folder.resolve("worker" + number + ".log"), home,
                    "org.apache.spark.deploy.worker.Worker", cluster.url(), "--host", "127.0.0.1", "--cores", "1",
                    "--memory", "3g",
                    "--work-dir", folder.resolve("work" + number).toString(), "--webui-port", "0");
            cluster.workers.add(worker);
            await(worker, "Successfully registered with master");
        }
        return cluster;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void await(Launched process, String line) throws IOException, InterruptedException {
        while (!process.output().contains(line)) {
            if (!process.isAlive()) {
                throw new IOException(process.output());
            }
            Thread.sleep(100);
        }
    }

    String url() {
        return "spark://127.0.0.1:" + port;
    }

    Path sparkHome() {
        return sparkHome;
    }

    /** kill -9 of a worker, and with it of the executor that it runs, as when a machine fails. */
    void killWorker(int number) {
        workers.get(number).kill();
    }

    @Override
    public void close() {
        workers.forEach(Launched::close);
        master.close();
    }

    @Override
    public String toString() {
        return url() + " in " + folder;
    }
}
