package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.files.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Reads image files with OpenCV: three channels of a byte, in its order blue, green, red. Grey and CMYK images are
 * converted, 16 bits cut to 8, transparency dropped, and an image whose EXIF data says it lies on its side is turned
 * upright (torchvision's loader leaves it lying).
 *
 * <p>A JPEG with wrong bits somewhere in the middle is decoded as well as can be, as other programs do; libjpeg then
 * writes a line to the terminal ("Corrupt JPEG data"), which cannot be turned off from here.
 */
final class ImageDecoder {

    static {
        // Images are decoded side by side; OpenCV's own threads on top of that would only get in each other's way.
        opencv_core.setNumThreads(1);
    }

    private ImageDecoder() {}

    /**
     * Reads an image.
     *
     * @param file the file
     * @param view what it is read for; a photograph much larger than that takes is decoded at a part of its size,
     *     several times as fast
     * @return the image, to be closed by the caller
     * @throws BrokenImageException if the file cannot be read or is not a whole image
     */
    static Mat read(Path file, View view) throws BrokenImageException {
        try {
            // Not by OpenCV itself, which cannot open Unicode names on Windows.
            return decode(Files.readAllBytes(file), view);
        } catch (NoSuchFileException missing) {
            throw new BrokenImageException("is missing");
        } catch (IOException failure) {
            throw new BrokenImageException("cannot be read: " + Fault.of(failure));
        }
    }

    /** Decodes the bytes of a file; the same as {@link #read} after reading it. */
    static Mat decode(byte[] file, View view) throws BrokenImageException {
        int flags = flags(ImageHeader.of(file).reduction(view));
        Mat image = null;
        try (BytePointer bytes = new BytePointer(file);
                Mat encoded = new Mat(1, file.length, opencv_core.CV_8UC1, bytes)) {
            image = opencv_imgcodecs.imdecode(encoded, flags);
        } catch (RuntimeException rejected) {
            // How OpenCV reports what it does not support; answered below like an image it gives up on.
        }
        if (image == null || image.empty()) {
            if (image != null) {
                image.close();
            }
            throw new BrokenImageException("is damaged");
        }
        return image;
    }

    private static int flags(int reduction) {
        switch (reduction) {
            case 8:
                return opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
            case 4:
                return opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
            case 2:
                return opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
            default:
                return opencv_imgcodecs.IMREAD_COLOR;
        }
    }
}
