package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A single image, prepared as {@link ImageFolderSource#test} prepares those of a folder. */
public final class ImageFile {

    private ImageFile() {}

    /**
     * Reads an image for evaluation.
     *
     * @param file a JPEG, PNG or BMP file
     * @param imageSize height and width of the image as the network gets it
     * @return the image, [1, 3, imageSize, imageSize] in FLOAT
     * @throws DataException if the file is not a whole image
     */
    public static INDArray read(Path file, int imageSize) throws DataException {
        int size = ImageFolderOptions.defaults().withImageSize(imageSize).imageSize();
        float[] pixels = new float[ImageNetScaling.CHANNELS * size * size];
        try (Mat image = ImageDecoder.read(file)) {
            new EvaluationView(size).put(image, 0, pixels, 0);
        } catch (BrokenImageException broken) {
            throw new DataException("image " + PathText.of(file) + " " + broken.getMessage()
                    + "; give a whole JPEG, PNG or BMP file");
        }
        return Nd4j.create(pixels, new long[] {1, ImageNetScaling.CHANNELS, size, size}, 'c');
    }
}
