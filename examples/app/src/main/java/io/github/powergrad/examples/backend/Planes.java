package io.github.powergrad.examples.backend;

import java.lang.ref.Reference;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images [N, C, H, W] as planes of H &middot; W numbers, which are copied to and from arrays of Java: loops over these
 * the compiler turns into vector instructions.
 */
final class Planes {

    private final INDArray images;
    private final FloatBuffer numbers;
    private final int channels;
    private final int size;

    private Planes(INDArray images) {
        this.images = images;
        numbers = images.data().asNioFloat().slice();
        channels = (int) images.size(1);
        size = size(images);
    }

    static Planes of(INDArray images) {
        return new Planes(images);
    }

    /** Returns whether the planes of an array stand in memory one after the other, within reach of a buffer. */
    static boolean areIn(INDArray images) {
        return images.rank() == 4 && images.dataType() == DataType.FLOAT && images.ordering() == 'c'
                && images.elementWiseStride() == 1
                && (images.offset() + images.length()) * Float.BYTES <= Integer.MAX_VALUE;
    }

    /** Returns the numbers in a plane. */
    static int size(INDArray images) {
        return (int) (images.size(2) * images.size(3));
    }

    void read(int image, int channel, float[] plane) {
        at(image, channel).get(plane, 0, size);
        Reference.reachabilityFence(images); // its memory goes with it
    }

    void write(int image, int channel, float[] plane) {
        at(image, channel).put(plane, 0, size);
        Reference.reachabilityFence(images);
    }

    private FloatBuffer at(int image, int channel) {
        return (FloatBuffer) numbers.duplicate().position((image * channels + channel) * size);
    }
}
