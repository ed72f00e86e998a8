package io.github.powergrad.examples.data.folder;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Images whose decoded pixels are kept in memory, so that the file of a small image is read once and not in each epoch.
 */
final class KeptImages implements ImageList {

    private final ImageList images;
    private final long mostBytes;
    private final AtomicReferenceArray<Pixels> kept;

    /** The pixels of an image, row after row. */
    private static final class Pixels {

        final int height;
        final int width;
        final byte[] bgr;

        Pixels(Mat image) {
            height = image.rows();
            width = image.cols();
            bgr = Normalization.bytes(image);
        }
    }

    /**
     * @param images the images
     * @param mostBytes the largest image that is kept
     */
    KeptImages(ImageList images, long mostBytes) {
        this.images = images;
        this.mostBytes = mostBytes;
        this.kept = new AtomicReferenceArray<>(images.size());
    }

    @Override
    public Mat decode(int image, View view) throws BrokenImageException {
        Pixels pixels = kept.get(image);
        if (pixels != null) {
            return mat(pixels.height, pixels.width, pixels.bgr);
        }
        Mat decoded = images.decode(image, view);
        if (decoded.total() * Normalization.CHANNELS <= mostBytes) {
            kept.set(image, new Pixels(decoded));
        }
        return decoded;
    }

    /** Returns an image of its own memory with these pixels. */
    static Mat mat(int height, int width, byte[] bgr) {
        Mat image = new Mat(height, width, opencv_core.CV_8UC3);
        image.data().put(bgr);
        return image;
    }

    @Override
    public int size() {
        return images.size();
    }

    @Override
    public int label(int image) {
        return images.label(image);
    }

    @Override
    public Path file(int image) {
        return images.file(image);
    }

    @Override
    public int namesHash() {
        return images.namesHash();
    }
}
