package io.github.powergrad.examples.data.folder;

import java.util.Locale;

/** How training images are varied, how all images are cut to one size, and how their values are normalized. */
public enum Augmentation {

    /**
     * ImageNet's: a random part of 8 to 100% of the area, with a ratio of width to height between 3:4 and 4:3, resized;
     * mirrored every other time. For an evaluation the shorter side is resized to 256/224 of the image size, and the middle
     * cut out. Mean and deviation are ImageNet's.
     */
    IMAGENET(224, Normalization.IMAGENET) {
        @Override
        public View training(int imageSize, EpochRandom epoch) {
            return new View.RandomPart(imageSize, normalization(), epoch);
        }

        @Override
        public View evaluation(int imageSize) {
            return new View.Middle(imageSize, normalization(), (int) Math.round(imageSize * 256.0 / 224));
        }
    },

    /**
     * CIFAR's: four black pixels are put around the image, and a square of the image size is cut out at random; mirrored
     * every other time. As in torchvision's RandomCrop, the pixels around it are 0 before normalization. For an evaluation
     * the image is taken as it is. Mean and deviation are those of CIFAR-10's training images. An image of another size is
     * resized first, its shorter side to the image size, and the middle cut out.
     */
    CIFAR(32, Normalization.CIFAR_10) {
        @Override
        public View training(int imageSize, EpochRandom epoch) {
            return new View.RandomShift(imageSize, normalization(), epoch);
        }

        @Override
        public View evaluation(int imageSize) {
            return new View.Middle(imageSize, normalization(), imageSize);
        }
    };

    private final int usualSize;
    private final Normalization normalization;

    Augmentation(int usualSize, Normalization normalization) {
        this.usualSize = usualSize;
        this.normalization = normalization;
    }

    /** Returns the usual height and width of the images that the network gets. */
    public int usualSize() {
        return usualSize;
    }

    Normalization normalization() {
        return normalization;
    }

    /**
     * Returns what an epoch of training sees of images.
     *
     * @param imageSize height and width that the network gets
     * @param epoch decides how each image is varied
     */
    public abstract View training(int imageSize, EpochRandom epoch);

    /**
     * Returns what an evaluation sees of images.
     *
     * @param imageSize height and width that the network gets
     */
    public abstract View evaluation(int imageSize);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
