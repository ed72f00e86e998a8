package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.cli.PowerGradCommand;
import java.io.IOException;
import picocli.CommandLine.Option;

/** A command that works on Spark, with the option that says where that runs. */
abstract class ClusterCommand extends PowerGradCommand {

    private String master;

    @Option(names = "--master", paramLabel = "URL")
    private void master(String url) {
        if (!Cluster.isMaster(url)) {
            throw usage("--master must be local, local[N], local[*], spark://host:port, yarn or k8s://address, got " + url);
        }
        master = url;
    }

    /**
     * Connects to Spark.
     *
     * @throws IOException if it cannot be reached or has no workers
     */
    Cluster connect() throws IOException {
        return Cluster.connect(master);
    }
}
