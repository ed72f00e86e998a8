package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.cli.FailureHandler;
import io.github.powergrad.examples.cli.PowerGrad;
import io.github.powergrad.examples.cli.PowerGradCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of {@code powergrad} that need Spark; {@code examples/powergrad} and spark-submit start them. */
@Command(
        name = "powergrad",
        description = "Trains the networks of 'powergrad train' on Apache Spark.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SparkCommand.class, SparkPrepareCommand.class})
public final class PowerGradSpark extends PowerGradCommand {

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        System.exit(PowerGrad.execute(commandLine(), args));
    }

    /** Returns the command line, ready to execute. */
    static CommandLine commandLine() {
        return PowerGrad.commandLine(new PowerGradSpark())
                .setExecutionExceptionHandler((failure, command, parsed) ->
                        FailureHandler.report(ClusterFailure.explained(failure), command));
    }

    @Override
    public Integer call() {
        throw usage("missing command");
    }
}
