package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("oneDNN writes nowhere but where it may")
class GuardZoneTest {

    private static final int GUARD = 8192;
    private static final byte MARK = 0x5b;

    /** Memory between two zones that nobody may write to. */
    private static final class Guarded implements AutoCloseable {

        private final long bytes;
        private final BytePointer memory;
        private final long start;

        Guarded(long bytes) {
            this.bytes = bytes;
            memory = new BytePointer(bytes + 2 * GUARD + 64);
            Pointer.memset(memory, MARK, memory.capacity());
            start = GUARD + 64 - (memory.address() + GUARD) % 64;
        }

        static Guarded floats(long count) {
            return new Guarded(count * Float.BYTES);
        }

        long address() {
            return memory.address() + start;
        }

        void fill(float value) {
            for (long i = 0; i < bytes / Float.BYTES; i++) {
                memory.putFloat(start + i * Float.BYTES, value * (i % 7 - 3));
            }
        }

        /** @param room bytes behind the memory that may be written to */
        void check(String name, long room) {
            for (long i = 0; i < memory.capacity(); i = i == start - 1 ? start + bytes + room : i + 1) {
                if (memory.get(i) != MARK) {
                    fail("%s of %d bytes: byte %d was written to", name, bytes, i - start);
                }
            }
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    /** A scratchpad that is new at each request, and checked at the end. */
    private static final class GuardedScratch extends Scratch {

        private final List<Guarded> given = new ArrayList<>();

        @Override
        long address(long bytes) {
            Guarded next = new Guarded(bytes);
            given.add(next);
            return next.address();
        }

        void check(String name) {
            // Scratch leaves 4,096 bytes behind each request; half of it has to do.
            given.forEach(one -> one.check(name, 2048));
            given.forEach(Guarded::close);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shapes")
    @DisplayName("in a convolution, forward and backward")
    void convolution(String name, Convolution.Shape shape) {
        GuardedScratch pad = new GuardedScratch();
        GuardedScratch reordered = new GuardedScratch();
        Scratches scratch = new Scratches(pad, reordered);
        try (Convolution convolution = new Convolution(shape);
                Guarded image = of(shape.image());
                Guarded weights = of(shape.weights());
                Guarded bias = of(shape.outputs());
                Guarded result = of(shape.result());
                Guarded imageGradient = of(shape.image());
                Guarded weightsGradient = of(shape.weights());
                Guarded biasGradient = of(shape.outputs())) {
            for (int repeat = 0; repeat < 3; repeat++) {
                convolution.forward(scratch, image.address(), weights.address(), bias.address(), result.address());
                convolution.backwardWeights(scratch, image.address(), result.address(), weightsGradient.address(),
                        biasGradient.address());
                convolution.backwardData(scratch, result.address(), weights.address(), imageGradient.address());
            }
            image.check("image", 0);
            weights.check("weights", 0);
            bias.check("bias", 0);
            result.check("result", 0);
            imageGradient.check("gradient of the image", 0);
            weightsGradient.check("gradient of the weights", 0);
            biasGradient.check("gradient of the bias", 0);
        }
        pad.check("scratchpad");
        reordered.check("reordered weights");
    }

    private static Guarded of(long... shape) {
        long count = 1;
        for (long size : shape) {
            count *= size;
        }
        Guarded memory = Guarded.floats(count);
        memory.fill(0.25f);
        return memory;
    }

    static Stream<Arguments> shapes() {
        List<Arguments> shapes = new ArrayList<>();
        for (long channels : new long[] {1, 3, 4, 8, 16, 20, 64}) {
            for (long outputs : new long[] {5, 16, 33, 64}) {
                for (int kernel : new int[] {1, 2, 3, 7}) {
                    for (int stride : new int[] {1, 2}) {
                        for (long images : new long[] {1, 5}) {
                            long padding = kernel / 2;
                            long out = (13 + 2 * padding - kernel) / stride + 1;
                            boolean bias = outputs == 5 || outputs == 64;
                            shapes.add(Arguments.of(
                                    String.format("%d images, %d to %d channels, %dx%d, stride %d", images, channels, outputs,
                                            kernel, kernel, stride),
                                    new Convolution.Shape(images, channels, outputs, new long[] {13, 13, out, out, kernel, kernel,
                                        stride, stride, padding, padding}, bias, false)));
                        }
                    }
                }
            }
        }
        return shapes.stream();
    }

    @ParameterizedTest(name = "{0} channels")
    @ValueSource(longs = {1, 3, 5, 16, 20, 64})
    @DisplayName("in batch normalization with ReLU, forward and backward")
    void normalization(long channels) {
        GuardedScratch pad = new GuardedScratch();
        Scratches scratch = new Scratches(pad, new GuardedScratch());
        long[] shape = {5, channels, 7, 9};
        try (Normalization normalization = new Normalization(shape, 1e-5f, true, true);
                Guarded x = of(shape);
                Guarded y = of(shape);
                Guarded gradient = of(shape);
                Guarded gamma = of(channels);
                Guarded beta = of(channels);
                Guarded mean = of(channels);
                Guarded variance = of(channels);
                Guarded gammaGradient = of(channels);
                Guarded betaGradient = of(channels);
                Guarded mask = new Guarded(normalization.maskBytes())) {
            normalization.forward(scratch, x.address(), y.address(), gamma.address(), beta.address(), mean.address(),
                    variance.address(), mask.address());
            normalization.backward(scratch, x.address(), y.address(), gamma.address(), beta.address(), mean.address(),
                    variance.address(), mask.address(), gradient.address(), gammaGradient.address(), betaGradient.address());
            for (Guarded each : new Guarded[] {x, y, gradient, gamma, beta, mean, variance, gammaGradient, betaGradient, mask}) {
                each.check("an argument", 0);
            }
        }
        pad.check("scratchpad");
    }

    @ParameterizedTest(name = "{0} inputs")
    @ValueSource(longs = {1, 3, 16, 33, 64})
    @DisplayName("in a fully connected layer, forward and backward")
    void product(long inputs) {
        GuardedScratch pad = new GuardedScratch();
        Scratches scratch = new Scratches(pad, new GuardedScratch());
        for (long outputs : new long[] {1, 5, 16, 40}) {
            for (long vectors : new long[] {1, 5, 32}) {
                try (Product product = new Product(vectors, inputs, outputs, true);
                        Guarded x = of(vectors, inputs);
                        Guarded y = of(vectors, outputs);
                        Guarded w = of(inputs, outputs);
                        Guarded b = of(outputs);
                        Guarded xGradient = of(vectors, inputs);
                        Guarded wGradient = of(inputs, outputs);
                        Guarded bGradient = of(outputs)) {
                    product.forward(scratch, x.address(), w.address(), b.address(), y.address());
                    product.backwardWeights(scratch, x.address(), y.address(), wGradient.address(), bGradient.address());
                    product.backwardData(scratch, y.address(), w.address(), xGradient.address());
                    for (Guarded each : new Guarded[] {x, y, w, b, xGradient, wGradient, bGradient}) {
                        each.check("an argument", 0);
                    }
                }
            }
        }
        pad.check("scratchpad");
    }

    @ParameterizedTest(name = "{0} channels")
    @ValueSource(longs = {1, 3, 5, 16, 20, 64})
    @DisplayName("in pooling, forward and backward")
    void pooling(long channels) {
        GuardedScratch pad = new GuardedScratch();
        Scratches scratch = new Scratches(pad, new GuardedScratch());
        long[] image = {5, channels, 9, 8};
        long[] result = {5, channels, 5, 4};
        for (boolean maximum : new boolean[] {true, false}) {
            try (Pooling pooling = new Pooling(maximum, image, result, new long[] {3, 3, 2, 2, 1, 1});
                    Guarded x = of(image);
                    Guarded y = of(result);
                    Guarded gradient = of(image);
                    Guarded places = new Guarded(pooling.placesBytes())) {
                pooling.forward(scratch, x.address(), y.address(), places.address());
                pooling.backward(scratch, y.address(), places.address(), gradient.address());
                for (Guarded each : new Guarded[] {x, y, gradient, places}) {
                    each.check("an argument", 0);
                }
            }
        }
        pad.check("scratchpad");
    }
}
