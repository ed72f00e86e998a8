package io.github.powergrad.examples.data.folder;

import java.util.SplittableRandom;
import org.bytedeco.opencv.opencv_core.Mat;

/** What the network gets to see of an image. */
public abstract class View {

    private final int size;

    private View(int size) {
        this.size = size;
    }

    /**
     * Returns the view of an epoch of training: a random part of the image, resized to the square, and mirrored every
     * other time.
     *
     * @param size height and width of the square
     * @param epoch decides part and mirroring
     */
    public static View training(int size, EpochRandom epoch) {
        return new RandomPart(size, epoch);
    }

    /**
     * Returns the view of an evaluation: the shorter side of the image resized to 256/224 of the square's side, then
     * the square in the middle cut out.
     *
     * @param size height and width of the square
     */
    public static View evaluation(int size) {
        return new Middle(size);
    }

    /**
     * Cuts and resizes an image to the square that the network gets, and scales its values.
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

    private static final class RandomPart extends View {

        private final EpochRandom epoch;

        RandomPart(int size, EpochRandom epoch) {
            super(size);
            this.epoch = epoch;
        }

        @Override
        float[] of(Mat image, int number) {
            SplittableRandom random = epoch.ofImage(number);
            Crop crop = Crop.random(image.cols(), image.rows(), random);
            boolean mirrored = random.nextBoolean();
            try (Mat square = crop.resized(image, super.size, super.size)) {
                return Normalization.planes(square, mirrored);
            }
        }

        /** Even the smallest crop must not have to be enlarged. */
        @Override
        double excess(int width, int height) {
            return Crop.leastSide(width, height) / super.size;
        }
    }

    private static final class Middle extends View {

        private final int shorterSide;

        Middle(int size) {
            super(size);
            this.shorterSide = shorterSide(size);
        }

        @Override
        float[] of(Mat image, int number) {
            Crop kept = withoutFarEnds(image.cols(), image.rows());
            int shorter = Math.min(kept.width, kept.height);
            int width = (int) ((long) shorterSide * kept.width / shorter);
            int height = (int) ((long) shorterSide * kept.height / shorter);
            try (Mat resized = kept.resized(image, width, height);
                    Mat square = Crop.middle(width, height, super.size, super.size).of(resized)) {
                return Normalization.planes(square, false);
            }
        }

        /** Half of what there is to spare, so that nearly all of the resizing is done as for any other image. */
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

    /** Returns what the shorter side is resized to for an evaluation: 256 for 224. */
    static int shorterSide(int size) {
        return (int) Math.round(size * 256.0 / 224);
    }
}
