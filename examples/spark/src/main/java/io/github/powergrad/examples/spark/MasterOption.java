package io.github.powergrad.examples.spark;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that says where Spark runs. */
final class MasterOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--master", paramLabel = "URL",
            description = "where Spark runs: local[N], spark://host:port, yarn (default: what spark-submit was"
                    + " given, or local[*])")
    private String master;

    /**
     * Makes sure that Spark knows such a master.
     *
     * @throws ParameterException if it does not
     */
    void check() {
        if (master != null && !Cluster.isMaster(master)) {
            throw new ParameterException(command.commandLine(), "--master must be local, local[N], local[*],"
                    + " spark://host:port, yarn or k8s://address, got " + master);
        }
    }

    /** Returns the master; null if none was given. */
    String master() {
        return master;
    }
}
