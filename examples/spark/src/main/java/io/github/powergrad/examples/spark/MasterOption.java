package io.github.powergrad.examples.spark;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says where Spark runs. */
final class MasterOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private String master;

    @Option(names = "--master", paramLabel = "URL")
    private void master(String url) {
        if (!Cluster.isMaster(url)) {
            throw new ParameterException(command.commandLine(), "--master must be local, local[N], local[*],"
                    + " spark://host:port, yarn or k8s://address, got " + url);
        }
        master = url;
    }

    /**
     * Connects to it.
     *
     * @throws IOException if it cannot be reached or has no workers
     */
    Cluster connect() throws IOException {
        return Cluster.connect(master);
    }
}
