package io.github.powergrad.fashionmnist;

/** Scales grey images of one size to squares: each new pixel is the mean of the area that it covers. */
final class GreyImage {

    private final int height;
    private final int width;

    GreyImage(int height, int width) {
        this.height = height;
        this.width = width;
    }

    void resize(byte[] pixels, int size, byte[] target, int offset) {
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                target[offset + row * size + column] = (byte) Math.round(mean(pixels, row, column, size));
            }
        }
    }

    private float mean(byte[] pixels, int row, int column, int size) {
        double top = (double) row * height / size;
        double bottom = (double) (row + 1) * height / size;
        double left = (double) column * width / size;
        double right = (double) (column + 1) * width / size;
        double sum = 0;
        for (int y = (int) top; y < Math.min(height, Math.ceil(bottom)); y++) {
            double share = Math.min(bottom, y + 1) - Math.max(top, y);
            for (int x = (int) left; x < Math.min(width, Math.ceil(right)); x++) {
                sum += share * (Math.min(right, x + 1) - Math.max(left, x)) * (pixels[y * width + x] & 0xFF);
            }
        }
        return (float) (sum / ((bottom - top) * (right - left)));
    }
}
