package io.github.powergrad.examples.data.folder;

import java.util.SplittableRandom;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** A rectangle of an image. */
final class Crop {

    private static final double SMALLEST_AREA = 0.08;
    private static final double LARGEST_RATIO = 4.0 / 3;
    private static final int TRIES = 10;

    final int x;
    final int y;
    final int width;
    final int height;

    Crop(int x, int y, int width, int height) {
        this.x = x;
        this.y = y;
        this.width = width;
        this.height = height;
    }

    /**
     * Draws a rectangle with 8 to 100% of the area of an image and a ratio of width to height between 3:4 and 4:3,
     * uniform in its logarithm. Where none fits in ten tries (a long thin image), returns the largest rectangle in the
     * middle that keeps to the ratios. The same as torchvision's RandomResizedCrop.
     */
    static Crop random(int imageWidth, int imageHeight, SplittableRandom random) {
        double area = (double) imageWidth * imageHeight;
        // Strict, because Math's may differ in the last bit from machine to machine, and with it a crop by a pixel.
        double logRatio = StrictMath.log(LARGEST_RATIO);
        for (int i = 0; i < TRIES; i++) {
            double target = area * (SMALLEST_AREA + (1 - SMALLEST_AREA) * random.nextDouble());
            double ratio = StrictMath.exp(logRatio * (2 * random.nextDouble() - 1));
            int width = (int) Math.rint(Math.sqrt(target * ratio));
            int height = (int) Math.rint(Math.sqrt(target / ratio));
            if (width >= 1 && width <= imageWidth && height >= 1 && height <= imageHeight) {
                return new Crop(random.nextInt(imageWidth - width + 1), random.nextInt(imageHeight - height + 1),
                        width, height);
            }
        }
        int width = (int) Math.min(imageWidth, Math.max(1, Math.rint(imageHeight * LARGEST_RATIO)));
        int height = (int) Math.min(imageHeight, Math.max(1, Math.rint(imageWidth * LARGEST_RATIO)));
        return middle(imageWidth, imageHeight, width, height);
    }

    /** Returns the fewest pixels that the shorter side of a random rectangle can have. */
    static double leastSide(int imageWidth, int imageHeight) {
        double ofSmallest = Math.sqrt(SMALLEST_AREA * imageWidth * imageHeight / LARGEST_RATIO);
        return Math.min(ofSmallest, Math.min(imageWidth, imageHeight));
    }

    /** Returns the rectangle of a size in the middle of an image that is at least as large. */
    static Crop middle(int imageWidth, int imageHeight, int width, int height) {
        return new Crop((imageWidth - width) / 2, (imageHeight - height) / 2, width, height);
    }

    /** Returns this part of an image; it shares the memory of the image. */
    Mat of(Mat image) {
        try (Rect rectangle = new Rect(x, y, width, height)) {
            return new Mat(image, rectangle);
        }
    }

    /** Returns this part resized: by area average where it shrinks, which leaves no moiré, bilinear where it grows. */
    Mat resized(Mat image, int newWidth, int newHeight) {
        boolean shrinks = newWidth < width && newHeight < height;
        Mat resized = new Mat();
        try (Mat part = of(image); Size size = new Size(newWidth, newHeight)) {
            opencv_imgproc.resize(part, resized, size, 0, 0,
                    shrinks ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_LINEAR);
        }
        return resized;
    }
}
