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
}
