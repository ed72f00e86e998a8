package io.github.powergrad.examples.data.folder;

/** Turns the bytes of an image into what networks trained on ImageNet expect: (value / 255 − mean) / deviation. */
final class ImageNetScaling {

    static final int CHANNELS = 3;

    private static final double[] MEAN = {0.485, 0.456, 0.406};
    private static final double[] DEVIATION = {0.229, 0.224, 0.225};
    private static final float[][] SCALED = new float[CHANNELS][256];

    static {
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int value = 0; value < 256; value++) {
                SCALED[channel][value] = (float) ((value / 255.0 - MEAN[channel]) / DEVIATION[channel]);
            }
        }
    }

    private ImageNetScaling() {}

    /**
     * Scales an image.
     *
     * @param bgr pixel after pixel, row after row, three bytes a pixel in the order blue, green, red
     * @param size height and width
     * @param mirrored whether left and right change places
     * @return three planes, red, green, blue
     */
    static float[] scale(byte[] bgr, int size, boolean mirrored) {
        int plane = size * size;
        float[] planes = new float[CHANNELS * plane];
        float[] red = SCALED[0];
        float[] green = SCALED[1];
        float[] blue = SCALED[2];
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
}
