package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that change single settings of a recipe. Each has the name of its setting, and no default of its own. */
final class PlanOptions {

    @Option(names = "--model", paramLabel = "NAME")
    private String model;

    @Option(names = "--alpha", paramLabel = "A")
    private Double alpha;

    @Option(names = "--alpha-warmup-epochs", paramLabel = "N")
    private Integer alphaWarmupEpochs;

    @Option(names = "--label-smoothing", paramLabel = "E")
    private Double labelSmoothing;

    @Option(names = "--scheduler", paramLabel = "cosine|step")
    private TrainingPlan.Scheduler scheduler;

    @Option(names = "--epochs", paramLabel = "N")
    private Integer epochs;

    @Option(names = "--warmup-epochs", paramLabel = "N")
    private Integer warmupEpochs;

    @Option(names = "--cooldown-epochs", paramLabel = "N")
    private Integer cooldownEpochs;

    @Option(names = "--lr", paramLabel = "RATE")
    private Double learningRate;

    @Option(names = "--min-lr", paramLabel = "RATE")
    private Double lowestLearningRate;

    @Option(names = "--momentum", paramLabel = "M")
    private Double momentum;

    @Option(names = "--weight-decay", paramLabel = "D")
    private Double weightDecay;

    @Option(names = "--batch", paramLabel = "N")
    private Integer batch;

    @Option(names = "--devices", paramLabel = "N")
    private Integer devices;

    @Option(names = "--parallel", paramLabel = "averaging|sharing")
    private TrainingPlan.Parallel parallel;

    @Option(names = "--averaging-frequency", paramLabel = "N")
    private Integer averagingFrequency;

    @Option(names = "--grad-clip", paramLabel = "NORM")
    private Double gradientClip;

    @Option(names = "--agc", paramLabel = "CLIP")
    private Double adaptiveClip;

    @Option(names = "--zero-init-last-gamma", arity = "1", paramLabel = "true|false")
    private Boolean zeroLastGamma;

    @Option(names = "--dtype", paramLabel = "float|double|half")
    private TrainingPlan.Type type;

    @Option(names = "--seed", paramLabel = "N")
    private Long seed;

    @Option(names = "--image-size", paramLabel = "N")
    private Integer imageSize;

    @Option(names = "--augmentation", paramLabel = "imagenet|cifar")
    private Augmentation augmentation;

    @Option(names = "--images", paramLabel = "N")
    private Integer images;

    @Option(names = "--classes", paramLabel = "N|NAMES")
    private String classes;

    /** Returns the values of those that were given, by their names without dashes; no other option is in a group. */
    Map<String, Object> given(ParseResult parsed) {
        Map<String, Object> given = new LinkedHashMap<>();
        parsed.matchedOptions().stream().filter(option -> option.group() != null)
                .forEach(option -> given.put(option.longestName().substring(2), option.getValue()));
        return given;
    }
}
