package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.FashionMnistSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

@DisplayName("A single image")
class ImageFileTest {

    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] DEVIATION = {0.229, 0.224, 0.225};

    @TempDir
    Path folder;

    private INDArray read(String name, byte[] content, int size) throws IOException {
        new ImageTree(folder).write(name, content);
        return ImageFile.read(folder.resolve(name), size, Augmentation.IMAGENET);
    }

    /** Undoes the scaling: 0 to 255. */
    private static double value(INDArray image, int channel, int y, int x) {
        return (image.getDouble(0, channel, y, x) * DEVIATION[channel] + MEAN[channel]) * 255;
    }

    private static void assertColour(INDArray image, int y, int x, int red, int green, int blue, double tolerance) {
        assertThat(value(image, 0, y, x)).as("red at %d,%d", x, y).isCloseTo(red, within(tolerance));
        assertThat(value(image, 1, y, x)).as("green at %d,%d", x, y).isCloseTo(green, within(tolerance));
        assertThat(value(image, 2, y, x)).as("blue at %d,%d", x, y).isCloseTo(blue, within(tolerance));
    }

    @Test
    void is_scaled_by_the_mean_and_deviation_of_imagenet_in_the_order_red_green_blue() throws IOException {
        INDArray image = read("a.png", ImageTree.encode(ImageTree.plain(20, 10, 0xFF8000), "png"), 8);

        assertThat(image.shape()).containsExactly(1, 3, 8, 8);
        assertThat(image.getDouble(0, 0, 3, 3)).isCloseTo((1 - 0.485) / 0.229, within(1e-6));
        assertThat(image.getDouble(0, 1, 3, 3)).isCloseTo((128 / 255.0 - 0.456) / 0.224, within(1e-6));
        assertThat(image.getDouble(0, 2, 3, 3)).isCloseTo((0 - 0.406) / 0.225, within(1e-6));
    }

    @Test
    void is_resized_and_cut_as_pythons_imaging_library_does() throws IOException {
        INDArray image = read("ramp.png", ImageTree.resource("ramp.png"), 56);

        String[] lines = new String(ImageTree.resource("ramp-evaluated.csv"), StandardCharsets.UTF_8).split("\n");
        assertThat(lines).hasSize(50);
        for (int i = 1; i < lines.length; i++) {
            String[] cells = lines[i].split(",");
            assertColour(image, Integer.parseInt(cells[1]), Integer.parseInt(cells[0]), Integer.parseInt(cells[2]),
                    Integer.parseInt(cells[3]), Integer.parseInt(cells[4]), 1.5);
        }
    }

    private static int shorterSide(int size) {
        return ((View.Middle) Augmentation.IMAGENET.evaluation(size)).shorterSide;
    }

    @Test
    void has_its_shorter_side_resized_to_256_for_224() {
        assertThat(shorterSide(224)).isEqualTo(256);
        assertThat(shorterSide(64)).isEqualTo(73);
        assertThat(shorterSide(1)).isEqualTo(1);
    }

    @Test
    void may_be_grey() throws IOException {
        BufferedImage grey = new BufferedImage(30, 40, BufferedImage.TYPE_BYTE_GRAY);
        grey.createGraphics().fillRect(0, 0, 30, 40);

        assertColour(read("grey.jpg", ImageTree.encode(grey, "jpg"), 8), 4, 4, 255, 255, 255, 1);
    }

    @Test
    void may_be_a_cmyk_jpeg() throws IOException {
        INDArray image = read("cmyk.jpg", ImageTree.resource("cmyk.jpg"), 32);

        assertColour(image, 16, 4, 255, 0, 0, 12);
        assertColour(image, 16, 28, 0, 0, 255, 12);
    }

    @Test
    void may_have_16_bits_a_channel() throws IOException {
        INDArray image = read("deep.png", ImageTree.resource("16-bit.png"), 32);

        assertThat(value(image, 0, 16, 16)).isCloseTo(130, within(6.0));
        assertThat(value(image, 2, 16, 31)).isGreaterThan(value(image, 2, 16, 0) + 100);
    }

    @Test
    void may_have_transparency_which_is_dropped() throws IOException {
        BufferedImage clear = new BufferedImage(10, 10, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < 100; i++) {
            clear.setRGB(i % 10, i / 10, 0x40C86432);
        }

        assertColour(read("clear.png", ImageTree.encode(clear, "png"), 8), 4, 4, 200, 100, 50, 0.5);
    }

    @Test
    void may_be_one_pixel() throws IOException {
        INDArray image = read("dot.png", ImageTree.encode(ImageTree.plain(1, 1, 0x336699), "png"), 224);

        assertColour(image, 0, 0, 0x33, 0x66, 0x99, 0.5);
        assertColour(image, 223, 223, 0x33, 0x66, 0x99, 0.5);
    }

    @Test
    void may_be_very_long() throws IOException {
        BufferedImage strip = ImageTree.plain(30_001, 1, 0xFF0000);
        strip.setRGB(15_000, 0, 0x0000FF);
        INDArray image = read("strip.png", ImageTree.encode(strip, "png"), 224);

        assertColour(image, 112, 112, 0, 0, 255, 3);
    }

    @Test
    void may_be_so_large_that_it_is_decoded_at_a_part_of_its_size() throws IOException {
        BufferedImage large = ImageTree.plain(1200, 900, 0);
        for (int i = 0; i < 1200 * 900; i++) {
            large.setRGB(i % 1200, i / 1200, (i % 1200 / 5) << 16 | (i / 1200 / 4) << 8 | 100);
        }
        byte[] jpeg = ImageTree.encode(large, "jpg");
        byte[] png = ImageTree.encode(large, "png");
        INDArray reduced = read("large.jpg", jpeg, 56);
        INDArray whole = read("large.png", png, 56);

        View view = Augmentation.IMAGENET.evaluation(56);
        try {
            assertThat(ImageHeader.of(jpeg).reduction(view)).isEqualTo(4);
            assertThat(ImageHeader.of(png).reduction(view)).isEqualTo(1);
        } catch (BrokenImageException broken) {
            throw new AssertionError(broken);
        }
        for (int i = 0; i < 56; i += 5) {
            for (int channel = 0; channel < 3; channel++) {
                assertThat(value(reduced, channel, i, 55 - i)).isCloseTo(value(whole, channel, i, 55 - i), within(3.0));
            }
        }
    }

    @Test
    void is_turned_upright_if_it_says_that_it_lies() throws IOException {
        // As stored, the upper half is white; the scene, turned by a quarter clockwise, has the white at its right.
        INDArray image = read("lying.jpg", ImageTree.resource("exif-rotated.jpg"), 32);

        assertColour(image, 16, 30, 255, 255, 255, 5);
        assertColour(image, 16, 1, 0, 0, 0, 5);
    }

    @Test
    void is_prepared_as_the_test_images_of_a_folder_are() throws IOException {
        ImageTree tree = new ImageTree(folder).with(1, "cat");

        try (ColourImages source = ColourImages.open(folder, ImageFolderOptions.defaults().withImageSize(24));
                BatchStream batches = source.test(1)) {
            assertThat(ImageFile.read(tree.root.resolve("val/cat/v.png"), 24, Augmentation.IMAGENET)).isEqualTo(batches.next().getFeatures());
        }
    }

    @Test
    void may_be_read_as_grey_pixels_with_the_brightness_of_its_colours() throws IOException {
        new ImageTree(folder).write("orange.png", ImageTree.encode(ImageTree.plain(20, 10, 0xFF8000), "png"));

        new ImageTree(folder).write("grey.png", ImageTree.encode(ImageTree.plain(20, 10, 0x979797), "png"));

        try (FashionMnistSource source = FashionMnistSource.bundled(28, 0, "", 1)) {
            INDArray orange = source.prepare(ImageFile.readGrey(folder.resolve("orange.png"), 28));
            assertThat(orange.shape()).containsExactly(1, 1, 28, 28);
            // 0.299 red + 0.587 green + 0.114 blue is 0x97; what is grey stays as it is.
            INDArray grey = source.prepare(ImageFile.readGrey(folder.resolve("grey.png"), 28));
            assertThat(orange.dup().data().asFloat()).containsExactly(grey.dup().data().asFloat());
        }
    }

    @Test
    void that_is_none_is_refused_with_its_name() {
        assertThatThrownBy(() -> read("notes.jpg", "hello".getBytes(StandardCharsets.UTF_8), 8))
                .isInstanceOf(DataException.class)
                .hasMessage("image %s is not a JPEG, PNG or BMP image; give a whole JPEG, PNG or BMP file",
                        folder.resolve("notes.jpg"));
        assertThatThrownBy(() -> ImageFile.read(folder.resolve("none.jpg"), 8, Augmentation.IMAGENET)).isInstanceOf(DataException.class)
                .hasMessageContaining("none.jpg is missing");
    }
}
