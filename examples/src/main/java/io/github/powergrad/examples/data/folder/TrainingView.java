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

    @Override
    public void put(Mat image, int number, float[] target, int offset) {
        SplittableRandom random = epoch.ofImage(number);
        Crop crop = Crop.random(image.cols(), image.rows(), random);
        boolean mirrored = random.nextBoolean();
        try (Mat square = Resize.part(image, crop, size, size)) {
            ImageNetScaling.scale(Resize.bytes(square), size, mirrored, target, offset);
        }
    }
}
