package io.github.powergrad.examples.train.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.model.NetworkShape;
import io.github.powergrad.examples.train.NetworkTraining;
import io.github.powergrad.examples.train.PlannedNetwork;
import io.github.powergrad.examples.train.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** What a checkpoint says of itself: its plan, its images, its epoch and what was measured. Immutable. */
public final class CheckpointSettings {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    private final TrainingPlan plan;
    private final List<String> classNames;
    private final int channels;
    private final int imageSize;
    private final int trainingImages;
    private final int testImages;
    private final int namesHash;
    private final boolean bundledImages;
    private final int epoch;
    private final List<String> metrics;

    private CheckpointSettings(
            TrainingPlan plan, List<String> classNames, int channels, int imageSize, int trainingImages, int testImages,
            int namesHash, boolean bundledImages, int epoch, List<String> metrics) {
        this.plan = plan;
        this.classNames = List.copyOf(classNames);
        this.channels = channels;
        this.imageSize = imageSize;
        this.trainingImages = trainingImages;
        this.testImages = testImages;
        this.namesHash = namesHash;
        this.bundledImages = bundledImages;
        this.epoch = epoch;
        this.metrics = List.copyOf(metrics);
    }

    /**
     * Describes a training that is to begin.
     *
     * @param plan its plan
     * @param images its images
     * @param bundledImages whether they are those that come with the examples
     */
    public static CheckpointSettings of(TrainingPlan plan, ImageSource images, boolean bundledImages) {
        return new CheckpointSettings(plan, images.classNames(), images.channels(), images.imageSize(),
                images.trainingImages(), images.testImages(), images.namesHash(), bundledImages, 0,
                List.of());
    }

    /**
     * Returns the same after another number of epochs.
     *
     * @param rows what was measured in them, as {@code metrics.csv} has it
     */
    public CheckpointSettings after(int epochs, List<String> rows) {
        return new CheckpointSettings(plan, classNames, channels, imageSize, trainingImages, testImages, namesHash,
                bundledImages, epochs, rows);
    }

    /** Returns the configuration of a network that is to be trained in this way. */
    public ComputationGraphConfiguration configuration() {
        return PlannedNetwork.configuration(
                plan, new NetworkShape(channels, imageSize, classNames.size()), iterationsPerEpoch());
    }

    int iterationsPerEpoch() {
        return NetworkTraining.iterationsPerEpoch(plan, trainingImages);
    }

    /** Returns the plan. */
    public TrainingPlan plan() {
        return plan;
    }

    /** Returns the names of the classes. */
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
    public void requireFitting(ImageSource images, String checkpoint) throws IOException {
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
     * Says how images differ from those of the training so far: "60 training images instead of 64"; nothing if they do
     * not.
     */
    public List<String> changesTo(ImageSource images) {
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
        ObjectNode json = JSON.createObjectNode();
        json.put("format", FORMAT);
        json.put("epoch", epoch);
        json.put("bundled-images", bundledImages);
        json.put("channels", channels);
        json.put("image-size", imageSize);
        json.put("training-images", trainingImages);
        json.put("test-images", testImages);
        json.put("names-hash", namesHash);
        json.set("classes", JSON.valueToTree(classNames));
        json.set("plan", plan.toJson());
        json.set("metrics", JSON.valueToTree(metrics));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }

    static CheckpointSettings of(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        if (json.path("format").asInt() != FORMAT) {
            throw new IOException("format " + json.path("format") + " is not known, only " + FORMAT);
        }
        return new CheckpointSettings(TrainingPlan.of(json.path("plan")), texts(json.path("classes")),
                json.path("channels").asInt(), json.path("image-size").asInt(), json.path("training-images").asInt(), json.path("test-images").asInt(),
                json.path("names-hash").asInt(), json.path("bundled-images").asBoolean(), json.path("epoch").asInt(),
                texts(json.path("metrics")));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
