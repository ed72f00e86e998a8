package io.github.powergrad.fastcpu;

import java.util.zip.Checksum;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** FLOAT numbers at an address. */
final class Numbers {

    private Numbers() {}

    static float[] read(long address, int count) {
        float[] numbers = new float[count];
        new At(address, count).get(numbers);
        return numbers;
    }

    static void write(float[] numbers, long address) {
        new At(address, numbers.length).put(numbers);
    }

    static void copy(long from, long to, long count) {
        Pointer.memcpy(new At(to, count), new At(from, count), count * Float.BYTES);
    }

    /** Takes numbers into a checksum. */
    static void addTo(Checksum checksum, long address, long count) {
        checksum.update(new At(address, count).asByteBuffer());
    }

    /** A pointer to numbers that belong to somebody else. */
    private static final class At extends FloatPointer {

        At(long address, long count) {
            super((Pointer) null);
            this.address = address;
            limit = count;
            capacity = count;
        }
    }
}
