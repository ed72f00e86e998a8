package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares arrays to the last bit: INDArray.equals forgives 1e-5. */
final class BitwiseEquality {

    private BitwiseEquality() {}

    /** Type, shape and each number equal; NaN equals NaN, 0 does not equal -0. DOUBLE holds every floating number. */
    static void assertSameBits(INDArray actual, INDArray expected) {
        assertThat(actual.dataType()).isEqualTo(expected.dataType());
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(values(actual)).containsExactly(values(expected));
    }

    private static double[] values(INDArray array) {
        return array.isEmpty() ? new double[0]
                : array.castTo(DataType.DOUBLE).dup('c').reshape(array.length()).toDoubleVector();
    }
}
