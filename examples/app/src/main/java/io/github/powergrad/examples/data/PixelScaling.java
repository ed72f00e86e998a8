package io.github.powergrad.examples.data;

import io.github.powergrad.fashionmnist.ImageSet;

/**
 * Turns a pixel into (pixel − mean) / deviation, with mean and standard deviation over all pixels of the
 * training images. One lookup table of 256 values holds the result.
 */
public final class PixelScaling {

    private final float[] scaled = new float[256];

    private PixelScaling(double mean, double deviation) {
        for (int pixel = 0; pixel < scaled.length; pixel++) {
            scaled[pixel] = (float) ((pixel - mean) / deviation);
        }
    }

    /** Measures mean and standard deviation of the images. */
    public static PixelScaling of(ImageSet images) {
        long[] histogram = new long[256];
        for (int image = 0; image < images.size(); image++) {
            for (int pixel = 0; pixel < images.pixelsPerImage(); pixel++) {
                histogram[images.pixel(image, pixel)]++;
            }
        }
        double count = (double) images.size() * images.pixelsPerImage();
        double sum = 0;
        double squares = 0;
        for (int value = 0; value < histogram.length; value++) {
            sum += (double) value * histogram[value];
            squares += (double) value * value * histogram[value];
        }
        double mean = sum / count;
        double variance = squares / count - mean * mean;
        // Images of one single grey have no deviation; 1 keeps them finite.
        return new PixelScaling(mean, variance > 0 ? Math.sqrt(variance) : 1);
    }

    float scale(int pixel) {
        return scaled[pixel];
    }
}
