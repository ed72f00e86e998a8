package io.github.powergrad.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("Minibatches")
class MinibatchesTest {

    @TempDir
    Path folder;

    private ImageSet images;
    private Minibatches batches;

    @BeforeEach
    void readImages() throws IOException {
        images = FashionMnist.inFolder(IdxFiles.write(folder, 50, 10, 6)).training();
        batches = new Minibatches(new ScaledImages(images, PixelScaling.of(images)), 16);
    }

    @Test
    void come_in_the_same_order_for_the_same_seed_and_epoch() {
        assertThat(batches.shuffledOrder(3, 2)).isEqualTo(batches.shuffledOrder(3, 2));
    }

    @Test
    void come_in_another_order_for_another_epoch_or_seed() {
        assertThat(batches.shuffledOrder(3, 2))
                .isNotEqualTo(batches.shuffledOrder(3, 1))
                .isNotEqualTo(batches.shuffledOrder(4, 2));
    }

    @Test
    void hold_every_image_once_an_epoch() {
        int[] sorted = batches.shuffledOrder(1, 1);
        Arrays.sort(sorted);

        assertThat(sorted).isEqualTo(batches.fileOrder());
    }

    @Test
    void end_with_a_smaller_one_if_the_images_do_not_divide_evenly() {
        assertThat(batches.count()).isEqualTo(4);
        assertThat(batches.batch(batches.fileOrder(), 3).size()).isEqualTo(2);
    }

    @Test
    void keep_images_and_labels_together() {
        int[] order = batches.shuffledOrder(1, 1);
        try (Minibatch batch = batches.batch(order, 1)) {
            for (int row = 0; row < batch.size(); row++) {
                int image = order[16 + row];
                assertThat(batch.label(row)).isEqualTo(images.label(image));
                assertThat(batch.oneHotLabels().getDouble(row, images.label(image))).isEqualTo(1);
                double brighter = images.pixel(image, 7) > images.pixel(image, 20) ? 1 : -1;
                double difference = batch.features().getDouble(row, 0, 1, 1) - batch.features().getDouble(row, 0, 3, 2);
                assertThat(Math.signum(difference)).isIn(brighter, 0.0);
            }
            assertThat(batch.oneHotLabels().sumNumber().doubleValue()).isEqualTo(batch.size());
        }
    }

    @Test
    void are_scaled_to_mean_0_and_deviation_1_over_the_training_images() {
        Minibatches all = new Minibatches(new ScaledImages(images, PixelScaling.of(images)), images.size());
        try (Minibatch batch = all.batch(all.fileOrder(), 0)) {
            INDArray features = batch.features();
            assertThat(features.shape()).containsExactly(50, 1, 6, 6);
            assertThat(features.meanNumber().doubleValue()).isCloseTo(0, within(1e-5));
            assertThat(features.stdNumber(false).doubleValue()).isCloseTo(1, within(1e-4));
        }
    }

    @Test
    void refuse_a_size_below_1() {
        assertThatThrownBy(() -> new Minibatches(new ScaledImages(images, PixelScaling.of(images)), 0))
                .hasMessage("batch size must be at least 1, got 0");
    }
}
