package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The options that change single settings of a recipe. Each has the name of its setting, and no default of its own. */
public final class PlanOptions implements IModelTransformer {

    @Override
    public CommandSpec transform(CommandSpec command) {
        ArgGroupSpec.Builder options =
                ArgGroupSpec.builder().validate(false).heading("%nSettings that replace those of the recipe:%n");
        options.addArg(option("model", "NAME", String.class));
        options.addArg(option("alpha", "A", Double.class));
        options.addArg(option("alpha-warmup-epochs", "N", Integer.class));
        options.addArg(option("label-smoothing", "E", Double.class));
        options.addArg(option("scheduler", "cosine|step", TrainingPlan.Scheduler.class));
        options.addArg(option("epochs", "N", Integer.class));
        options.addArg(option("warmup-epochs", "N", Integer.class));
        options.addArg(option("cooldown-epochs", "N", Integer.class));
        options.addArg(option("lr", "RATE", Double.class));
        options.addArg(option("min-lr", "RATE", Double.class));
        options.addArg(option("momentum", "M", Double.class));
        options.addArg(option("weight-decay", "D", Double.class));
        options.addArg(option("batch", "N", Integer.class));
        options.addArg(option("devices", "N", Integer.class));
        options.addArg(option("parallel", "averaging|sharing", TrainingPlan.Parallel.class));
        options.addArg(option("averaging-frequency", "N", Integer.class));
        options.addArg(option("grad-clip", "NORM", Double.class));
        options.addArg(option("agc", "CLIP", Double.class));
        options.addArg(option("zero-init-last-gamma", "true|false", Boolean.class));
        options.addArg(option("dtype", "float|double|half", TrainingPlan.Type.class));
        options.addArg(option("seed", "N", Long.class));
        options.addArg(option("image-size", "N", Integer.class));
        options.addArg(option("augmentation", "imagenet|cifar", Augmentation.class));
        options.addArg(option("images", "N", Integer.class));
        options.addArg(option("classes", "N|NAMES", String.class));
        return command.addArgGroup(options.build());
    }

    private static OptionSpec option(String setting, String label, Class<?> type) {
        return OptionSpec.builder("--" + setting).arity("1").paramLabel(label).type(type).build();
    }

    /** Returns the values of those that were given, by their names without dashes; no other option is in a group. */
    static Map<String, Object> given(ParseResult parsed) {
        Map<String, Object> given = new LinkedHashMap<>();
        parsed.matchedOptions().stream().filter(option -> option.group() != null)
                .forEach(option -> given.put(option.longestName().substring(2), option.getValue()));
        return given;
    }
}
