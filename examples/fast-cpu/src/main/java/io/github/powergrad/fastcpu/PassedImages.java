package io.github.powergrad.fastcpu;

import java.util.function.Consumer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Activations of inference that layers of this package alone read: images [N, C, H, W], channels last, in memory of the
 * network's {@link ArrayMemory}. The last reader gives the memory back.
 *
 * <p>They may be ahead: what the batch normalization and the ReLU behind the layer do may have been done in its pass.
 */
final class PassedImages extends Images {

    private static final long serialVersionUID = 1L;

    private final transient ArrayMemory lender;
    private transient DataBuffer memory;
    private int readers;
    private boolean normalized;
    private boolean rectified;
    private transient PassedImages source;
    private transient Consumer<INDArray> withoutRelu;

    PassedImages(ArrayMemory lender, DataBuffer memory, int readers, Images like) {
        super(memory, like);
        this.lender = lender;
        this.memory = memory;
        this.readers = readers;
    }

    /** Says that the batch normalization behind this has been done. */
    void normalized() {
        normalized = true;
    }

    /** Says that the ReLU behind this has been done. */
    void rectified() {
        rectified = true;
    }

    /**
     * Says that the ReLU behind the batch normalization behind this has been done.
     *
     * @param from what this was computed from; it stays until {@link #passOn} or {@link #writeTo}
     * @param again computes this once more without the ReLU, for a batch normalization whose result somebody asked for
     */
    void rectified(PassedImages from, Consumer<INDArray> again) {
        rectified = true;
        source = from;
        withoutRelu = again;
    }

    /** Returns whether an array is ahead of the batch normalization that reads it. */
    static boolean areNormalized(INDArray images) {
        return images instanceof PassedImages && ((PassedImages) images).normalized;
    }

    /** Returns whether an array is ahead of the ReLU that reads it. */
    static boolean areRectified(INDArray images) {
        return images instanceof PassedImages && ((PassedImages) images).rectified;
    }

    /** The layer that these are ahead of hands them on to its own readers. */
    PassedImages passOn(int toReaders) {
        readers = toReaders;
        forgetSource();
        return this;
    }

    /** The layer that these are ahead of writes its result where that belongs. */
    void writeTo(INDArray result) {
        if (withoutRelu != null) {
            withoutRelu.accept(result);
        } else {
            Numbers.copy(address(this), address(result), length());
        }
        forgetSource();
        release();
    }

    private void forgetSource() {
        if (source != null) {
            source.release();
        }
        source = null;
        withoutRelu = null;
    }

    /** A reader is done with these. */
    void release() {
        readers--;
        if (readers == 0 && memory != null) {
            lender.giveBack(memory);
            memory = null;
        }
    }
}
