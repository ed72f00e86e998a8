package io.github.powergrad.examples.data;

import io.github.powergrad.fashionmnist.ImageSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An image set as one FLOAT array with an image a row, scaled once; minibatches are rows gathered from it.
 * Converting pixels anew for each batch took an eighth of the time of a training.
 */
public final class ScaledImages {

    private static final int IMAGES_AT_A_TIME = 1000;

    private final ImageSet images;
    private final INDArray rows;

    /**
     * @param images the images
     * @param scaling applied to each pixel
     */
    public ScaledImages(ImageSet images, PixelScaling scaling) {
        this.images = images;
        this.rows = Nd4j.createUninitialized(DataType.FLOAT, images.size(), images.pixelsPerImage());
        for (int from = 0; from < images.size(); from += IMAGES_AT_A_TIME) {
            int to = Math.min(from + IMAGES_AT_A_TIME, images.size());
            float[][] some = new float[to - from][images.pixelsPerImage()];
            for (int image = from; image < to; image++) {
                for (int pixel = 0; pixel < images.pixelsPerImage(); pixel++) {
                    some[image - from][pixel] = scaling.scale(images.pixel(image, pixel));
                }
            }
            try (INDArray block = Nd4j.createFromArray(some)) {
                rows.get(NDArrayIndex.interval(from, to)).assign(block);
            }
        }
    }

    int size() {
        return images.size();
    }

    Minibatch gather(int[] imageNumbers) {
        int[] classes = new int[imageNumbers.length];
        for (int row = 0; row < classes.length; row++) {
            classes[row] = images.label(imageNumbers[row]);
        }
        INDArray gathered = Nd4j.pullRows(rows, 1, imageNumbers);
        return new Minibatch(gathered.reshape(classes.length, 1, images.height(), images.width()), classes);
    }
}
