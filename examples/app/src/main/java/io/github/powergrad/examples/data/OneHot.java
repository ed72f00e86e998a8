package io.github.powergrad.examples.data;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Labels as networks are trained on them. */
public final class OneHot {

    private OneHot() {}

    /** Returns the labels one-hot, [N, classes] in FLOAT. */
    public static INDArray labels(int[] labels, int classes) {
        float[] oneHot = new float[labels.length * classes];
        for (int row = 0; row < labels.length; row++) {
            oneHot[row * classes + labels[row]] = 1;
        }
        return Nd4j.create(oneHot, new long[] {labels.length, classes}, 'c');
    }
}
