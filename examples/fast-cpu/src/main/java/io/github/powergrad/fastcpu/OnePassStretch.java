package io.github.powergrad.fastcpu;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Parameters side by side that are updated in the same way. All is done for a few thousand of them, in the processor's
 * cache, before the next: division of their gradients by the size of the minibatch, regularization, the rule of the
 * updater, subtraction. So each number is read from memory once and written once.
 */
final class OnePassStretch {

    /** Of four arrays of these two fit into the smallest first-level cache. */
    private static final int IN_CACHE = 2048;

    /** What a thread takes at a time. */
    private static final int PIECE = 16 * IN_CACHE;

    private final int from;
    private final int count;
    private float divisor = 1;
    private List<OnePassPenalty> ofGradient = List.of();
    private OnePassRule rule = OnePassRule.NONE;
    private int ofState;
    private List<OnePassPenalty> ofUpdate = List.of();
    private boolean subtracts;

    /**
     * A stretch with which nothing is done.
     *
     * @param from index of its first number among all parameters of the network
     * @param to index after its last number
     */
    OnePassStretch(int from, int to) {
        this.from = from;
        this.count = to - from;
    }

    /** Divides the gradients, first of all. */
    OnePassStretch dividedBy(int examples) {
        divisor = examples;
        return this;
    }

    /**
     * Updates as well.
     *
     * @param ofGradient each is added to the gradient before the rule: L1, L2
     * @param rule what the updater does
     * @param ofState index of this stretch's first number in the state of the rule
     * @param ofUpdate each is added to the update after the rule: weight decay
     */
    OnePassStretch updated(List<OnePassPenalty> ofGradient, OnePassRule rule, int ofState,
            List<OnePassPenalty> ofUpdate) {
        this.ofGradient = ofGradient;
        this.rule = rule;
        this.ofState = ofState;
        this.ofUpdate = ofUpdate;
        return this;
    }

    /** Subtracts the updates from the parameters, last of all. */
    OnePassStretch subtracted() {
        subtracts = true;
        return this;
    }

    /** Returns whether there is anything to do. */
    boolean changes() {
        return divisor != 1 || !ofGradient.isEmpty() || rule != OnePassRule.NONE || !ofUpdate.isEmpty() || subtracts;
    }

    /**
     * Updates on so many threads at most.
     *
     * @param stretches that do not overlap
     * @param gradients of all parameters of the network; afterwards the updates
     * @param parameters of the network
     */
    static void run(List<OnePassStretch> stretches, INDArray gradients, INDArray parameters, int threads) {
        List<Runnable> pieces = new ArrayList<>();
        FloatBuffer ofGradients = numbers(gradients);
        FloatBuffer ofParameters = numbers(parameters);
        for (OnePassStretch stretch : stretches) {
            if (stretch.changes()) {
                FloatBuffer[] state = new FloatBuffer[stretch.rule.state.length];
                for (int i = 0; i < state.length; i++) {
                    state[i] = numbers(stretch.rule.state[i]);
                }
                for (int start = 0; start < stretch.count; start += PIECE) {
                    int first = start;
                    pieces.add(() -> stretch.update(first, ofGradients, ofParameters, state));
                }
            }
        }
        AtomicInteger next = new AtomicInteger();
        IntStream.range(0, Math.min(threads, pieces.size())).parallel().forEach(thread -> {
            for (int piece = next.getAndIncrement(); piece < pieces.size(); piece = next.getAndIncrement()) {
                pieces.get(piece).run();
            }
        });
    }

    /** Returns whether the numbers of an array are FLOAT and lie in memory one after the other. */
    static boolean fits(INDArray array) {
        return array.dataType() == DataType.FLOAT && array.elementWiseStride() == 1
                && array.data().underlyingLength() <= Integer.MAX_VALUE / Float.BYTES;
    }

    private static FloatBuffer numbers(INDArray array) {
        LargePages.ask(Images.address(array), array.length() * Float.BYTES);
        return array.data().asNioFloat().slice();
    }

    private void update(int first, FloatBuffer gradients, FloatBuffer parameters, FloatBuffer[] states) {
        float[] g = new float[IN_CACHE];
        float[] p = new float[IN_CACHE];
        float[][] state = new float[states.length][IN_CACHE];
        int end = Math.min(first + PIECE, count);
        for (int start = first; start < end; start += IN_CACHE) {
            int size = Math.min(IN_CACHE, end - start);
            read(gradients, from + start, g, size);
            read(parameters, from + start, p, size);
            for (int i = 0; i < states.length; i++) {
                read(states[i], ofState + start, state[i], size);
            }
            divide(g, divisor, size);
            for (OnePassPenalty penalty : ofGradient) {
                penalty.add(p, g, size);
            }
            rule.apply(g, state, size);
            for (OnePassPenalty penalty : ofUpdate) {
                penalty.add(p, g, size);
            }
            write(g, gradients, from + start, size);
            for (int i = 0; i < states.length; i++) {
                write(state[i], states[i], ofState + start, size);
            }
            if (subtracts) {
                subtract(g, p, size);
                write(p, parameters, from + start, size);
            }
        }
    }

    private static void read(FloatBuffer memory, int at, float[] numbers, int count) {
        memory.duplicate().position(at).get(numbers, 0, count);
    }

    private static void write(float[] numbers, FloatBuffer memory, int at, int count) {
        memory.duplicate().position(at).put(numbers, 0, count);
    }

    // One loop a method: the compiler makes vector instructions of these.

    private static void divide(float[] numbers, float divisor, int count) {
        if (divisor != 1) {
            for (int i = 0; i < count; i++) {
                numbers[i] /= divisor;
            }
        }
    }

    private static void subtract(float[] numbers, float[] from, int count) {
        for (int i = 0; i < count; i++) {
            from[i] -= numbers[i];
        }
    }
}
