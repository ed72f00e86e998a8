package io.github.powergrad.examples.check;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/** The bounds that the library promises for each type. */
final class Tolerance {

    static final List<DataType> TYPES = List.of(DataType.DOUBLE, DataType.FLOAT, DataType.HALF, DataType.BFLOAT16);

    private Tolerance() {}

    /** Returns the largest error of a number of the gradient. */
    static double ofGradient(DataType type) {
        switch (type) {
            case DOUBLE:
                return 1e-12;
            case FLOAT:
                return 2e-6;
            case HALF:
                return 1e-3;
            default:
                return 8e-3;
        }
    }

    /** Returns the largest relative error of a score that is computed in the working type of this one. */
    static double ofScore(DataType type) {
        return type == DataType.DOUBLE ? 1e-10 : 2e-5;
    }

    /** Returns what rounding a number to the type costs, relative to it. */
    static double ofRounding(DataType type) {
        switch (type) {
            case DOUBLE:
                return 0x1p-53;
            case FLOAT:
                return 0x1p-24;
            case HALF:
                return 0x1p-11;
            default:
                return 0x1p-8;
        }
    }
}
