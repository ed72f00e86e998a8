package io.github.powergrad.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.examples.data.folder.Augmentation;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The recipes")
class RecipeTest {

    @ParameterizedTest
    @CsvSource({
        "resnet18-step-a1, 69.95, 69.704", "resnet18-step-a0.25, 70.3, 69.844", "resnet18-cosine-a1, 70.38, 70.208",
        "resnet18-cosine-a0.25, 70.53, 70.298", "resnet50-step-a1, 78.99, 75.97", "resnet50-step-a0.3, 79.56, 76.494",
        "resnet50-cosine-a1, 79.18, 76.56", "resnet50-cosine-a0.3, 79.43, 76.886", "resnet50-cosine-a0.05, 79.68, 77.216",
        "resnet101-cosine-a1, 82.29, 77.896", "resnet101-cosine-a0.3, 83.10, 78.258",
        "seresnet18-cosine-a1, 71.42, 71.09", "seresnet18-cosine-a0.25, 71.6, 71.436",
        "seresnet50-cosine-a1, 81.5, 77.218", "seresnet50-cosine-a0.3, 82.47, 77.952",
        "resnet18-nobn-cosine-a1, 68.86, 66.796", "resnet18-nobn-cosine-a0.25, 69.97, 67.814",
        "resnet18-nobn-cosine-a1-clip, 69.04, 67.064", "resnet18-nobn-cosine-a1-agc, 69.06, 67.298",
        "resnet50-cosine-a0.3-4gpu, 79.43, 76.886",
        "resnet18-nobn-cosine-a0.25-agc, 70.92, 68.856", "resnet50-cosine-a1-ls0.1, 78.81, 76.698",
        "resnet50-cosine-a0.3-ls0.1, 78.47, 76.968",
    })
    void hold_every_row_of_the_papers_table_under_a_name_that_says_its_settings(String name, double train, double test) {
        Recipe recipe = Recipe.named(name);
        TrainingPlan plan = recipe.plan();

        assertThat(recipe.trainTop1()).isEqualTo(train);
        assertThat(recipe.testTop1()).isEqualTo(test);
        assertThat(name).startsWith(plan.model() + "-" + plan.scheduler() + "-a");
        assertThat(name + "-").contains("-a" + (plan.alpha() == 1 ? "1" : plan.alpha()) + "-");
        assertThat(plan.labelSmoothing()).isEqualTo(name.endsWith("-ls0.1") ? 0.1 : 0);
        assertThat(plan.adaptiveClip() > 0).isEqualTo(name.endsWith("-agc"));
        assertThat(plan.gradientClip() > 0).isEqualTo(name.endsWith("-clip"));
        assertThat(plan.batch()).isEqualTo(name.contains("nobn") ? 256 : 1024);
        assertThat(plan.devices()).isEqualTo(name.endsWith("-4gpu") ? 4 : 1);
        assertThat(plan.epochs()).isEqualTo(100);
        assertThat(plan.momentum()).isEqualTo(0.9);
        assertThat(plan.weightDecay()).isEqualTo(5e-4);
    }

    @Test
    void are_those_of_the_table_the_quick_one_four_of_the_grid_search_and_two_of_cifar() {
        assertThat(Recipe.all()).hasSize(30).extracting(Recipe::name).doesNotHaveDuplicates();
    }

    @Test
    void of_cifar_train_resnet20_for_360_epochs_on_images_of_32_pixels_with_cifars_augmentation() {
        for (double alpha : new double[] {1, 0.25}) {
            TrainingPlan plan = Recipe.named("resnet20-cifar10-a" + (alpha == 1 ? "1" : "0.25")).plan();

            assertThat(plan.alpha()).isEqualTo(alpha);
            assertThat(plan.model()).isEqualTo("resnet20");
            assertThat(plan.epochs()).isEqualTo(360);
            assertThat(plan.batch()).isEqualTo(128);
            assertThat(plan.learningRate()).isEqualTo(0.1);
            assertThat(plan.augmentation()).isEqualTo(Augmentation.CIFAR);
        }
        assertThat(Recipe.named("resnet50-cosine-a0.3").plan().augmentation()).isEqualTo(Augmentation.IMAGENET);
        assertThat(Recipe.bestOfThePaper("resnet20")).isEmpty();
    }

    @Test
    void of_the_grid_search_take_50_epochs_2_of_warm_up_and_4_of_cool_down() {
        TrainingPlan plan = Recipe.named("resnet50-search-a0.3").plan();

        assertThat(plan.epochs()).isEqualTo(50);
        assertThat(plan.warmupEpochs()).isEqualTo(2);
        assertThat(plan.cooldownEpochs()).isEqualTo(4);
        assertThat(plan.batch()).isEqualTo(1024);
    }

    @Test
    void give_way_to_single_settings() {
        TrainingPlan plan = Recipe.named("resnet50-cosine-a0.3").plan();
        TrainingPlan changed = plan.with(Map.of("alpha", 0.5, "epochs", 50));

        assertThat(changed.alpha()).isEqualTo(0.5);
        assertThat(changed.learningRate()).isEqualTo(0.4);
        assertThat(changed.differencesFrom(plan)).containsExactly("alpha 0.5 instead of 0.3", "epochs 50 instead of 100");
        assertThat(TrainingPlan.of(changed.toJson()).toJson()).isEqualTo(changed.toJson());
    }

    @Test
    void refuse_settings_that_exclude_each_other() {
        TrainingPlan plan = TrainingPlan.of("resnet18", 1);
        assertThatThrownBy(() -> plan.with(Map.of("agc", 0.01, "grad-clip", 1)))
                .hasMessageContaining("grad-clip and agc exclude each other");
        assertThatThrownBy(() -> plan.with(Map.of("epochs", 14)))
                .hasMessageContaining("together at most epochs, 14, got 5 and 10");
    }
}
