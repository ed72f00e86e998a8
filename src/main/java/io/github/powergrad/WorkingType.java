package io.github.powergrad;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a floating array is computed in: DOUBLE in DOUBLE, the shorter types in FLOAT. */
final class WorkingType {

    private WorkingType() {}

    /** @throws IllegalArgumentException by the name of the array, if it is of no floating type */
    static DataType of(INDArray array, String name) {
        DataType type = array.dataType();
        if (!type.isFPType()) {
            throw new IllegalArgumentException(name + " must be of a floating type (DOUBLE, FLOAT, HALF or BFLOAT16), "
                    + "got " + type + " of shape " + Arrays.toString(array.shape()) + "; cast them first");
        }
        return type == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
    }

    /** The array in its working type, itself if it has that already. */
    static INDArray cast(INDArray array, String name) {
        return array.castTo(of(array, name));
    }
}
