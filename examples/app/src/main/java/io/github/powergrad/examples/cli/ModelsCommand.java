package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import io.github.powergrad.examples.train.Recipe;
import java.util.Locale;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code powergrad models}: the networks, their trainable parameters and the paper's best test accuracy. */
@Command(name = "models", mixinStandardHelpOptions = true)
final class ModelsCommand implements Runnable {

    private static final int COLOURS = 3;
    private static final int ANY_SIZE = 32;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        print("name", "parameters", "top1-of-the-paper");
        for (Architecture architecture : Architecture.all()) {
            long parameters = NetworkBuilder.trainableParameters(NetworkBuilder.untrained(
                    architecture, new NetworkShape(COLOURS, ANY_SIZE, architecture.paperClasses())));
            OptionalDouble best = Recipe.bestOfThePaper(architecture.name());
            print(architecture.name(), String.format(Locale.ROOT, "%,d", parameters),
                    best.isPresent() ? String.format(Locale.ROOT, "%.3f", best.getAsDouble()) : "-");
        }
    }

    private void print(String name, String parameters, String top1) {
        spec.commandLine().getOut().printf(Locale.ROOT, "%-14s %11s %18s%n", name, parameters, top1);
    }
}
