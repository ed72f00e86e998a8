package io.github.powergrad.examples.data.folder;

import org.bytedeco.opencv.opencv_core.Mat;

/** The middle of the image: its shorter side resized to 256/224 of the square's side, then the square cut out. */
final class EvaluationView implements View {

    private final int size;
    private final int shorterSide;

    EvaluationView(int size) {
        this.size = size;
        this.shorterSide = shorterSide(size);
    }

    /** Returns what the shorter side is resized to: 256 for 224. */
    static int shorterSide(int size) {
        return (int) Math.round(size * 256.0 / 224);
    }

    /** Half of what there is to spare, so that nearly all of the resizing is done as for any other image. */
    @Override
    public double excess(int width, int height) {
        return Math.min(width, height) / (2.0 * shorterSide);
    }

    @Override
    public float[] of(Mat image, int number) {
        Crop kept = withoutFarEnds(image.cols(), image.rows());
        int shorter = Math.min(kept.width, kept.height);
        int width = (int) ((long) shorterSide * kept.width / shorter);
        int height = (int) ((long) shorterSide * kept.height / shorter);
        try (Mat resized = Resize.part(image, kept, width, height);
                Mat square = Resize.cut(resized, Crop.middle(width, height, size, size))) {
            return ImageNetScaling.scale(Resize.bytes(square), size, false);
        }
    }

    /**
     * Leaves at most three times the shorter side of the longer one. The square in the middle never reaches further,
     * and resizing all of an image of 1x30000 pixels would take gigabytes.
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
