package io.github.powergrad.examples.train;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.powergrad.examples.InvalidSettingException;
import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.model.Architecture;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Everything that decides what a training computes. Immutable.
 *
 * <p>The defaults are the paper's protocol for ImageNet: SGD with Nesterov momentum 0.9, weight decay 5e-4, batch 1024,
 * 100 epochs, 5 of warm-up from 4e-4 to 0.4, a cosine to 4e-4 and the last 10 epochs at that.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE, isGetterVisibility = Visibility.NONE)
public final class TrainingPlan {

    /** The loss that a network trains with. */
    public enum Loss {
        /** Cross-entropy with the PowerGrad Transform. */
        POWER_GRAD("LossPowerGrad"),
        /** Deeplearning4j's own cross-entropy, for which α is 1. */
        CROSS_ENTROPY("LossMCXENT");

        private final String className;

        Loss(String className) {
            this.className = className;
        }

        /** Returns the simple name of its class. */
        @Override
        public String toString() {
            return className;
        }
    }

    /** How the learning rate falls. */
    public enum Scheduler {
        /** Half a cosine from the highest rate to the lowest. */
        COSINE,
        /** A tenth of it at 30, 60 and 90 of 100 epochs. */
        STEP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The type of parameters and activations. */
    public enum Type {
        /** 64 bits. */
        DOUBLE,
        /** 32 bits. */
        FLOAT,
        /** 16 bits, 5 of them the exponent. */
        HALF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How several devices train one network. */
    public enum Parallel {
        /** Each updates its own copy, then parameters and momentum are averaged. */
        AVERAGING,
        /** All make the same update, the mean of theirs. */
        SHARING;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** More replicas than any machine has use for. */
    private static final int MOST_DEVICES = 64;

    private static final ObjectMapper JSON = new ObjectMapper();

    // Named one by one: the Jackson of Spark 3.1.2 has no class PropertyNamingStrategies.
    // Set by Jackson alone, which is why they are not final.
    private String model = "resnet50";
    private Loss loss = Loss.POWER_GRAD;
    private double alpha = 1;
    @JsonProperty("alpha-warmup-epochs") private int alphaWarmupEpochs;
    @JsonProperty("label-smoothing") private double labelSmoothing;
    private Scheduler scheduler = Scheduler.COSINE;
    private int epochs = 100;
    @JsonProperty("warmup-epochs") private double warmupEpochs = 5;
    @JsonProperty("cooldown-epochs") private int cooldownEpochs = 10;
    @JsonProperty("lr") private double learningRate = 0.4;
    @JsonProperty("min-lr") private double lowestLearningRate = 4e-4;
    private double momentum = 0.9;
    @JsonProperty("weight-decay") private double weightDecay = 5e-4;
    private int batch = 1024;
    private int devices = 1;
    private Parallel parallel = Parallel.AVERAGING;
    @JsonProperty("averaging-frequency") private int averagingFrequency = 1;
    @JsonProperty("grad-clip") private double gradientClip;
    @JsonProperty("agc") private double adaptiveClip;
    @JsonProperty("zero-init-last-gamma") private boolean zeroLastGamma = true;
    @JsonProperty("dtype") private Type type = Type.FLOAT;
    private long seed = 1;
    private Augmentation augmentation = Augmentation.IMAGENET;
    @JsonProperty("image-size") private int imageSize;
    private int images;
    private String classes = "";

    private TrainingPlan() {}

    /** Returns the paper's protocol for a network. */
    public static TrainingPlan of(String model, double alpha) {
        return new TrainingPlan().with(Map.of("model", model, "alpha", alpha));
    }

    /**
     * Returns a plan with some settings changed.
     *
     * @param settings values by the names of their settings
     * @throws InvalidSettingException naming the setting whose value is not allowed
     */
    public TrainingPlan with(Map<String, ?> settings) {
        ObjectNode tree = JSON.valueToTree(this);
        settings.forEach((name, value) -> tree.set(name, JSON.valueToTree(value)));
        return of(tree);
    }

