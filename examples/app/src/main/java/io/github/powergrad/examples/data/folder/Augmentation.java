package io.github.powergrad.examples.data.folder;

import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** How training images are varied, how all images are cut to one size, and how their values are normalized. */
public enum Augmentation {

    /**
     * ImageNet's: a random part of 8 to 100% of the area, with a ratio of width to height between 3:4 and 4:3, resized;
     * mirrored every other time. For an evaluation the shorter side is resized to 256/224 of the image size, and the middle
     * cut out. Mean and deviation are ImageNet's.
     */
    IMAGENET(224, Normalization.IMAGENET, View.RandomPart::new, size -> (int) Math.round(size * 256.0 / 224)),

    /**
     * CIFAR's: four black pixels are put around the image, and a square of the image size is cut out at random; mirrored
     * every other time. As in torchvision's RandomCrop, the pixels around it are 0 before normalization. For an evaluation
     * the image is taken as it is. Mean and deviation are those of CIFAR-10's training images. An image of another size is
     * resized first, its shorter side to the image size, and the middle cut out.
     */
    CIFAR(32, Normalization.CIFAR_10, View.RandomShift::new, size -> size);

    private final int usualSize;
    private final Normalization normalization;
    private final Variation variation;
    private final IntUnaryOperator shorterSide;

    /** Makes what an epoch sees of images. */
    private interface Variation {
        View of(int imageSize, Normalization normalization, EpochRandom epoch);
    }

    /** @param shorterSide what the shorter side is resized to for an evaluation, by the image size */
    Augmentation(int usualSize, Normalization normalization, Variation variation, IntUnaryOperator shorterSide) {
        this.usualSize = usualSize;
        this.normalization = normalization;
        this.variation = variation;
        this.shorterSide = shorterSide;
    }

    /** Returns the usual height and width of the images that the network gets. */
    public int usualSize() {
        return usualSize;
    }

    /**
     * Returns what an epoch of training sees of images.
     *
     * @param imageSize height and width that the network gets
     * @param epoch decides how each image is varied
     */
    public View training(int imageSize, EpochRandom epoch) {
        return variation.of(imageSize, normalization, epoch);
    }

    /**
     * Returns what an evaluation sees of images.
     *
     * @param imageSize height and width that the network gets
     */
    public View evaluation(int imageSize) {
        return new View.Middle(imageSize, normalization, shorterSide.applyAsInt(imageSize));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
