package io.github.powergrad.fashionmnist;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Checksum;

/** Grey images of one size with a class label each, as bytes; one pixel is one unsigned byte. */
public final class ImageSet {

    private final byte[] pixels;
    private final byte[] labels;
    private final int height;
    private final int width;

    /** @param pixels the images one after another, each row by row */
    ImageSet(byte[] pixels, byte[] labels, int height, int width) {
        this.pixels = pixels;
        this.labels = labels;
        this.height = height;
        this.width = width;
    }

    /** Returns one image, labelled 0. */
    public static ImageSet of(byte[] pixels, int height, int width) {
        return new ImageSet(pixels, new byte[1], height, width);
    }

    /** Returns the images with these labels. */
    ImageSet with(byte[] newLabels) {
        return new ImageSet(pixels, newLabels, height, width);
    }

    /** Returns the first images. */
    public ImageSet first(int count) {
        return new ImageSet(
                Arrays.copyOf(pixels, count * pixelsPerImage()), Arrays.copyOf(labels, count), height, width);
    }

    /** Returns the images of some classes, their labels counted anew in the order of the classes given. */
    public ImageSet ofClasses(List<Integer> classes) {
        int[] chosen = IntStream.range(0, size()).filter(image -> classes.contains(label(image))).toArray();
        byte[] chosenPixels = new byte[chosen.length * pixelsPerImage()];
        byte[] chosenLabels = new byte[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(pixels, chosen[i] * pixelsPerImage(), chosenPixels, i * pixelsPerImage(), pixelsPerImage());
            chosenLabels[i] = (byte) classes.indexOf(label(chosen[i]));
        }
        return new ImageSet(chosenPixels, chosenLabels, height, width);
    }

    /** Returns the images scaled to a square by the mean of the pixels that each new one covers. */
    public ImageSet resized(int size) {
        if (size == height && size == width) {
            return this;
        }
        byte[] resized = new byte[size() * size * size];
        int to = 0;
        for (int image = 0; image < size(); image++) {
            for (int row = 0; row < size; row++) {
                for (int column = 0; column < size; column++) {
                    resized[to++] = (byte) Math.round(mean(image, row, column, size));
                }
            }
        }
        return new ImageSet(resized, labels, size, size);
    }

    /** Returns the mean of the pixels that a new one covers, by the shares of them that it covers. */
    private float mean(int image, int row, int column, int size) {
        double top = (double) row * height / size;
        double bottom = (double) (row + 1) * height / size;
        double left = (double) column * width / size;
        double right = (double) (column + 1) * width / size;
        double sum = 0;
        for (int y = (int) top; y < Math.min(height, Math.ceil(bottom)); y++) {
            double share = Math.min(bottom, y + 1) - Math.max(top, y);
            for (int x = (int) left; x < Math.min(width, Math.ceil(right)); x++) {
                sum += share * (Math.min(right, x + 1) - Math.max(left, x)) * pixel(image, y * width + x);
            }
        }
        return (float) (sum / ((bottom - top) * (right - left)));
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
    public int pixelsPerImage() {
        return height * width;
    }

    /** Returns one pixel, 0 to 255. */
    public int pixel(int image, int pixel) {
        return pixels[image * pixelsPerImage() + pixel] & 0xFF;
    }

    /** Adds all pixels and labels to a checksum. */
    void update(Checksum checksum) {
        checksum.update(pixels, 0, pixels.length);
        checksum.update(labels, 0, labels.length);
    }
}
