package io.github.powergrad.examples.data.folder;

import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The images to train on, or those to test with, sorted by class. The number of an image in this list decides, with seed
 * and epoch, its place and its augmentation.
 */
interface ImageList {

    int size();

    /** Returns the index of the class of an image. */
    int label(int image);

    /** Returns the file that an image comes from. */
    Path file(int image);

    /** Returns a hash of names and labels, in their order. */
    int namesHash();

    /**
     * Reads an image; called from several threads at once.
     *
     * @param image its number
     * @param view what it is read for
     * @return three bytes per pixel, in OpenCV's order blue, green, red; to be closed by the caller
     * @throws BrokenImageException if it is not a whole image
     */
    Mat decode(int image, View view) throws BrokenImageException;
}
