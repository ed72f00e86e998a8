package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A random crop")
class CropTest {

    private static final int DRAWS = 20_000;

    @Test
    void keeps_to_area_ratio_and_the_image() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < DRAWS; i++) {
            Crop crop = Crop.random(500, 375, random);

            assertThat(crop.x).isBetween(0, 500 - crop.width);
            assertThat(crop.y).isBetween(0, 375 - crop.height);
            // Sides are rounded to pixels, so the bounds hold to half a pixel a side.
            assertThat(crop.width * crop.height / (500.0 * 375)).isBetween(0.0785, 1.0);
            assertThat((double) crop.width / crop.height).isBetween(0.745, 1.345);
            assertThat((double) Math.min(crop.width, crop.height)).isGreaterThan(Crop.leastSide(500, 375) - 1);
        }
    }

    @Test
    void has_ratios_uniform_in_the_logarithm_and_areas_over_the_whole_range() {
        // Large enough that no ratio is ruled out for most areas: with areas to the square's 75% all ratios fit.
        SplittableRandom random = new SplittableRandom(2);
        int wide = 0;
        int small = 0;
        double logRatios = 0;
        for (int i = 0; i < DRAWS; i++) {
            Crop crop = Crop.random(1000, 1000, random);
            logRatios += Math.log((double) crop.width / crop.height);
            wide += crop.width > crop.height ? 1 : 0;
            small += crop.width * crop.height < 0.25 * 1e6 ? 1 : 0;
        }

        assertThat(logRatios / DRAWS).isCloseTo(0, within(0.01));
        assertThat((double) wide / DRAWS).isCloseTo(0.5, within(0.02));
        // (0.25 − 0.08) / 0.92 of the draws, and more, since large areas with a long side are drawn again.
        assertThat((double) small / DRAWS).isBetween(0.18, 0.24);
    }

    @Test
    void of_a_long_thin_image_falls_back_to_its_middle() {
        Crop lying = Crop.random(3000, 30, new SplittableRandom(3));
        Crop standing = Crop.random(30, 3000, new SplittableRandom(3));

        assertThat(new int[] {lying.x, lying.y, lying.width, lying.height}).containsExactly(1480, 0, 40, 30);
        assertThat(new int[] {standing.x, standing.y, standing.width, standing.height}).containsExactly(0, 1480, 30, 40);
    }

    @Test
    void of_one_pixel_is_that_pixel() {
        Crop crop = Crop.random(1, 1, new SplittableRandom(4));

        assertThat(new int[] {crop.x, crop.y, crop.width, crop.height}).containsExactly(0, 0, 1, 1);
    }
}
