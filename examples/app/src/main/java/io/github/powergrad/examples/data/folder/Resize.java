package io.github.powergrad.examples.data.folder;

import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** Resizing by area average where an image shrinks, which leaves no moiré, and bilinear where it grows. */
final class Resize {

    private Resize() {}

    /** Returns a part of an image, resized. */
    static Mat part(Mat image, Crop part, int width, int height) {
        boolean shrinks = width < part.width && height < part.height;
        Mat resized = new Mat();
        try (Mat source = cut(image, part); Size size = new Size(width, height)) {
            opencv_imgproc.resize(source, resized, size, 0, 0,
                    shrinks ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_LINEAR);
        }
        return resized;
    }

    /** Returns a part of an image; it shares the memory of the image. */
    static Mat cut(Mat image, Crop part) {
        try (Rect rectangle = new Rect(part.x, part.y, part.width, part.height)) {
            return new Mat(image, rectangle);
        }
    }

    /** Returns the bytes of an image, row after row. */
    static byte[] bytes(Mat image) {
        int row = image.cols() * ImageNetScaling.CHANNELS;
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
