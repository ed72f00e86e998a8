package io.github.powergrad.fashionmnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

@DisplayName("The bundled Fashion-MNIST")
class FashionMnistTest {

    @Test
    void has_20000_training_and_4000_test_images_of_every_class() throws IOException {
        ImageData data = FashionMnist.bundled();

        assertThat(data.training().size()).isEqualTo(20_000);
        assertThat(data.test().size()).isEqualTo(4_000);
        assertThat(data.training().height()).isEqualTo(28);
        assertThat(data.training().width()).isEqualTo(28);
        int[] counts = new int[ImageData.CLASSES];
        for (int i = 0; i < data.training().size(); i++) {
            counts[data.training().label(i)]++;
        }
        assertThat(Arrays.stream(counts).min().getAsInt()).isGreaterThan(1_900);
        // The labels of the first images of the data set as published.
        assertThat(new int[] {data.training().label(0), data.training().label(1), data.test().label(0)})
                .containsExactly(9, 0, 9);
    }

    @Test
    void has_pixels_from_0_to_1_in_float_and_one_hot_labels() throws IOException {
        DataSet first = FashionMnist.test(5).next();

        INDArray pixels = first.getFeatures();
        assertThat(pixels.shape()).containsExactly(5, 784);
        assertThat(pixels.dataType()).isEqualTo(DataType.FLOAT);
        ImageSet images = FashionMnist.bundled().test();
        int[] expected = new int[784];
        Arrays.setAll(expected, pixel -> images.pixel(3, pixel));
        assertThat(pixels.getRow(3).mul(255).toIntVector()).containsExactly(expected);
        // The labels of the first test images as published: Ankle boot, Pullover, Trouser, Trouser, Shirt.
        assertThat(first.getLabels().toFloatMatrix()).isDeepEqualTo(oneHot(9, 2, 1, 1, 6));
    }

    @Test
    void ends_an_epoch_with_a_smaller_minibatch_when_the_images_do_not_divide() throws IOException {
        DataSetIterator test = FashionMnist.test(1500);
        List<Integer> sizes = new ArrayList<>();
        test.forEachRemaining(batch -> sizes.add(batch.numExamples()));

        assertThat(sizes).containsExactly(1500, 1500, 1000);
        assertThatThrownBy(test::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void trains_on_each_image_once_per_epoch_in_an_order_that_changes() throws IOException {
        DataSetIterator training = FashionMnist.training(20_000);
        INDArray first = training.next().getLabels();
        training.reset();
        INDArray second = training.next().getLabels();

        assertThat(second).isNotEqualTo(first);
        assertThat(second.sum(0)).isEqualTo(first.sum(0));
        assertThat(FashionMnist.training(20_000).next().getLabels()).as("the same in each run").isEqualTo(first);
    }

    @Test
    void refuses_an_empty_minibatch() {
        assertThatIllegalArgumentException().isThrownBy(() -> FashionMnist.training(0))
                .withMessage("batch must be at least 1, got 0");
    }

    private static float[][] oneHot(int... classes) {
        float[][] labels = new float[classes.length][ImageData.CLASSES];
        for (int row = 0; row < classes.length; row++) {
            labels[row][classes[row]] = 1;
        }
        return labels;
    }
}
