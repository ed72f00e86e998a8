package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.fashionmnist.ImageSet;
import java.nio.file.Path;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A single image. */
public final class ImageFile {

    private ImageFile() {}

    /**
     * Reads an image and prepares it as {@link ImageFolderSource#test} prepares those of a folder.
     *
     * @param file a JPEG, PNG or BMP file
     * @param imageSize height and width of the image as the network gets it
     * @return the image, [1, 3, imageSize, imageSize] in FLOAT
     * @throws DataException if the file is not a whole image
     */
    public static INDArray read(Path file, int imageSize) throws DataException {
        int size = ImageFolderOptions.defaults().withImageSize(imageSize).imageSize();
        View view = new EvaluationView(size);
        try (Mat image = decoded(file, view)) {
            float[] values = view.of(image, 0);
            return Nd4j.create(values, new long[] {1, ImageNetScaling.CHANNELS, size, size}, 'c');
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
        try (Mat image = decoded(file, new EvaluationView(imageSize)); Mat grey = new Mat()) {
            opencv_imgproc.cvtColor(image, grey, opencv_imgproc.COLOR_BGR2GRAY);
            byte[] pixels = new byte[grey.rows() * grey.cols()];
            grey.data().get(pixels);
            return ImageSet.of(pixels, grey.rows(), grey.cols());
        }
    }

    private static Mat decoded(Path file, View view) throws DataException {
        try {
            return ImageDecoder.read(file, view);
        } catch (BrokenImageException broken) {
            throw new DataException("image " + PathText.of(file) + " " + broken.getMessage()
                    + "; give a whole JPEG, PNG or BMP file");
        }
    }
}
