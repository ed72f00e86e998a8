package io.github.powergrad.examples.data.folder;

import java.util.SplittableRandom;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/** What the network gets to see of an image: a square, normalized. {@link Augmentation} makes them. */
public abstract class View {

    final int size;
    final Normalization normalization;

    private View(int size, Normalization normalization) {
        this.size = size;
        this.normalization = normalization;
    }

    /**
     * Cuts and resizes an image to the square that the network gets, and normalizes its values.
     *
     * @param image the decoded image
     * @param number the number of the image among those of its set
     * @return three planes, red, green, blue
     */
    abstract float[] of(Mat image, int number);

    /**
     * Returns how many times more pixels per side an image may have than this view can make use of; a decoder that is
     * faster at a half, a quarter or an eighth of the size may then give that instead.
     *
     * @param width columns of the image, or its rows if it lies on its side
     * @param height rows of the image, or its columns
     */
    abstract double excess(int width, int height);

    /** A random part of the image, resized, and mirrored every other time. */
    static final class RandomPart extends View {

        private final EpochRandom epoch;

        RandomPart(int size, Normalization normalization, EpochRandom epoch) {
            super(size, normalization);
            this.epoch = epoch;
        }

        @Override
        float[] of(Mat image, int number) {
            SplittableRandom random = epoch.ofImage(number);
            Crop crop = Crop.random(image.cols(), image.rows(), random);
            boolean mirrored = random.nextBoolean();
            try (Mat square = crop.resized(image, size, size)) {
                return normalization.planes(square, mirrored);
            }
        }

        /** Even the smallest crop must not have to be enlarged. */
        @Override
        double excess(int width, int height) {
            return Crop.leastSide(width, height) / size;
        }
    }

    /** The middle of the image: its shorter side resized, then the square cut out. */
    static class Middle extends View {

        final int shorterSide;

        /** @param shorterSide what the shorter side is resized to, at least the size */
        Middle(int size, Normalization normalization, int shorterSide) {
            super(size, normalization);
            this.shorterSide = shorterSide;
        }

        @Override
        float[] of(Mat image, int number) {
            try (Mat square = square(image)) {
                return normalization.planes(square, false);
            }
        }

        Mat square(Mat image) {
            Crop kept = withoutFarEnds(image.cols(), image.rows());
            int shorter = Math.min(kept.width, kept.height);
            int width = (int) ((long) shorterSide * kept.width / shorter);
            int height = (int) ((long) shorterSide * kept.height / shorter);
            try (Mat resized = kept.resized(image, width, height)) {
                return Crop.middle(width, height, size, size).of(resized);
            }
        }

        /** At least twice the pixels per side are left, so that most of the resizing is done as for any other image. */
        @Override
        double excess(int width, int height) {
            return Math.min(width, height) / (2.0 * shorterSide);
        }

        /**
         * Leaves at most three times the shorter side of the longer one. The square in the middle never reaches
         * further, and resizing all of an image of 1x30000 pixels would take gigabytes.
         */
        private static Crop withoutFarEnds(int width, int height) {
            int shorter = Math.min(width, height);
            // An even number of pixels goes, so that the middle stays where it is.
            int farEnds = Math.max(0, Math.max(width, height) - 3 * shorter) / 2 * 2;
            return width > height
                    ? Crop.middle(width, height, width - farEnds, height)
                    : Crop.middle(width, height, width, height - farEnds);
        }
    }

    /** The image moved by up to four pixels each way, black where it has left, and mirrored every other time. */
    static final class RandomShift extends Middle {

        private static final int PADDING = 4;

        private final EpochRandom epoch;

        RandomShift(int size, Normalization normalization, EpochRandom epoch) {
            super(size, normalization, size);
            this.epoch = epoch;
        }

        @Override
        float[] of(Mat image, int number) {
            SplittableRandom random = epoch.ofImage(number);
            int x = random.nextInt(2 * PADDING + 1);
            int y = random.nextInt(2 * PADDING + 1);
            boolean mirrored = random.nextBoolean();
            try (Mat square = square(image); Mat padded = new Mat(); Scalar black = new Scalar(0)) {
                opencv_core.copyMakeBorder(square, padded, PADDING, PADDING, PADDING, PADDING,
                        // Isolated: else it takes what lies beside the square in the image that it was cut out of.
                        opencv_core.BORDER_CONSTANT | opencv_core.BORDER_ISOLATED, black);
                try (Mat part = new Crop(x, y, size, size).of(padded)) {
                    return normalization.planes(part, mirrored);
                }
            }
        }
    }
}
