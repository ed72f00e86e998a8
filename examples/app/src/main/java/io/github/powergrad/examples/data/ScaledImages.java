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
 * pixels anew for each batch took an eighth of the time of a training.
 */
final class ScaledImages {

    private static final int IMAGES_AT_A_TIME = 1000;

    private final ImageSet images;
    private final INDArray rows;

    ScaledImages(ImageSet images, PixelScaling scaling) {
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