    /**
     * Reads a plan that {@link #toJson} has given.
     *
     * @throws IllegalArgumentException if it is none, or a value is not allowed
     */
    public static TrainingPlan of(JsonNode json) {
        TrainingPlan plan;
        try {
            plan = JSON.treeToValue(json, TrainingPlan.class);
        } catch (JsonProcessingException fault) {
            throw new IllegalArgumentException("not a training plan: " + fault.getOriginalMessage(), fault);
        }
        plan.check();
        return plan;
    }

    /** Returns all settings by their names. */
    public JsonNode toJson() {
        return JSON.valueToTree(this);
    }

    /** Returns what differs from another plan, one entry per setting: {@code alpha 0.3 instead of 0.25}. */
    public List<String> differencesFrom(TrainingPlan other) {
        List<String> differences = new ArrayList<>();
        JsonNode others = other.toJson();
        Iterator<Map.Entry<String, JsonNode>> mine = toJson().fields();
        while (mine.hasNext()) {
            Map.Entry<String, JsonNode> setting = mine.next();
            JsonNode otherValue = others.get(setting.getKey());
            if (!setting.getValue().equals(otherValue)) {
                differences.add(setting.getKey() + " " + text(setting.getValue()) + " instead of " + text(otherValue));
            }
        }
        return differences;
    }

    private static String text(JsonNode value) {
        return value.isDouble() ? NumberText.plain(value.doubleValue())
                : value.asText().isEmpty() ? "(none)" : value.asText().toLowerCase(Locale.ROOT);
    }

    private void check() {
        Architecture.named(model);
        require(alpha >= 0 && alpha <= 1, "{alpha} must be in [0, 1], got " + alpha);
        require(labelSmoothing >= 0 && labelSmoothing < 1, "{label-smoothing} must be in [0, 1), got " + labelSmoothing);
        require(epochs >= 1 && epochs <= 100_000, "{epochs} must be in [1, 100000], got " + epochs);
        require(alphaWarmupEpochs >= 0, "{alpha-warmup-epochs} must be at least 0, got " + alphaWarmupEpochs);
        require(warmupEpochs >= 0 && cooldownEpochs >= 0 && warmupEpochs + cooldownEpochs <= epochs,
                "{warmup-epochs} and {cooldown-epochs} must be at least 0 and together at most {epochs}, " + epochs
                        + ", got " + NumberText.plain(warmupEpochs) + " and " + cooldownEpochs);
        require(learningRate > 0 && Double.isFinite(learningRate), "{lr} must be a finite number above 0, got " + learningRate);
        require(lowestLearningRate >= 0 && lowestLearningRate <= learningRate,
                "{min-lr} must be in [0, {lr}], here [0, " + learningRate + "], got " + lowestLearningRate);
        require(momentum >= 0 && momentum < 1, "{momentum} must be in [0, 1), got " + momentum);
        require(weightDecay >= 0 && Double.isFinite(weightDecay),
                "{weight-decay} must be a finite number of at least 0, got " + weightDecay);
        require(batch >= 1, "{batch} must be at least 1, got " + batch);
        require(devices >= 1 && devices <= MOST_DEVICES, "{devices} must be in [1, " + MOST_DEVICES + "], got " + devices);
        require(batch % devices == 0, "{batch} must be a multiple of {devices}, here " + devices
                + ", because each device trains on an equal part of it; got " + batch);
        require(averagingFrequency >= 1, "{averaging-frequency} must be at least 1, got " + averagingFrequency);
        require(averagingFrequency == 1 || devices > 1 && parallel == Parallel.AVERAGING,
                "{averaging-frequency} is for {parallel} averaging on 2 or more {devices}, got " + averagingFrequency);
        require(parallel == Parallel.AVERAGING || devices > 1,
                "{parallel} sharing is for 2 or more {devices}, got " + devices);
        require(gradientClip >= 0 && Double.isFinite(gradientClip),
                "{grad-clip} must be a finite number above 0, or 0 for none, got " + gradientClip);
        require(adaptiveClip >= 0 && Double.isFinite(adaptiveClip),
                "{agc} must be a finite number above 0, or 0 for none, got " + adaptiveClip);
        require(gradientClip == 0 || adaptiveClip == 0, "{grad-clip} and {agc} exclude each other, got "
                + gradientClip + " and " + adaptiveClip);
        require(imageSize >= 0 && imageSize <= 1024, "{image-size} must be in [1, 1024], got " + imageSize);
        require(images >= 0, "{images} must be at least 1, got " + images);
    }

