package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.cli.PowerGradCommand;
import picocli.CommandLine.Option;

/** A command that works on Spark, with the option that says where that runs. */
abstract class ClusterCommand extends PowerGradCommand {

    /** Where Spark runs; null for what {@link Cluster#connect} takes then. */
    String master;

    @Option(names = "--master", paramLabel = "URL")
    private void master(String url) {
        if (!Cluster.isMaster(url)) {
            throw usage("--master must be local, local[N], local[*], spark://host:port, yarn or k8s://address, got " + url);
        }
        master = url;
    }
}
