package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.train.Recipe;
import io.github.powergrad.examples.train.TrainingPlan;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code powergrad recipes}: the paper's trainings by name, with its figures. */
@Command(name = "recipes", mixinStandardHelpOptions = true)
final class RecipesCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-31s %-14s %5s %9s %6s %6s %6s %7s %7s%n",
                "name", "model", "alpha", "scheduler", "epochs", "batch", "lr", "train", "test");
        for (Recipe recipe : Recipe.all()) {
            TrainingPlan plan = recipe.plan();
            out.printf(Locale.ROOT, "%-31s %-14s %5s %9s %6d %6d %6s %7s %7s%n",
                    recipe, plan.model(), number(plan.alpha()), plan.scheduler(), plan.epochs(), plan.batch(),
                    number(plan.learningRate()), percent(recipe.trainTop1(), 2), percent(recipe.testTop1(), 3));
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private static String percent(double value, int digits) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value) : "-";
    }
}
