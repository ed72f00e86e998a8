package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.Fault;
import io.github.powergrad.fashionmnist.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads image files with OpenCV: three channels of a byte, in its order blue, green, red. Grey and CMYK images are
 * converted, 16 bits cut to 8, transparency dropped, and an image whose EXIF data says it lies on its side is turned
 * upright (torchvision's loader leaves it lying).
 *
 * <p>A JPEG with wrong bits somewhere in the middle is decoded as well as can be, as other programs do; libjpeg then
 * writes a line to the terminal ("Corrupt JPEG data"), which cannot be turned off from here.
 */
public final class ImageFile {

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "bmp");

    /** How OpenCV is told to decode at one of these parts of the size. */
    private static final Map<Integer, Integer> FLAGS = Map.of(
            1, opencv_imgcodecs.IMREAD_COLOR, 2, opencv_imgcodecs.IMREAD_REDUCED_COLOR_2,
            4, opencv_imgcodecs.IMREAD_REDUCED_COLOR_4, 8, opencv_imgcodecs.IMREAD_REDUCED_COLOR_8);

    static {
        // Images are decoded side by side; OpenCV's own threads on top of that would only get in each other's way.
        opencv_core.setNumThreads(1);
    }

    private ImageFile() {}

    /** Returns whether a file of this name is taken for an image. */
    public static boolean isCalledImage(String name) {
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Reads an image and prepares it as {@link ColourImages#test} prepares those of a folder.
     *
     * @param file a JPEG, PNG or BMP file
     * @param imageSize height and width of the image as the network gets it
     * @param augmentation says how it is cut and normalized
     * @return the image, [1, 3, imageSize, imageSize] in FLOAT
     * @throws DataException if the file is not a whole image
     */
    public static INDArray read(Path file, int imageSize, Augmentation augmentation) throws DataException {
        int size = ImageFolderOptions.defaults().withImageSize(imageSize).imageSize();
        View view = augmentation.evaluation(size);
        try (Mat image = decoded(file, view)) {
            return Nd4j.create(view.of(image, 0), new long[] {1, Normalization.CHANNELS, size, size}, 'c');
        }
    }

    /**
     * Reads an image as grey pixels.
     *
     * @param file a JPEG, PNG or BMP file
     * @param imageSize height and width that it will be scaled to; a photograph much larger than that is read at a part
     *     of its size
     * @return that image alone, labelled 0
     * @throws DataException if the file is not a whole image
     */
    public static ImageSet readGrey(Path file, int imageSize) throws DataException {
        try (Mat image = decoded(file, Augmentation.IMAGENET.evaluation(imageSize)); Mat grey = new Mat()) {
            opencv_imgproc.cvtColor(image, grey, opencv_imgproc.COLOR_BGR2GRAY);
            byte[] pixels = new byte[grey.rows() * grey.cols()];
            grey.data().get(pixels);
            return ImageSet.of(pixels, grey.rows(), grey.cols());
        }
    }

    /**
     * Turns the bytes of an image file into what the network gets, exactly as {@link ColourImages} does with the
     * files of a folder.
     *
     * @param file the bytes of the file
     * @param view what the network gets to see of it
     * @param number the number of the image, which decides its augmentation
     * @return three planes, red, green, blue
     * @throws BrokenImageException if it is not a whole image
     */
    public static float[] planes(byte[] file, View view, int number) throws BrokenImageException {
        try (Mat image = decode(file, view)) {
            return view.of(image, number);
        }
    }

    private static Mat decoded(Path file, View view) throws DataException {
        try {
            return decode(bytes(file), view);
        } catch (BrokenImageException broken) {
            throw new DataException("image " + PathText.of(file) + " " + broken.getMessage()
                    + "; give a whole JPEG, PNG or BMP file");
        }
    }

    /** Returns the bytes of a file. Not read by OpenCV itself, which cannot open Unicode names on Windows. */
    static byte[] bytes(Path file) throws BrokenImageException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new BrokenImageException("is missing");
        } catch (IOException failure) {
            throw new BrokenImageException("cannot be read: " + Fault.of(failure));
        }
    }

    /**
     * Decodes an image.
     *
     * @param file the bytes of the file
     * @param view what it is read for; a photograph much larger than that takes is decoded at a part of its size,
     *     several times as fast
     * @return the image, to be closed by the caller
     * @throws BrokenImageException if it is not a whole image
     */
    static Mat decode(byte[] file, View view) throws BrokenImageException {
        int flags = FLAGS.get(ImageHeader.of(file).reduction(view));
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

    /** Returns an image of its own memory with these pixels, three bytes each in OpenCV's order. */
    static Mat mat(int height, int width, byte[] bgr) {
        Mat image = new Mat(height, width, opencv_core.CV_8UC3);
        image.data().put(bgr);
        return image;
    }
}
