package io.github.powergrad.examples.data;

/** Grey images of one size with a class label each, as bytes; one pixel is one unsigned byte. */
public final class ImageSet {

    private final byte[] pixels;
    private final byte[] labels;
    private final int height;
    private final int width;

    /**
     * @param pixels the images one after another, each row by row
     * @param labels one class index an image
     * @param height rows of an image
     * @param width columns of an image
     */
    ImageSet(byte[] pixels, byte[] labels, int height, int width) {
        this.pixels = pixels;
        this.labels = labels;
        this.height = height;
        this.width = width;
    }

    /** Returns the number of images. */
    public int size() {
        return labels.length;
    }

    /** Returns the number of rows of an image. */
    public int height() {
        return height;
    }

    /** Returns the number of columns of an image. */
    public int width() {
        return width;
    }

    /** Returns the class index of an image. */
    public int label(int image) {
        return labels[image];
    }

    /** Returns the number of pixels of an image. */
    int pixelsPerImage() {
        return height * width;
    }

    /** Returns one pixel, 0 to 255. */
    int pixel(int image, int pixel) {
        return pixels[image * pixelsPerImage() + pixel] & 0xFF;
    }
}
