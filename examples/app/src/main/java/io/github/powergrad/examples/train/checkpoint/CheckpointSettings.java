package io.github.powergrad.examples.train.checkpoint;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.powergrad.examples.data.LabelledImages;
import io.github.powergrad.examples.model.NetworkShape;
import io.github.powergrad.examples.train.PlannedNetwork;
import io.github.powergrad.examples.train.TrainingLoop;
import io.github.powergrad.examples.train.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** What a checkpoint says of itself: its plan, its images, its epoch and what was measured. Immutable. */
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE, isGetterVisibility = Visibility.NONE)
@JsonIgnoreProperties(ignoreUnknown = true)
public final class CheckpointSettings {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    // Named one by one: the Jackson of Spark 3.1.2 has no class PropertyNamingStrategies.
    // Set by Jackson and by the methods that make one, which is why they are not final.
    private int format = FORMAT;
    private int epoch;
    @JsonProperty("bundled-images") private boolean bundledImages;
    private int channels;
    @JsonProperty("image-size") private int imageSize;
    @JsonProperty("training-images") private int trainingImages;
    @JsonProperty("test-images") private int testImages;
    @JsonProperty("names-hash") private int namesHash;
    @JsonProperty("classes") private List<String> classNames = List.of();
    private TrainingPlan plan;
    private List<String> metrics = List.of();

    private CheckpointSettings() {}

    /**
     * Describes a training that is to begin.
     *
     * @param plan its plan
     * @param images its images
     * @param bundledImages whether they are those that come with the examples
     */
    public static CheckpointSettings of(TrainingPlan plan, LabelledImages images, boolean bundledImages) {
        CheckpointSettings settings = new CheckpointSettings();
        settings.plan = plan;
        settings.classNames = List.copyOf(images.classNames());
        settings.channels = images.channels();
        settings.imageSize = images.imageSize();
        settings.trainingImages = images.trainingImages();
        settings.testImages = images.testImages();
        settings.namesHash = images.namesHash();
        settings.bundledImages = bundledImages;
        return settings;
    }

    /**
     * Returns the same after another number of epochs.
     *
     * @param epochs how many
     * @param rows what was measured in them, as {@code metrics.csv} has it
     */
    public CheckpointSettings after(int epochs, List<String> rows) {
        CheckpointSettings settings = JSON.convertValue(this, CheckpointSettings.class);
        settings.epoch = epochs;
        settings.metrics = List.copyOf(rows);
        return settings;
    }

    /** Returns the configuration of a network that is to be trained in this way. */
    public ComputationGraphConfiguration configuration() {
        return PlannedNetwork.configuration(
                plan, new NetworkShape(channels, imageSize, classNames.size()), iterationsPerEpoch());
    }

    int iterationsPerEpoch() {
        return TrainingLoop.iterationsPerEpoch(plan, trainingImages);
    }

    public TrainingPlan plan() {
        return plan;
    }

    public List<String> classNames() {
        return classNames;
    }

    /** Returns height and width of the images. */
    public int imageSize() {
        return imageSize;
    }

    /** Returns whether it was trained on the images that come with the examples. */
    public boolean bundledImages() {
        return bundledImages;
    }

    /** Returns the number of epochs trained. */
    public int epoch() {
        return epoch;
    }

    /** Returns the rows of {@code metrics.csv} of these epochs; none if it was written by version 0.1.0. */
    public List<String> metrics() {
        return metrics;
    }

    /**
     * Makes sure that images fit the network.
     *
     * @throws IOException saying what differs
     */
    public void requireFitting(LabelledImages images, String checkpoint) throws IOException {
        List<String> differences = new ArrayList<>();
        if (images.classNames().size() != classNames.size()) {
            differences.add(images.classNames().size() + " classes instead of " + classNames.size());
        } else if (!images.classNames().equals(classNames)) {
            differences.add("classes " + firstDifference(images.classNames()));
        }
        if (images.channels() != channels) {
            differences.add(images.channels() + " channels instead of " + channels);
        }
        if (images.imageSize() != imageSize) {
            differences.add("image size " + images.imageSize() + " instead of " + imageSize);
        }
        if (!differences.isEmpty()) {
            throw new IOException(checkpoint + " (" + plan.model() + ") does not fit these images: they have "
                    + String.join(", ", differences) + "; give the images that it was trained on");
        }
    }

    /**
     * Returns how images differ from those of the training so far, such as "60 training images instead of 64"; empty if
     * they do not differ.
     */
    public List<String> changesTo(LabelledImages images) {
        List<String> changes = new ArrayList<>();
        if (images.trainingImages() != trainingImages) {
            changes.add(images.trainingImages() + " training images instead of " + trainingImages);
        }
        if (images.testImages() != testImages) {
            changes.add(images.testImages() + " test images instead of " + testImages);
        }
        if (changes.isEmpty() && images.namesHash() != namesHash) {
            changes.add("as many images, but of other names");
        }
        return changes;
    }

    private String firstDifference(List<String> names) {
        int number = 0;
        while (names.get(number).equals(classNames.get(number))) {
            number++;
        }
        return "'" + names.get(number) + "' instead of '" + classNames.get(number) + "'";
    }

    byte[] toJson() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    }

    static CheckpointSettings of(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        if (json.path("format").asInt() != FORMAT) {
            throw new IOException("format " + json.path("format") + " is not known, only " + FORMAT);
        }
        CheckpointSettings settings = JSON.treeToValue(json, CheckpointSettings.class);
        // Read once more by TrainingPlan.of, which checks its values.
        settings.plan = TrainingPlan.of(json.path("plan"));
        return settings;
    }
}
