package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The training view of an image")
class ViewTest {

    private static final int SIZE = 8;

    @TempDir
    Path folder;

    @Test
    void is_mirrored_every_other_time() throws Exception {
        // Brighter to the right, so a mirrored view is brighter to the left.
        BufferedImage ramp = ImageTree.plain(128, 128, 0);
        for (int i = 0; i < 128 * 128; i++) {
            ramp.setRGB(i % 128, i / 128, i % 128 * 2 * 0x010101);
        }
        new ImageTree(folder).write("ramp.png", ImageTree.encode(ramp, "png"));
        View view = Augmentation.IMAGENET.training(SIZE, new EpochRandom(1, 0));
        int mirrored = 0;
        try (Mat image = ImageFile.decode(ImageFile.bytes(folder.resolve("ramp.png")), view)) {
            for (int number = 0; number < 2000; number++) {
                float[] planes = view.of(image, number);
                mirrored += planes[0] > planes[SIZE - 1] ? 1 : 0;
            }
        }

        assertThat(mirrored / 2000.0).isCloseTo(0.5, within(0.04));
    }

    @Test
    void mirrors_columns_and_nothing_else() {
        byte[] bgr = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

        float[] plain = Normalization.IMAGENET.planes(bgr, 2, false);
        float[] mirrored = Normalization.IMAGENET.planes(bgr, 2, true);

        for (int plane = 0; plane < 3; plane++) {
            for (int row = 0; row < 2; row++) {
                int at = plane * 4 + row * 2;
                assertThat(mirrored[at]).isEqualTo(plain[at + 1]);
                assertThat(mirrored[at + 1]).isEqualTo(plain[at]);
            }
        }
        assertThat(plain[0]).isCloseTo((float) ((3 / 255.0 - 0.485) / 0.229), within(1e-6f));
    }

    /** A picture of which each pixel says where it is: red its column, green its row, both from 100 on; blue is 255. */
    private static Mat positions(int width, int height) {
        byte[] bgr = new byte[3 * width * height];
        for (int pixel = 0; pixel < width * height; pixel++) {
            bgr[3 * pixel] = (byte) 255;
            bgr[3 * pixel + 1] = (byte) (100 + pixel / width);
            bgr[3 * pixel + 2] = (byte) (100 + pixel % width);
        }
        return ImageFile.mat(height, width, bgr);
    }

    /** Returns the value of a pixel before CIFAR's normalization. */
    private static int value(float[] planes, int channel, int y, int x) {
        double[] mean = {0.4914, 0.4822, 0.4465};
        double[] deviation = {0.2470, 0.2435, 0.2616};
        return (int) Math.round(255 * (planes[channel * 1024 + y * 32 + x] * deviation[channel] + mean[channel]));
    }

    @Test
    void of_cifar_moves_the_image_by_up_to_four_pixels_each_way_and_mirrors_it_every_other_time() {
        View view = Augmentation.CIFAR.training(32, new EpochRandom(3, 1));
        int[] drawn = new int[162];
        try (Mat image = positions(32, 32)) {
            for (int number = 0; number < 16_200; number++) {
                float[] planes = view.of(image, number);
                // The middle is never padding.
                int column = value(planes, 0, 16, 16) - 100;
                int row = value(planes, 1, 16, 16) - 100;
                boolean mirrored = value(planes, 0, 16, 17) < value(planes, 0, 16, 16);
                int right = mirrored ? column - 15 : column - 16;
                drawn[(row - 16 + 4) * 18 + (right + 4) * 2 + (mirrored ? 1 : 0)]++;
            }
        }

        // 81 offsets, mirrored or not: 100 of each, give or take five standard deviations.
        assertThat(drawn).hasSize(162);
        for (int count : drawn) {
            assertThat(count).isBetween(50, 150);
        }
    }

    @Test
    void of_cifar_is_black_before_normalization_where_the_image_has_moved_away() {
        View view = Augmentation.CIFAR.training(32, new EpochRandom(3, 1));
        boolean seen = false;
        try (Mat image = positions(32, 32)) {
            for (int number = 0; number < 2000; number++) {
                float[] planes = view.of(image, number);
                int row = value(planes, 1, 16, 16) - 100;
                if (row == 20) {
                    // Moved up by four rows: the last four are padding, of all colours.
                    seen = true;
                    for (int y = 0; y < 32; y++) {
                        boolean padding = y >= 28;
                        assertThat(value(planes, 2, y, 16)).isEqualTo(padding ? 0 : 255);
                        assertThat(value(planes, 1, y, 16)).isEqualTo(padding ? 0 : 100 + y + 4);
                    }
                }
            }
        }
        assertThat(seen).isTrue();
    }

    @Test
    void of_cifar_takes_an_image_of_another_size_by_its_middle_and_pads_that_with_black() {
        View view = Augmentation.CIFAR.training(32, new EpochRandom(3, 1));
        int black = 0;
        try (Mat wide = positions(48, 32)) {
            for (int number = 0; number < 200; number++) {
                float[] planes = view.of(wide, number);
                for (int x = 0; x < 32; x++) {
                    int column = value(planes, 0, 16, x) - 100;
                    black += column == -100 ? 1 : 0;
                    assertThat(column == -100 || column >= 8 && column < 40).as("column %d", column).isTrue();
                }
            }
            assertThat(value(Augmentation.CIFAR.evaluation(32).of(wide, 0), 0, 0, 0)).isEqualTo(108);
        }
        assertThat(black).isPositive();
    }

    @Test
    void of_an_evaluation_of_cifar_is_the_image_as_it_is() {
        try (Mat image = positions(32, 32)) {
            float[] planes = Augmentation.CIFAR.evaluation(32).of(image, 7);
            for (int pixel = 0; pixel < 1024; pixel++) {
                assertThat(value(planes, 0, pixel / 32, pixel % 32)).isEqualTo(100 + pixel % 32);
                assertThat(value(planes, 1, pixel / 32, pixel % 32)).isEqualTo(100 + pixel / 32);
            }
        }
    }
}
