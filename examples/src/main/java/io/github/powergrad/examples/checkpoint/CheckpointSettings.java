package io.github.powergrad.examples.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.recipe.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a checkpoint says of itself: the plan it was trained by, its images and its epoch. Immutable. */
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

    private CheckpointSettings(
            TrainingPlan plan, List<String> classNames, int channels, int imageSize, int trainingImages, int testImages,
            int namesHash, boolean bundledImages, int epoch) {
        this.plan = plan;
        this.classNames = List.copyOf(classNames);
        this.channels = channels;
        this.imageSize = imageSize;
        this.trainingImages = trainingImages;
        this.testImages = testImages;
        this.namesHash = namesHash;
        this.bundledImages = bundledImages;
        this.epoch = epoch;
    }

    /**
     * Describes a training.
     *
     * @param plan its plan
     * @param images its images
     * @param bundledImages whether they are those that come with the examples
     * @param epoch the number of epochs that it has trained
     */
    public static CheckpointSettings of(TrainingPlan plan, ImageSource images, boolean bundledImages, int epoch) {
        return new CheckpointSettings(plan, images.classNames(), images.channels(), images.imageSize(),
                images.trainingImages(), images.testImages(), images.namesHash(), bundledImages, epoch);
    }

    /** Returns the same after another number of epochs. */
    public CheckpointSettings after(int epochs) {
        return new CheckpointSettings(
                plan, classNames, channels, imageSize, trainingImages, testImages, namesHash, bundledImages, epochs);
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
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }

    static CheckpointSettings of(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        if (json.path("format").asInt() != FORMAT) {
            throw new IOException("format " + json.path("format") + " is not known, only " + FORMAT);
        }
        List<String> names = new ArrayList<>();
        json.path("classes").forEach(name -> names.add(name.asText()));
        return new CheckpointSettings(TrainingPlan.of(json.path("plan")), names, json.path("channels").asInt(),
                json.path("image-size").asInt(), json.path("training-images").asInt(), json.path("test-images").asInt(),
                json.path("names-hash").asInt(), json.path("bundled-images").asBoolean(), json.path("epoch").asInt());
    }
}
