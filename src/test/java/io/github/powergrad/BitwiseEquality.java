package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** For promises to the last bit: INDArray.equals forgives differences up to 1e-5. */
final class BitwiseEquality {

    private BitwiseEquality() {}

    /** The same type, shape and bits; a NaN has the bits of NaN, and -0 is not 0. */
    static void assertSameBits(INDArray actual, INDArray expected) {
        assertThat(actual.dataType()).isEqualTo(expected.dataType());
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(bits(actual)).isEqualTo(bits(expected));
    }

    /** Of the numbers in DOUBLE, which holds those of every shorter type as they are. */
    private static long[] bits(INDArray array) {
        double[] numbers = array.castTo(DataType.DOUBLE).dup('c').reshape(array.length()).toDoubleVector();
        return Arrays.stream(numbers).mapToLong(Double::doubleToRawLongBits).toArray();
    }
}
