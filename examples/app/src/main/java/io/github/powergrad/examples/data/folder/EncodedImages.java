package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Turns the bytes of image files into what the network gets, exactly as {@link ImageFolderSource} does with the files
 * of a folder. For images that are not files of this machine.
 */
public final class EncodedImages {

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "bmp");

    private final View view;

    private EncodedImages(View view) {
        this.view = view;
    }

    /**
     * Returns images as one epoch of training sees them.
     *
     * @param imageSize height and width
     * @param seed decides, with the epoch, the augmentation
     * @param epoch counted from 0
     */
    public static EncodedImages forTraining(int imageSize, long seed, int epoch) {
        return new EncodedImages(new TrainingView(imageSize, new EpochRandom(seed, epoch)));
    }

    /**
     * Returns images as they are tested on.
     *
     * @param imageSize height and width
     */
    public static EncodedImages forEvaluation(int imageSize) {
        return new EncodedImages(new EvaluationView(imageSize));
    }

    /** Returns whether a file of this name is taken for an image. */
    public static boolean isCalledImage(String name) {
        return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /**
     * Returns the numbers below count in the order of an epoch.
     *
     * @param seed decides, with the epoch, the order
     * @param epoch counted from 0
     */
    public static int[] order(int count, long seed, int epoch) {
        return new EpochRandom(seed, epoch).order(count);
    }

    /**
     * Decodes an image.
     *
     * @param file the bytes of its file
     * @param number its number, which decides its augmentation
     * @return three planes, red, green, blue
     * @throws DataException if it is not a whole image, saying why: "is empty"
     */
    public float[] decode(byte[] file, int number) throws DataException {
        try (Mat decoded = ImageDecoder.decode(file, view)) {
            return view.of(decoded, number);
        } catch (BrokenImageException broken) {
            throw new DataException(broken.getMessage());
        }
    }
}
