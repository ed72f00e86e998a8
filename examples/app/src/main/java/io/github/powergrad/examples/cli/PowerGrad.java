package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.backend.CudaOption;
import io.github.powergrad.examples.backend.LibraryVersion;
import java.util.ResourceBundle;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code powergrad}. Exit codes: 0 done, 1 the command could not do its work, 2 the command line
 * is wrong.
 */
@Command(
        name = "powergrad",
        description = "Trains real networks with LossMCXENT and with LossPowerGrad.",
        mixinStandardHelpOptions = true,
        versionProvider = PowerGrad.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "On Apache Spark, which examples/powergrad downloads when it is first asked for:",
            "  spark          trains as 'train' does, on the workers of a cluster",
            "  spark-prepare  prepares an image folder for 'spark'"
        },
        subcommands = {
            CompareCommand.class, TrainCommand.class, EvaluateCommand.class, PredictCommand.class, FoldCommand.class,
            ModelsCommand.class, RecipesCommand.class, StudyCommand.class, CheckCommand.class
        })
public final class PowerGrad implements Runnable {

    @Spec
    private CommandSpec spec;

    /** What {@code --version} prints: the version of the library that the examples train with. */
    public static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"powergrad-dl4j examples " + LibraryVersion.of("io.github.powergrad", "powergrad-dl4j")};
        }
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        // Before anything can load a class of ND4J.
        if (!CudaOption.isGiven()) {
            CpuBackend.configure();
        }
        System.exit(execute(commandLine(), args));
    }

    /** Executes a command; errors such as a missing native library end in one line as well. */
    public static int execute(CommandLine commandLine, String... args) {
        try {
            return commandLine.execute(args);
        } catch (Error failure) {
            return FailureHandler.report(failure, commandLine);
        }
    }

    /** Returns the command line, ready to execute. */
    public static CommandLine commandLine() {
        return commandLine(new PowerGrad());
    }

    /**
     * Returns the command line of a command and its subcommands, with the settings and error messages of all. What
     * {@code --help} says of them is in {@code help.properties}.
     */
    public static CommandLine commandLine(Object command) {
        return new CommandLine(command)
                .setResourceBundle(ResourceBundle.getBundle(PowerGrad.class.getPackageName() + ".help"))
                .registerConverter(Seeds.class, Seeds::parse)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler(new FailureHandler())
                .setExecutionExceptionHandler(new FailureHandler());
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "missing command");
    }
}
