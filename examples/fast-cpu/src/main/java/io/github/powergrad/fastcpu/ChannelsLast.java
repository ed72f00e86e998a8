package io.github.powergrad.fastcpu;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images [N, C, H, W] whose channels are next to each other in memory. To everybody who reads them through ND4J they are
 * arrays as any other, with strides of their own.
 */
final class ChannelsLast {

    private ChannelsLast() {}

    /** Returns whether an array has rank 4, FLOAT, and channels next to each other without gaps. */
    static boolean is(INDArray array) {
        return array.rank() == 4 && array.dataType() == DataType.FLOAT && dense(array, 1, 3, 2, 0);
    }

    /** Returns whether an array has the order of its dimensions, without gaps. */
    static boolean isPlain(INDArray array) {
        return array.rank() == 4 && array.dataType() == DataType.FLOAT && dense(array, 3, 2, 1, 0);
    }

    private static boolean dense(INDArray array, int... innermostFirst) {
        long stride = 1;
        for (int dimension : innermostFirst) {
            if (array.size(dimension) != 1 && array.stride(dimension) != stride) {
                return false;
            }
            stride *= array.size(dimension);
        }
        return true;
    }

    /** Returns a new array of this shape, [N, C, H, W]. */
    static INDArray create(LayerWorkspaceMgr workspaces, ArrayType type, long... shape) {
        return workspaces.createUninitialized(type, DataType.FLOAT, new long[] {shape[0], shape[2], shape[3], shape[1]}, 'c')
                .permute(0, 3, 1, 2);
    }

    /** Returns where the first number of an array stands. Whoever uses it keeps the array reachable. */
    static long address(INDArray array) {
        return array.data().addressPointer().address();
    }
}
