package io.github.powergrad;

import static io.github.powergrad.BitwiseEquality.assertSameBits;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("A comparison to the last bit")
class BitwiseEqualityTest {

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    @DisplayName("takes equal arrays of any order for equal, NaN and empty ones too")
    void takesEqualArraysForEqual(DataType type) {
        INDArray array = Nd4j.createFromArray(new double[][] {{1, Double.NaN, -0.0}, {2, 3, 4}}).castTo(type);

        assertSameBits(array.dup('f'), array);
        assertSameBits(Nd4j.empty(type), Nd4j.empty(type));
    }

    @Test
    @DisplayName("sees a difference of one unit in the last place, which INDArray.equals forgives")
    void seesOneUnitInTheLastPlace() {
        assertDiffer(Nd4j.createFromArray(Math.nextUp(1.0)), Nd4j.createFromArray(1.0));
        assertDiffer(Nd4j.createFromArray(Math.nextUp(1f)), Nd4j.createFromArray(1f));
    }

    @Test
    @DisplayName("tells 0 from -0, types and shapes apart")
    void tellsSignsTypesAndShapesApart() {
        assertDiffer(Nd4j.createFromArray(-0.0), Nd4j.createFromArray(0.0));
        assertDiffer(Nd4j.createFromArray(1f), Nd4j.createFromArray(1.0));
        assertDiffer(Nd4j.createFromArray(1.0, 2).reshape(1, 2), Nd4j.createFromArray(1.0, 2));
    }

    private static void assertDiffer(INDArray one, INDArray other) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertSameBits(one, other));
    }
}