    /**
     * Makes sure that there are as many training images as a minibatch has.
     *
     * @throws InvalidSettingException if there are fewer
     */
    public void requireImages(int trainingImages) {
        require(batch <= trainingImages,
                "{batch} must be at most the number of training images, " + trainingImages + ", got " + batch);
    }

    private static void require(boolean met, String message) {
        if (!met) {
            throw new InvalidSettingException(message);
        }
    }

    /** Returns the name of the network. */
    public String model() {
        return model;
    }

    public Loss loss() {
        return loss;
    }

    /** Returns the loss and its settings, as in {@code LossPowerGrad(alpha=0.25, smoothing=0.1)}. */
    public String lossText() {
        return loss == Loss.CROSS_ENTROPY ? loss.toString() : loss + "(alpha=" + alpha
                + (labelSmoothing == 0 ? "" : ", smoothing=" + labelSmoothing) + ")";
    }

    public double alpha() {
        return alpha;
    }

    /** Returns the α that a training of this many epochs has reached: 1 in its warm-up, and for ordinary cross-entropy. */
    public double alphaAfter(int trainedEpochs) {
        return loss == Loss.CROSS_ENTROPY || trainedEpochs <= alphaWarmupEpochs ? 1 : alpha;
    }

    /** Returns the number of epochs at the start that train with α = 1. */
    public int alphaWarmupEpochs() {
        return alphaWarmupEpochs;
    }

    /** Returns the share of the labels that is spread over all classes. */
    public double labelSmoothing() {
        return labelSmoothing;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    /** Returns the number of epochs, warm-up and cool-down among them. */
    public int epochs() {
        return epochs;
    }

    /** Returns the number of epochs in which the learning rate rises. */
    public double warmupEpochs() {
        return warmupEpochs;
    }

    /** Returns the number of epochs at the end with the lowest learning rate. */
    public int cooldownEpochs() {
        return cooldownEpochs;
    }

    /** Returns the highest learning rate. */
    public double learningRate() {
        return learningRate;
    }

    /** Returns the learning rate that warm-up starts from and the cosine ends at. */
    public double lowestLearningRate() {
        return lowestLearningRate;
    }

    public double momentum() {
        return momentum;
    }

    public double weightDecay() {
        return weightDecay;
    }

    /** Returns the number of images per update of the network, over all devices. */
    public int batch() {
        return batch;
    }

    /** Returns how many devices train side by side. */
    public int devices() {
        return devices;
    }

    public Parallel parallel() {
        return parallel;
    }

    /** Returns after how many updates of their own devices are averaged. */
    public int averagingFrequency() {
        return averagingFrequency;
    }

    /** Returns the largest norm of the whole gradient, 0 for any. */
    public double gradientClip() {
        return gradientClip;
    }

    /** Returns the factor of adaptive gradient clipping, 0 for none. */
    public double adaptiveClip() {
        return adaptiveClip;
    }

    /** Returns whether residual blocks start as the identity. */
    public boolean zeroLastGamma() {
        return zeroLastGamma;
    }

    public Type type() {
        return type;
    }

    /** Returns what decides initial weights, order and augmentation of the images. */
    public long seed() {
        return seed;
    }

    /** Returns how images other than the bundled ones are varied, cut and normalized. */
    public Augmentation augmentation() {
        return augmentation;
    }

    /** Returns height and width of the images, 0 for what suits the data. */
    public int imageSize() {
        return imageSize;
    }

    /** Returns how many of the bundled training images are used, 0 for all. */
    public int images() {
        return images;
    }

    /** Returns the classes to use, as they were given, or nothing for all. */
    public String classes() {
        return classes;
    }

    @Override
    public String toString() {
        return toJson().toString();
    }
}
