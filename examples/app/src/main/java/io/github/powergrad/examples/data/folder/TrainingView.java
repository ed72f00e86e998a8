package io.github.powergrad.examples.data.folder;

import java.util.SplittableRandom;
import org.bytedeco.opencv.opencv_core.Mat;

/** A random part of the image, resized to the square, and mirrored every other time. */
final class TrainingView implements View {

    private final int size;
    private final EpochRandom epoch;

    TrainingView(int size, EpochRandom epoch) {
        this.size = size;
        this.epoch = epoch;
    }

    /** Even the smallest crop must not have to be enlarged. */
    @Override
    public double excess(int width, int height) {
        return Crop.leastSide(width, height) / size;
    }

    @Override
    public float[] of(Mat image, int number) {
        SplittableRandom random = epoch.ofImage(number);
        Crop crop = Crop.random(image.cols(), image.rows(), random);
        boolean mirrored = random.nextBoolean();
        try (Mat square = Resize.part(image, crop, size, size)) {
            return ImageNetScaling.scale(Resize.bytes(square), size, mirrored);
        }
    }
}
