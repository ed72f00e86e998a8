package io.github.powergrad.fastcpu;

import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of some activations on its way to the layer that made them: images [N, C, H, W], channels last, in memory
 * of the network's {@link ArrayMemory}. The layer that takes it gives the memory back; where that is a layer of
 * Deeplearning4j, the array is as any other, and its memory goes with it.
 *
 * <p>Where activations have two consumers, the graph adds the second gradient to the first with {@link #addi(INDArray)},
 * which ND4J does slowly for this layout.
 */
final class GradientArray extends Images {

    private static final long serialVersionUID = 1L;

    private final transient Session session;
    private transient DataBuffer memory;
    private transient AtomicInteger owners;

    GradientArray(Session session, DataBuffer memory, AtomicInteger owners, Images like) {
        super(memory, like);
        this.session = session;
        this.memory = memory;
        this.owners = owners;
    }

    /** Returns a second array with the same memory. Neither is written to while both are there. */
    GradientArray share() {
        owners.incrementAndGet();
        return new GradientArray(session, memory, owners, this);
    }

    /** Gives the memory back if no other array has it. This array is not used afterwards. */
    void release() {
        if (memory != null && owners.decrementAndGet() == 0) {
            session.memory().giveBack(memory);
        }
        memory = null;
    }

    /**
     * Adds another gradient to this one. The other is not needed afterwards.
     *
     * @return this array
     */
    @Override
    public INDArray addi(INDArray other) {
        if (memory == null || !equalShapes(other) || !Images.is(other)) {
            separate(true);
            return super.addi(other);
        }
        DataBuffer before = memory;
        long from = Images.address(this);
        boolean shared = separate(false);
        session.elementwise(length()).add(session.scratch(), from, Images.address(other), Images.address(this));
        if (shared) {
            java.lang.ref.Reference.reachabilityFence(before);
        }
        if (other instanceof GradientArray && other != this) {
            ((GradientArray) other).release();
        } else {
            java.lang.ref.Reference.reachabilityFence(other);
        }
        return this;
    }

    /** Takes memory of its own if another array has the same. */
    private boolean separate(boolean copy) {
        if (memory == null || owners.get() == 1) {
            return false;
        }
        INDArray before = copy ? dup() : null;
        owners.decrementAndGet();
        memory = session.memory().take(length());
        owners = new AtomicInteger(1);
        data = memory;
        if (copy) {
            assign(before);
        }
        return true;
    }
}
