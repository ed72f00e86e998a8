package io.github.powergrad.examples.data;

import io.github.powergrad.fashionmnist.ImageSet;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An image set as one FLOAT array with one image per row, scaled once; minibatches are rows gathered from it. Converting
 * pixels anew for each batch took an eighth of the time of a training. A pixel becomes (pixel − mean) / deviation, with
 * mean and standard deviation over all pixels of the training images.
 */
final class ScaledImages {

    private static final int IMAGES_AT_A_TIME = 1000;

    private final ImageSet images;
    private final INDArray rows;

    /** @param scaling what each pixel becomes, as {@link #scaling} gives it */
    ScaledImages(ImageSet images, float[] scaling) {
        this.images = images;
        this.rows = Nd4j.createUninitialized(DataType.FLOAT, images.size(), images.pixelsPerImage());
        for (int from = 0; from < images.size(); from += IMAGES_AT_A_TIME) {
            int to = Math.min(from + IMAGES_AT_A_TIME, images.size());
            float[][] some = new float[to - from][images.pixelsPerImage()];
            for (int image = from; image < to; image++) {
                for (int pixel = 0; pixel < images.pixelsPerImage(); pixel++) {
                    some[image - from][pixel] = scaling[images.pixel(image, pixel)];
                }
            }
            try (INDArray block = Nd4j.createFromArray(some)) {
                rows.get(NDArrayIndex.interval(from, to)).assign(block);
            }
        }
    }

    /** Measures mean and standard deviation of images; returns what each of the 256 values of a pixel becomes. */
    static float[] scaling(ImageSet images) {
        long[] histogram = new long[256];
        for (int image = 0; image < images.size(); image++) {
            for (int pixel = 0; pixel < images.pixelsPerImage(); pixel++) {
                histogram[images.pixel(image, pixel)]++;
            }
        }
        double count = (double) images.size() * images.pixelsPerImage();
        double sum = 0;
        double squares = 0;
        for (int value = 0; value < histogram.length; value++) {
            sum += (double) value * histogram[value];
            squares += (double) value * value * histogram[value];
        }
        double mean = sum / count;
        double variance = squares / count - mean * mean;
        // Images of one single grey have no deviation; 1 keeps them finite.
        double deviation = variance > 0 ? Math.sqrt(variance) : 1;
        float[] scaled = new float[histogram.length];
        for (int value = 0; value < scaled.length; value++) {
            scaled[value] = (float) ((value - mean) / deviation);
        }
        return scaled;
    }

    int size() {
        return images.size();
    }

    int height() {
        return images.height();
    }

    int width() {
        return images.width();
    }

    /** Returns images, [N, 1, height, width]. */
    INDArray features(int... numbers) {
        return Nd4j.pullRows(rows, 1, numbers).reshape(numbers.length, 1, height(), width());
    }

    /** Returns images with their labels. */
    DataSet batch(int[] numbers, int classes) {
        return new DataSet(features(numbers), OneHot.labels(Arrays.stream(numbers).map(images::label).toArray(), classes));
    }
}
