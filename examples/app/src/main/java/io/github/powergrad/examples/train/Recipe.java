package io.github.powergrad.examples.train;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.powergrad.examples.InvalidSettingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A named plan, and the top-1 accuracies in percent that the paper reports for it, as {@code recipes.json} has them. A
 * setting that is not given there is that of {@link TrainingPlan#of}.
 *
 * <p>Source: arXiv:2111.12495v3 and its first version, the tables of ImageNet-1K results. The values of clipping are
 * not given there; 1 for the norm and 0.01 for AGC are the usual ones. The recipes of batch 256 scale the learning rate
 * with the batch: 0.1 in place of 0.4, from 1e-4. The paper trained on four GPUs. A batch is that of all devices
 * together, so {@code -4gpu} differs only in the number of devices.
 *
 * <p>{@code -search} is the protocol of the paper's grid searches: 50 epochs, 2 of warm-up and 4 of cool-down. For
 * CIFAR-10 the paper gives the network, 360 epochs and α, but no results. Batch, learning rate and augmentation are the
 * usual ones for such networks; schedule, momentum and weight decay are the paper's for ImageNet.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE)
public final class Recipe {

    /** The recipe of a run without options: ResNet-50 on the bundled images, in minutes. */
    public static final String QUICK = "quick";

    /** The recipe of a run on CIFAR's files that does not name a recipe. */
    public static final String CIFAR_10 = "resnet20-cifar10-a0.25";

    private static final List<Recipe> ALL = read();

    // Not final, because Jackson sets them.
    private String name;
    @JsonProperty("settings") private TrainingPlan plan;
    @JsonProperty("train-top1") private double trainTop1 = Double.NaN;
    @JsonProperty("test-top1") private double testTop1 = Double.NaN;

    private Recipe() {}

    private static List<Recipe> read() {
        try (InputStream file = Recipe.class.getResourceAsStream("recipes.json")) {
            return List.of(new ObjectMapper().readValue(file, Recipe[].class));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Returns every recipe, the quick one first, then the paper's table in its order, then those without a row in it. */
    public static List<Recipe> all() {
        return ALL;
    }

    /**
     * Returns the recipe of a name.
     *
     * @throws InvalidSettingException if there is none, saying where they are listed
     */
    public static Recipe named(String name) {
        return ALL.stream().filter(recipe -> recipe.name.equals(name)).findFirst().orElseThrow(() ->
                new InvalidSettingException("{recipe} must be one that 'powergrad recipes' lists, such as"
                        + " resnet50-cosine-a0.3, got " + name));
    }

    /** Returns the best test top-1 accuracy in percent that the paper reports for a network. */
    public static OptionalDouble bestOfThePaper(String model) {
        return ALL.stream().filter(recipe -> recipe.plan.model().equals(model) && Double.isFinite(recipe.testTop1))
                .mapToDouble(Recipe::testTop1).max();
    }

    public String name() {
        return name;
    }

    public TrainingPlan plan() {
        return plan;
    }

    /** Returns the paper's top-1 accuracy on the training images in percent; NaN where there is none. */
    public double trainTop1() {
        return trainTop1;
    }

    /** Returns the paper's top-1 accuracy on the test images in percent; NaN where there is none. */
    public double testTop1() {
        return testTop1;
    }
}
