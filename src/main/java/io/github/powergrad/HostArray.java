package io.github.powergrad;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The numbers of a FLOAT or DOUBLE array that lie in the processor's memory, row after row, so that Java can read them.
 * The memory goes with the array, so each read ends with a fence that keeps it until then.
 */
final class HostArray {

    /** What a ByteBuffer holds of the wider type. */
    private static final long LONGEST_BUFFER = Integer.MAX_VALUE / Double.BYTES;

    private final INDArray array;
    private final ByteBuffer bytes;
    private final boolean isFloat;

    /** @param array one that {@link #canRead} says can be read */
    HostArray(INDArray array) {
        int width = array.dataType().width();
        int start = (int) array.offset() * width;
        ByteBuffer memory = array.data().asNio();
        memory.position(start).limit(start + (int) array.length() * width);
        this.array = array;
        bytes = memory.slice().order(ByteOrder.nativeOrder());
        isFloat = array.dataType() == DataType.FLOAT;
    }

    /** Whether an array can be read: not on a GPU, in f order, in a view with gaps or in a buffer of 2 GiB and more. */
    static boolean canRead(INDArray array) {
        return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU
                && array.ordering() == 'c' && array.elementWiseStride() == 1
                && array.data().length() <= LONGEST_BUFFER;
    }

    double get(int i) {
        double number = isFloat ? bytes.getFloat(i * Float.BYTES) : bytes.getDouble(i * Double.BYTES);
        Reference.reachabilityFence(array);
        return number;
    }

    /** Skips zeros, 8 bytes at a time: a place from which to go on, at most end, with nothing but zeros before it. */
    int afterZeros(int from, int end) {
        int width = isFloat ? Float.BYTES : Double.BYTES;
        int i = from * width;
        int last = end * width - Long.BYTES;
        // four at a time by hand: compiled while rows are short, a plain loop stays slow for long ones
        while (i + 3 * Long.BYTES <= last && (bytes.getLong(i) | bytes.getLong(i + Long.BYTES)
                | bytes.getLong(i + 2 * Long.BYTES) | bytes.getLong(i + 3 * Long.BYTES)) == 0) {
            i += 4 * Long.BYTES;
        }
        while (i <= last && bytes.getLong(i) == 0) {
            i += Long.BYTES;
        }
        Reference.reachabilityFence(array);
        return i / width;
    }
}
