package io.github.powergrad.examples.data;

import io.github.powergrad.fashionmnist.ImageData;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images [N, 1, height, width] in FLOAT and their classes; close it to free the memory at once. */
public final class Minibatch implements AutoCloseable {

    private final INDArray features;
    private final int[] classes;
    private INDArray oneHot;

    Minibatch(INDArray features, int[] classes) {
        this.features = features;
        this.classes = classes;
    }

    /** Returns the number of images. */
    public int size() {
        return classes.length;
    }

    /** Returns the images. */
    public INDArray features() {
        return features;
    }

    /** Returns the class index of one image. */
    public int label(int row) {
        return classes[row];
    }

    /** Returns the labels one-hot, [N, {@link ImageData#CLASSES}]. */
    public INDArray oneHotLabels() {
        if (oneHot == null) {
            float[] labels = new float[classes.length * ImageData.CLASSES];
            for (int row = 0; row < classes.length; row++) {
                labels[row * ImageData.CLASSES + classes[row]] = 1;
            }
            oneHot = Nd4j.createFromArray(labels).reshape(classes.length, ImageData.CLASSES);
        }
        return oneHot;
    }

    @Override
    public void close() {
        close(features);
        if (oneHot != null) {
            close(oneHot);
        }
    }

    /** To 1.0.0-M1.1 a reshaped array is a view, which the garbage collector frees. */
    private static void close(INDArray array) {
        if (array.closeable()) {
            array.close();
        }
    }
}
