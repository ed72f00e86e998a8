package io.github.powergrad.examples.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A connection to Spark, in this process or on a cluster. */
final class Cluster implements AutoCloseable {

    /** Set by the launcher: the jars that the workers need, separated by commas. */
    static final String JARS = "powergrad.spark.jars";

    private static final String MASTER =
            "local|local\\[(\\*|[1-9]\\d{0,3})\\]|spark://[^:]+:\\d{1,5}(,[^:]+:\\d{1,5})*|yarn|k8s://.+";
    private static final String THIS_PROCESS = "local[*]";
    private static final String STANDALONE = "spark://";
    private static final int MILLIS_TO_ANSWER = 10_000;
    private static final long SECONDS_FOR_WORKERS = 120;
    private static final long SECONDS_TO_SETTLE = 3;

    /** What Spark 3.1 and its Kryo reach into on Java 17. */
    static final List<String> OPENED = List.of("java.lang", "java.lang.invoke", "java.nio", "java.util", "sun.nio.ch");

    private final String master;
    final JavaSparkContext context;

    private Cluster(String master, JavaSparkContext context) {
        this.master = master;
        this.context = context;
    }

    /** Returns whether Spark knows such a master. */
    static boolean isMaster(String text) {
        return text.matches(MASTER);
    }

    /**
     * Connects.
     *
     * @param asked the master; null for the one that spark-submit was given, or this process
     * @throws IOException if it cannot be reached or has no workers
     */
    static Cluster connect(String asked) throws IOException {
        SparkConf configuration = new SparkConf();
        String master = asked != null ? asked : configuration.get("spark.master", THIS_PROCESS);
        configuration.setMaster(master);
        configuration.setIfMissing("spark.app.name", "powergrad");
        configuration.setIfMissing("spark.ui.enabled", "false");
        configuration.setIfMissing("spark.ui.showConsoleProgress", "false");
        // Networks of 100 MB and more come back from every worker, and do not compress.
        configuration.setIfMissing("spark.driver.maxResultSize", "0");
        configuration.setIfMissing("spark.broadcast.compress", "false");
        configuration.setIfMissing("spark.executor.memory", "2g");
        configuration.set("spark.executor.extraJavaOptions",
                (executorOptions() + " " + configuration.get("spark.executor.extraJavaOptions", "")).trim());
        boolean local = master.startsWith("local");
        if (!local && System.getProperty(JARS) != null) {
            configuration.setIfMissing("spark.jars", System.getProperty(JARS));
        }
        if (master.startsWith(STANDALONE)) {
            requireAnswer(master);
        }
        Cluster cluster = new Cluster(master, new JavaSparkContext(configuration));
        if (configuration.contains("spark.submit.deployMode")) {
            // spark-submit tells of every task otherwise; without it the launcher's logback file decides.
            cluster.context.setLogLevel("WARN");
        }
        if (!local) {
            cluster.awaitWorkers();
        }
        return cluster;
    }

    private static String executorOptions() {
        StringBuilder options = new StringBuilder();
        OPENED.forEach(name -> options.append("--add-opens=java.base/").append(name).append("=ALL-UNNAMED "));
        // JavaCPP ends a process that takes twice as much memory as its heap may; a network is outside the heap.
        options.append("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
        return options.toString();
    }

    /**
     * Spark itself would try for a minute, and then fail with an error that names neither the address nor the reason.
     */
    private static void requireAnswer(String master) throws IOException {
        IOException failure = null;
        for (String address : master.substring(STANDALONE.length()).split(",")) {
            int colon = address.lastIndexOf(':');
            try (Socket socket = new Socket()) {
                String host = address.substring(0, Math.max(0, colon));
                int port = Integer.parseInt(address.substring(colon + 1));
                socket.connect(new InetSocketAddress(host, port), MILLIS_TO_ANSWER);
                return;
            } catch (IOException | IllegalArgumentException noAnswer) {
                failure = new IOException("no Spark master answers at " + master + " (" + noAnswer.getMessage()
                        + "); start one there, or give another", noAnswer);
            }
        }
        throw failure;
    }

    private void awaitWorkers() throws IOException {
        long start = System.nanoTime();
        while (executors() == 0) {
            if (context.sc().isStopped()) {
                throw new IOException("the Spark master " + master + " has stopped the application: its workers"
                        + " could not start an executor; their logs tell why");
            }
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(SECONDS_FOR_WORKERS)) {
                context.close();
                throw new IOException("the Spark master " + master + " has given no executor in " + SECONDS_FOR_WORKERS
                        + " seconds; start workers, or wait until other applications leave cores and memory free");
            }
            pause();
        }
        int before = 0;
        for (long settled = 0; settled < SECONDS_TO_SETTLE * 10; settled++) {
            if (executors() != before) {
                before = executors();
                settled = 0;
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for Spark's workers", interrupted);
        }
    }

    /** The driver is in the list, too. */
    private int executors() {
        return context.sc().getExecutorMemoryStatus().size() - 1;
    }

    /** Returns the most workers that have a core each and divide a batch evenly. */
    int workersFor(int batch) {
        int workers = Math.min(batch, context.defaultParallelism());
        while (batch % workers != 0) {
            workers--;
        }
        return workers;
    }

    @Override
    public void close() {
        context.close();
    }

    @Override
    public String toString() {
        return "Spark " + context.version() + ", " + master;
    }
}
