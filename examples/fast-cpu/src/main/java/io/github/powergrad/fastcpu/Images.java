package io.github.powergrad.fastcpu;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.cpu.nativecpu.NDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images [N, C, H, W] whose channels are next to each other in memory: to everybody who reads them through ND4J an array
 * as any other, with strides of its own.
 *
 * <p>ND4J makes a native description of its shape for each array, which takes longer than a small layer. All images of a
 * shape have the same here.
 */
class Images extends NDArray {

    private static final long serialVersionUID = 1L;

    /**
     * @param memory the numbers
     * @param like images of the same shape
     */
    Images(DataBuffer memory, Images like) {
        data = memory;
        shapeInformation = like.shapeInformation;
        jvmShapeInfo = like.jvmShapeInfo;
    }

    private Images(DataBuffer memory, long... shape) {
        super(memory, shape, new long[] {shape[1] * shape[2] * shape[3], 1, shape[3] * shape[1], shape[1]}, 0, 'c');
    }

    /** Returns images of a shape, [N, C, H, W], that others of this shape can be {@linkplain #Images like}. */
    static Images example(long... shape) {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return new Images(Nd4j.createBuffer(DataType.FLOAT, 1, true), shape);
        }
    }

    /** Returns new images, where arrays of this type belong; what is in them is anything. */
    static Images create(LayerWorkspaceMgr workspaces, ArrayType type, Images like) {
        try (MemoryWorkspace there = workspaces.notifyScopeBorrowed(type)) {
            return new Images(Nd4j.createBuffer(DataType.FLOAT, like.length(), false), like);
        }
    }

    /** Returns whether an array has rank 4, FLOAT, and channels next to each other without gaps. */
    static boolean is(INDArray array) {
        return array instanceof Images
                || array.rank() == 4 && array.dataType() == DataType.FLOAT && dense(array, 1, 3, 2, 0);
    }

    /** Returns whether an array has rank 4, FLOAT, and the order of its dimensions, without gaps. */
    static boolean arePlain(INDArray array) {
        return array.rank() == 4 && array.dataType() == DataType.FLOAT && dense(array, 3, 2, 1, 0);
    }

    /** Returns whether the numbers of an array lie in memory without gaps, its dimensions in this order. */
    static boolean dense(INDArray array, int... innermostFirst) {
        long stride = 1;
        for (int dimension : innermostFirst) {
            if (array.size(dimension) != 1 && array.stride(dimension) != stride) {
                return false;
            }
            stride *= array.size(dimension);
        }
        return true;
    }

    /** Returns where the first number of an array stands. Whoever uses it keeps the array reachable. */
    static long address(INDArray array) {
        return array.data().addressPointer().address();
    }
}
