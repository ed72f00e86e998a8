package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.LibraryVersion;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.Recipe;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.Locale;
import java.util.ResourceBundle;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command {@code powergrad}. Exit codes: 0 done, 1 the command could not do its work, 2 the command line
 * is wrong.
 */
@Command(
        name = "powergrad",
        description = "Trains real networks with LossMCXENT and with LossPowerGrad.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "On Apache Spark, which examples/powergrad downloads when it is first asked for:",
            "  spark          trains as 'train' does, on the workers of a cluster",
            "  spark-prepare  prepares an image folder for 'spark'"
        },
        subcommands = {
            CompareCommand.class, TrainCommand.class, EvaluateCommand.class, PredictCommand.class, FoldCommand.class,
            StudyCommand.class, CheckCommand.class
        })
public final class PowerGrad extends PowerGradCommand {

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
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
     * {@code --help} says of them is in {@code help.properties}; {@code --version} prints the version of the library that
     * the examples train with.
     */
    public static CommandLine commandLine(Object command) {
        CommandLine commandLine = new CommandLine(command)
                .setResourceBundle(ResourceBundle.getBundle(PowerGrad.class.getPackageName() + ".help"))
                .registerConverter(Seeds.class, Seeds::parse)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((fault, arguments) -> FailureHandler.reportUsage(fault))
                .setExecutionExceptionHandler((failure, failed, parsed) -> FailureHandler.report(failure, failed));
        commandLine.getCommandSpec().version(
                "powergrad-dl4j examples " + LibraryVersion.of("io.github.powergrad", "powergrad-dl4j"));
        return commandLine;
    }

    @Override
    public Integer call() {
        throw usage("missing command");
    }

    /** {@code powergrad models}: the networks, their trainable parameters and the paper's best test accuracy. */
    @Command(name = "models", mixinStandardHelpOptions = true)
    void models() {
        print("%-14s %11s %18s%n", "name", "parameters", "top1-of-the-paper");
        for (Architecture architecture : Architecture.all()) {
            // Of colour images of any size.
            long parameters = NetworkBuilder.trainableParameters(NetworkBuilder.untrained(
                    architecture, new NetworkShape(3, 32, architecture.paperClasses())));
            print("%-14s %,11d %18s%n", architecture.name(), parameters,
                    decimal(Recipe.bestOfThePaper(architecture.name()).orElse(Double.NaN), 3));
        }
    }

    /** {@code powergrad recipes}: the paper's trainings by name, with its figures. */
    @Command(name = "recipes", mixinStandardHelpOptions = true)
    void recipes() {
        print("%-31s %-14s %5s %9s %6s %6s %6s %7s %7s%n",
                "name", "model", "alpha", "scheduler", "epochs", "batch", "lr", "train", "test");
        for (Recipe recipe : Recipe.all()) {
            TrainingPlan plan = recipe.plan();
            print("%-31s %-14s %5s %9s %6d %6d %6s %7s %7s%n", recipe.name(), plan.model(), NumberText.plain(plan.alpha()),
                    plan.scheduler(), plan.epochs(), plan.batch(), NumberText.plain(plan.learningRate()),
                    decimal(recipe.trainTop1(), 2), decimal(recipe.testTop1(), 3));
        }
    }

    private void print(String format, Object... cells) {
        out().printf(Locale.ROOT, format, cells);
    }

    private static String decimal(double value, int digits) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value) : "-";
    }
}
