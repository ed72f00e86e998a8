package io.github.powergrad.examples.data.folder;

import org.bytedeco.opencv.opencv_core.Mat;

/** Turns the bytes of an image into what a network is trained on: (value / 255 − mean) / deviation. */
final class Normalization {

    static final int CHANNELS = 3;

    /** Mean and deviation of ImageNet's training images, red, green, blue. */
    static final Normalization IMAGENET = new Normalization(
            new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225});

    /** Mean and deviation of CIFAR-10's training images. */
    static final Normalization CIFAR_10 = new Normalization(
            new double[] {0.4914, 0.4822, 0.4465}, new double[] {0.2470, 0.2435, 0.2616});

    private final float[][] normalized = new float[CHANNELS][256];

    private Normalization(double[] mean, double[] deviation) {
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int value = 0; value < 256; value++) {
                normalized[channel][value] = (float) ((value / 255.0 - mean[channel]) / deviation[channel]);
            }
        }
    }

    /**
     * Normalizes an image.
     *
     * @param bgr a square of three bytes per pixel, in OpenCV's order blue, green, red
     * @param mirrored whether left and right change places
     * @return three planes, red, green, blue
     */
    float[] planes(Mat bgr, boolean mirrored) {
        return planes(bytes(bgr), bgr.rows(), mirrored);
    }

    float[] planes(byte[] bgr, int size, boolean mirrored) {
        int plane = size * size;
        float[] planes = new float[CHANNELS * plane];
        float[] red = normalized[0];
        float[] green = normalized[1];
        float[] blue = normalized[2];
        int step = mirrored ? -CHANNELS : CHANNELS;
        int to = 0;
        for (int row = 0; row < size; row++) {
            int from = CHANNELS * (mirrored ? (row + 1) * size - 1 : row * size);
            for (int column = 0; column < size; column++, from += step, to++) {
                planes[to] = red[bgr[from + 2] & 0xFF];
                planes[to + plane] = green[bgr[from + 1] & 0xFF];
                planes[to + 2 * plane] = blue[bgr[from] & 0xFF];
            }
        }
        return planes;
    }

    /** Returns the bytes of an image, row after row. */
    static byte[] bytes(Mat image) {
        int row = image.cols() * CHANNELS;
        byte[] bytes = new byte[image.rows() * row];
        if (image.isContinuous()) {
            image.data().get(bytes);
        } else {
            for (int i = 0; i < image.rows(); i++) {
                image.ptr(i).get(bytes, i * row, row);
            }
        }
        return bytes;
    }
}
