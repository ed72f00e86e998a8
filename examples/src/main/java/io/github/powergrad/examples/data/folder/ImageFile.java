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
        View view = new EvaluationView(size);
        try (Mat image = ImageDecoder.read(file, view)) {
            float[] values = view.of(image, 0);
            return Nd4j.create(values, new long[] {1, ImageNetScaling.CHANNELS, size, size}, 'c');
        } catch (BrokenImageException broken) {
            throw new DataException("image " + PathText.of(file) + " " + broken.getMessage()
                    + "; give a whole JPEG, PNG or BMP file");
        }
    }
}
