package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that change single settings of a recipe. Each has the name of its setting, and no default of its own. */
final class PlanOptions {

    @Option(names = "--model", paramLabel = "NAME", description = "the network; 'powergrad models' lists them")
    private String model;

    @Option(names = "--alpha", paramLabel = "A", description = "alpha, in [0, 1]; 1 is ordinary cross-entropy")
    private Double alpha;

    @Option(names = "--alpha-warmup-epochs", paramLabel = "N",
            description = "epochs at the start with alpha 1, for trainings that are unstable at first")
    private Integer alphaWarmupEpochs;

    @Option(names = "--label-smoothing", paramLabel = "E", description = "label smoothing, in [0, 1)")
    private Double labelSmoothing;

    @Option(names = "--scheduler", paramLabel = "cosine|step",
            description = "how the learning rate falls; step divides it by 10 after 30, 60 and 90%% of the epochs")
    private TrainingPlan.Scheduler scheduler;

    @Option(names = "--epochs", paramLabel = "N", description = "all epochs, warm-up and cool-down among them")
    private Integer epochs;

    @Option(names = "--warmup-epochs", paramLabel = "N", description = "epochs in which the learning rate rises")
    private Integer warmupEpochs;

    @Option(names = "--cooldown-epochs", paramLabel = "N", description = "epochs at the end with the lowest rate")
    private Integer cooldownEpochs;

    @Option(names = "--lr", paramLabel = "RATE", description = "highest learning rate, above 0")
    private Double learningRate;

    @Option(names = "--min-lr", paramLabel = "RATE", description = "lowest learning rate, from which warm-up starts")
    private Double lowestLearningRate;

    @Option(names = "--momentum", paramLabel = "M", description = "Nesterov momentum, in [0, 1)")
    private Double momentum;

    @Option(names = "--weight-decay", paramLabel = "D",
            description = "weight decay of weights; biases and batch normalization do not decay")
    private Double weightDecay;

    @Option(names = "--batch", paramLabel = "N", description = "images per update, over all devices")
    private Integer batch;

    @Option(names = "--devices", paramLabel = "N",
            description = "GPUs that train side by side (--cuda), or threads of the processor; each trains a copy of the"
                    + " network on its share of every --batch, so --lr and the number of updates stay as they are;"
                    + " batch normalization and gradient clipping see that part alone")
    private Integer devices;

    @Option(names = "--parallel", paramLabel = "averaging|sharing",
            description = "what several devices exchange: averaging takes the mean of their parameters and momentum"
                    + " after an update, sharing the mean of their updates before these are made")
    private TrainingPlan.Parallel parallel;

    @Option(names = "--averaging-frequency", paramLabel = "N",
            description = "updates that a device makes by itself before parameters are averaged; they are averaged at the"
                    + " end of each epoch too")
    private Integer averagingFrequency;

    @Option(names = "--grad-clip", paramLabel = "NORM", description = "largest norm of the whole gradient, 0 for any")
    private Double gradientClip;

    @Option(names = "--agc", paramLabel = "CLIP", description = "factor of adaptive gradient clipping, 0 for none")
    private Double adaptiveClip;

    @Option(names = "--zero-init-last-gamma", arity = "1", paramLabel = "true|false",
            description = "whether each residual block starts as the identity")
    private Boolean zeroLastGamma;

    @Option(names = "--dtype", paramLabel = "float|double|half",
            description = "type of parameters and activations; half is for GPUs: on the processor ND4J takes minutes for what"
                    + " takes seconds in float")
    private TrainingPlan.Type type;

    @Option(names = "--seed", paramLabel = "N", description = "decides initial weights, order and augmentation")
    private Long seed;

    @Option(names = "--image-size", paramLabel = "N",
            description = "height and width of the images (default: 224, with cifar augmentation 32, bundled images 28)")
    private Integer imageSize;

    @Option(names = "--augmentation", paramLabel = "imagenet|cifar",
            description = "how images of --data are varied and cut: imagenet takes a random part of any size, cifar moves the"
                    + " image by up to 4 pixels, both mirror; each with its own normalization")
    private Augmentation augmentation;

    @Option(names = "--images", paramLabel = "N", description = "how many of the bundled training images are used")
    private Integer images;

    @Option(names = "--classes", paramLabel = "N|NAMES",
            description = "the first N classes, or the classes of these names, separated by commas")
    private String classes;

    /** Returns the values of those that were given, by their names without dashes; no other option is in a group. */
    Map<String, Object> given(ParseResult parsed) {
        Map<String, Object> given = new LinkedHashMap<>();
        parsed.matchedOptions().stream().filter(option -> option.group() != null)
                .forEach(option -> given.put(option.longestName().substring(2), option.getValue()));
        return given;
    }
}
