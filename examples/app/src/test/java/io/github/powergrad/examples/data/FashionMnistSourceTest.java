package io.github.powergrad.examples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.fashionmnist.FashionMnist;
import io.github.powergrad.fashionmnist.ImageData;
import io.github.powergrad.fashionmnist.ImageSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("Minibatches")
class FashionMnistSourceTest {

    private static final int SIZE = 6;

    @TempDir
    Path folder;

    private ImageSet images;
    private FashionMnistSource source;

    @BeforeEach
    void readImages() throws IOException {
        ImageData data = FashionMnist.inFolder(IdxFiles.write(folder, 50, 10, SIZE));
        images = data.training();
        source = FashionMnistSource.of(data);
    }

    private static List<DataSet> all(BatchStream pass) {
        List<DataSet> batches = new ArrayList<>();
        pass.forEachRemaining(batches::add);
        return batches;
    }

    private INDArray order(long seed, int epoch) {
        return Nd4j.concat(0, all(source.withSeed(seed).training(epoch, 16)).stream()
                .map(DataSet::getFeatures).toArray(INDArray[]::new));
    }

    @Test
    void come_in_the_same_order_for_the_same_seed_and_epoch() {
        assertThat(order(3, 2)).isEqualTo(order(3, 2));
    }

    @Test
    void come_in_another_order_for_another_epoch_or_seed() {
        assertThat(order(3, 2)).isNotEqualTo(order(3, 1)).isNotEqualTo(order(4, 2));
    }

    @Test
    void hold_every_image_once_per_epoch_and_end_with_a_smaller_one_if_they_do_not_divide_evenly() {
        assertThat(all(source.training(0, 16))).extracting(DataSet::numExamples).containsExactly(16, 16, 16, 2);

        INDArray inFileOrder = Nd4j.concat(0, all(source.testingOnTraining().test(16)).stream()
                .map(DataSet::getFeatures).toArray(INDArray[]::new));
        List<String> shuffled = rows(order(1, 1));
        assertThat(shuffled).isNotEqualTo(rows(inFileOrder)).containsExactlyInAnyOrderElementsOf(rows(inFileOrder));
    }

    private static List<String> rows(INDArray features) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < features.size(0); row++) {
            rows.add(features.slice(row).toString());
        }
        return rows;
    }

    @Test
    void keep_images_and_labels_together() {
        int row = 0;
        for (DataSet batch : all(source.testingOnTraining().test(16))) {
            assertThat(batch.getLabels().sumNumber().intValue()).isEqualTo(batch.numExamples());
            for (int i = 0; i < batch.numExamples(); i++, row++) {
                assertThat(batch.getLabels().getDouble(i, images.label(row))).isEqualTo(1);
                double brighter = images.pixel(row, 7) > images.pixel(row, 20) ? 1 : -1;
                double difference = batch.getFeatures().getDouble(i, 0, 1, 1) - batch.getFeatures().getDouble(i, 0, 3, 2);
                assertThat(Math.signum(difference)).isIn(brighter, 0.0);
            }
        }
        assertThat(row).isEqualTo(50);
    }

    @Test
    void are_scaled_to_mean_0_and_deviation_1_over_the_training_images() {
        INDArray features = source.training(0, 50).next().getFeatures();

        assertThat(features.shape()).containsExactly(50, 1, SIZE, SIZE);
        assertThat(features.meanNumber().doubleValue()).isCloseTo(0, within(1e-5));
        assertThat(features.stdNumber(false).doubleValue()).isCloseTo(1, within(1e-4));
    }

    @Test
    void refuse_a_size_below_1() {
        assertThatThrownBy(() -> source.test(0)).hasMessage("batch size must be at least 1, got 0");
    }
}
