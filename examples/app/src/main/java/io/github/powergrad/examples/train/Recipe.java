package io.github.powergrad.examples.train;

import io.github.powergrad.examples.InvalidSettingException;
import io.github.powergrad.examples.data.folder.Augmentation;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A named plan, and the top-1 accuracies in percent that the paper reports for it.
 *
 * <p>Source: arXiv:2111.12495v3 and its first version, the tables of ImageNet-1K results. The values of clipping are
 * not given there; {@value #GRADIENT_CLIP} for the norm and {@value #ADAPTIVE_CLIP} for AGC are the usual ones. The
 * recipes of batch 256 scale the learning rate with the batch: 0.1 in place of 0.4, from 1e-4. The paper trained on four
 * GPUs. A batch is that of all devices together, so {@code -4gpu} differs only in the number of devices.
 *
 * <p>{@code -search} is the protocol of the paper's grid searches: 50 epochs, 2 of warm-up and 4 of cool-down. For
 * CIFAR-10 the paper gives the network, 360 epochs and α, but no results. Batch, learning rate and augmentation are the
 * usual ones for such networks; schedule, momentum and weight decay are the paper's for ImageNet.
 */
public final class Recipe {

    /** The recipe of a run without options: ResNet-50 on the bundled images, in minutes. */
    public static final String QUICK = "quick";

    /** The recipe of a run on CIFAR's files that does not name a recipe. */
    public static final String CIFAR_10 = "resnet20-cifar10-a0.25";

    private static final double NOT_GIVEN = Double.NaN;
    private static final double GRADIENT_CLIP = 1;
    private static final double ADAPTIVE_CLIP = 0.01;

    private static final Map<String, Object> STEP = Map.of("scheduler", TrainingPlan.Scheduler.STEP, "cooldown-epochs", 0);
    private static final Map<String, Object> SMOOTHED = Map.of("label-smoothing", 0.1);
    private static final Map<String, Object> SMALL_BATCH = Map.of("batch", 256, "lr", 0.1, "min-lr", 1e-4);
    private static final Map<String, Object> CLIPPED = Map.of("grad-clip", GRADIENT_CLIP);
    private static final Map<String, Object> ADAPTIVELY_CLIPPED = Map.of("agc", ADAPTIVE_CLIP);
    private static final Map<String, Object> FOUR_DEVICES = Map.of("devices", 4);

    private static final Map<String, Object> SEARCH = Map.of("epochs", 50, "warmup-epochs", 2, "cooldown-epochs", 4);
    private static final Map<String, Object> CIFAR = Map.of(
            "epochs", 360, "batch", 128, "lr", 0.1, "min-lr", 1e-4, "augmentation", Augmentation.CIFAR);

    private static final List<Recipe> ALL = List.of(
            quick(),
            paper("resnet18-step-a1", "resnet18", 1, 69.95, 69.704, STEP),
            paper("resnet18-step-a0.25", "resnet18", 0.25, 70.3, 69.844, STEP),
            paper("resnet18-cosine-a1", "resnet18", 1, 70.38, 70.208),
            paper("resnet18-cosine-a0.25", "resnet18", 0.25, 70.53, 70.298),
            paper("resnet50-step-a1", "resnet50", 1, 78.99, 75.97, STEP),
            paper("resnet50-step-a0.3", "resnet50", 0.3, 79.56, 76.494, STEP),
            paper("resnet50-cosine-a1", "resnet50", 1, 79.18, 76.56),
            paper("resnet50-cosine-a0.3", "resnet50", 0.3, 79.43, 76.886),
            paper("resnet50-cosine-a0.3-4gpu", "resnet50", 0.3, 79.43, 76.886, FOUR_DEVICES),
            paper("resnet50-cosine-a0.05", "resnet50", 0.05, 79.68, 77.216),
            paper("resnet101-cosine-a1", "resnet101", 1, 82.29, 77.896),
            paper("resnet101-cosine-a0.3", "resnet101", 0.3, 83.10, 78.258),
            paper("seresnet18-cosine-a1", "seresnet18", 1, 71.42, 71.09),
            paper("seresnet18-cosine-a0.25", "seresnet18", 0.25, 71.6, 71.436),
            paper("seresnet50-cosine-a1", "seresnet50", 1, 81.5, 77.218),
            paper("seresnet50-cosine-a0.3", "seresnet50", 0.3, 82.47, 77.952),
            paper("resnet18-nobn-cosine-a1", "resnet18-nobn", 1, 68.86, 66.796, SMALL_BATCH),
            paper("resnet18-nobn-cosine-a0.25", "resnet18-nobn", 0.25, 69.97, 67.814, SMALL_BATCH),
            paper("resnet18-nobn-cosine-a1-clip", "resnet18-nobn", 1, 69.04, 67.064, SMALL_BATCH, CLIPPED),
            paper("resnet18-nobn-cosine-a1-agc", "resnet18-nobn", 1, 69.06, 67.298, SMALL_BATCH, ADAPTIVELY_CLIPPED),
            paper("resnet18-nobn-cosine-a0.25-agc", "resnet18-nobn", 0.25, 70.92, 68.856, SMALL_BATCH, ADAPTIVELY_CLIPPED),
            paper("resnet50-cosine-a1-ls0.1", "resnet50", 1, 78.81, 76.698, SMOOTHED),
            paper("resnet50-cosine-a0.3-ls0.1", "resnet50", 0.3, 78.47, 76.968, SMOOTHED),
            paper("resnet18-search-a1", "resnet18", 1, NOT_GIVEN, NOT_GIVEN, SEARCH),
            paper("resnet18-search-a0.25", "resnet18", 0.25, NOT_GIVEN, NOT_GIVEN, SEARCH),
            paper("resnet50-search-a1", "resnet50", 1, NOT_GIVEN, NOT_GIVEN, SEARCH),
            paper("resnet50-search-a0.3", "resnet50", 0.3, NOT_GIVEN, NOT_GIVEN, SEARCH),
            paper("resnet20-cifar10-a1", "resnet20", 1, NOT_GIVEN, NOT_GIVEN, CIFAR),
            paper(CIFAR_10, "resnet20", 0.25, NOT_GIVEN, NOT_GIVEN, CIFAR));

    private final String name;
    private final TrainingPlan plan;
    private final double trainTop1;
    private final double testTop1;

    private Recipe(String name, TrainingPlan plan, double trainTop1, double testTop1) {
        this.name = name;
        this.plan = plan;
        this.trainTop1 = trainTop1;
        this.testTop1 = testTop1;
    }

    @SafeVarargs
    private static Recipe paper(
            String name, String model, double alpha, double trainTop1, double testTop1, Map<String, Object>... changes) {
        TrainingPlan plan = TrainingPlan.of(model, alpha);
        for (Map<String, Object> change : changes) {
            plan = plan.with(change);
        }
        return new Recipe(name, plan, trainTop1, testTop1);
    }

    private static Recipe quick() {
        return new Recipe(QUICK, TrainingPlan.of("resnet50", 0.3).with(Map.of(
                "epochs", 3, "warmup-epochs", 1, "cooldown-epochs", 0, "batch", 64, "lr", 0.05, "min-lr", 2e-4,
                "images", 2500, "image-size", 16)), Double.NaN, Double.NaN);
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

    @Override
    public String toString() {
        return name;
    }
}
