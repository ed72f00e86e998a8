package io.github.powergrad.fastcpu;

import static io.github.powergrad.fastcpu.Onednn.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.javacpp.BytePointer;

/**
 * A convolution of images of one shape, channels last, forward and backward. Weights and their gradient are
 * Deeplearning4j's [outputs, inputs, height, width]; they are reordered at each run, since they change at each step.
 */
final class Convolution implements AutoCloseable {

    /** What a convolution is made for. */
    static final class Shape {

        private final long[] numbers;

        /**
         * @param images images in a minibatch
         * @param size rows and columns of an image, of the result and of the kernel, strides, and the padding at the top
         *     and on the left
         */
        Shape(long images, long inputs, long outputs, long[] size, boolean bias, boolean relu) {
            numbers = new long[] {images, inputs, outputs, size[0], size[1], size[2], size[3], size[4], size[5], size[6],
                size[7], size[8], size[9], bias ? 1 : 0, relu ? 1 : 0};
        }

        long images() {
            return numbers[0];
        }

        long inputs() {
            return numbers[1];
        }

        long outputs() {
            return numbers[2];
        }

        boolean bias() {
            return numbers[13] == 1;
        }

        boolean relu() {
            return numbers[14] == 1;
        }

        long[] image() {
            return new long[] {images(), inputs(), numbers[3], numbers[4]};
        }

        long[] result() {
            return new long[] {images(), outputs(), numbers[5], numbers[6]};
        }

        long[] weights() {
            return new long[] {outputs(), inputs(), numbers[7], numbers[8]};
        }

        long[] strides() {
            return new long[] {numbers[9], numbers[10]};
        }

        long[] paddingBefore() {
            return new long[] {numbers[11], numbers[12]};
        }

        /** Returns the padding that lets the last window end inside; 0 where rows or columns are left over. */
        long[] paddingAfter() {
            return new long[] {after(0), after(1)};
        }

        private long after(int axis) {
            return Math.max(0, (numbers[5 + axis] - 1) * numbers[9 + axis] + numbers[7 + axis] - numbers[3 + axis]
                    - numbers[11 + axis]);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Shape && Arrays.equals(numbers, ((Shape) other).numbers);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(numbers);
        }
    }

    private final Shape shape;
    private final Primitive forward;
    private final Reordered weightsForward;
    private Primitive backwardData;
    private Reordered weightsBackward;
    private Primitive backwardWeights;
    private Reordered gradient;

    Convolution(Shape shape) {
        this.shape = shape;
        dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
        try (dnnl_memory_desc_t image = Layout.of(dnnl_nhwc, shape.image());
                dnnl_memory_desc_t result = Layout.of(dnnl_nhwc, shape.result());
                dnnl_memory_desc_t weights = Layout.of(dnnl_format_tag_any, shape.weights());
                dnnl_memory_desc_t bias = Layout.of(dnnl_x, shape.outputs())) {
            check(dnnl_convolution_forward_desc_init(operation, dnnl_forward_training, dnnl_convolution_direct, image,
                    weights, shape.bias() ? bias : null, result, shape.strides(), shape.paddingBefore(),
                    shape.paddingAfter()), "dnnl_convolution_forward_desc_init");
        }
        forward = shape.bias()
                ? Primitive.of(operation, relu(shape.relu()), null, DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS)
                : Primitive.of(operation, relu(shape.relu()), null, DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST);
        weightsForward = Reordered.into(forward.layout(DNNL_ARG_WEIGHTS), shape.weights());
    }

    /** Returns attributes with which a ReLU follows in the same pass, or nothing. */
    static dnnl_primitive_attr relu(boolean wanted) {
        dnnl_primitive_attr attributes = Primitive.attributes();
        if (wanted) {
            dnnl_post_ops after = new dnnl_post_ops();
            check(dnnl_post_ops_create(after), "dnnl_post_ops_create");
            check(dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0), "dnnl_post_ops_append_eltwise");
            check(dnnl_primitive_attr_set_post_ops(attributes, after), "dnnl_primitive_attr_set_post_ops");
            dnnl_post_ops_destroy(after);
        }
        return attributes;
    }

    /** Returns the layout that the operation wants weights in, as bytes that are equal for equal layouts. */
    byte[] layoutOfWeights() {
        dnnl_memory_desc_t layout = forward.layout(DNNL_ARG_WEIGHTS);
        byte[] bytes = new byte[layout.sizeof()];
        new BytePointer(layout).capacity(bytes.length).get(bytes);
        return bytes;
    }

    /** Returns how many bytes weights in that layout take. */
    long bytesOfWeights() {
        return dnnl_memory_desc_get_size(forward.layout(DNNL_ARG_WEIGHTS));
    }

    /** Writes weights in that layout. */
    void reorder(Scratches scratch, long weights, long own) {
        weightsForward.write(weights, own, bytesOfWeights(), scratch);
    }

    /** Convolves with weights that have been {@linkplain #reorder reordered}. */
    void forwardReordered(Scratches scratch, long image, long own, long bias, long result) {
        if (shape.bias()) {
            forward.run(scratch.pad, image, own, result, bias);
        } else {
            forward.run(scratch.pad, image, own, result);
        }
    }

    /** Convolves. The bias, and where the result goes, are addresses as all others; bias is not looked at without one. */
    void forward(Scratches scratch, long image, long weights, long bias, long result) {
        forwardReordered(scratch, image, weightsForward.of(weights, scratch), bias, result);
    }

    /** Computes the gradient of the image from that of the result. */
    void backwardData(Scratches scratch, long resultGradient, long weights, long imageGradient) {
        if (backwardData == null) {
            dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
            try (dnnl_memory_desc_t image = Layout.of(dnnl_nhwc, shape.image());
                    dnnl_memory_desc_t result = Layout.of(dnnl_nhwc, shape.result());
                    dnnl_memory_desc_t any = Layout.of(dnnl_format_tag_any, shape.weights())) {
                check(dnnl_convolution_backward_data_desc_init(operation, dnnl_convolution_direct, image, any, result,
                        shape.strides(), shape.paddingBefore(), shape.paddingAfter()),
                        "dnnl_convolution_backward_data_desc_init");
            }
            backwardData = Primitive.of(operation, null, forward, DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC);
            weightsBackward = Reordered.into(backwardData.layout(DNNL_ARG_WEIGHTS), shape.weights());
        }
        backwardData.run(scratch.pad, resultGradient, weightsBackward.of(weights, scratch), imageGradient);
    }

    /** Computes the gradients of the weights, and of the bias if there is one, from that of the result. */
    void backwardWeights(Scratches scratch, long image, long resultGradient, long weightsGradient, long biasGradient) {
        if (backwardWeights == null) {
            dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
            try (dnnl_memory_desc_t data = Layout.of(dnnl_nhwc, shape.image());
                    dnnl_memory_desc_t result = Layout.of(dnnl_nhwc, shape.result());
                    dnnl_memory_desc_t any = Layout.of(dnnl_format_tag_any, shape.weights());
                    dnnl_memory_desc_t bias = Layout.of(dnnl_x, shape.outputs())) {
                check(dnnl_convolution_backward_weights_desc_init(operation, dnnl_convolution_direct, data, any,
                        shape.bias() ? bias : null, result, shape.strides(), shape.paddingBefore(), shape.paddingAfter()),
                        "dnnl_convolution_backward_weights_desc_init");
            }
            backwardWeights = shape.bias()
                    ? Primitive.of(operation, null, forward, DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS,
                            DNNL_ARG_DIFF_BIAS)
                    : Primitive.of(operation, null, forward, DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS);
            gradient = Reordered.from(backwardWeights.layout(DNNL_ARG_DIFF_WEIGHTS), shape.weights());
        }
        long own = gradient.place(weightsGradient, scratch);
        if (shape.bias()) {
            backwardWeights.run(scratch.pad, image, resultGradient, own, biasGradient);
        } else {
            backwardWeights.run(scratch.pad, image, resultGradient, own);
        }
        gradient.copy(own, weightsGradient, scratch);
    }

    @Override
    public void close() {
        for (AutoCloseable part : new AutoCloseable[] {forward, weightsForward, backwardData, weightsBackward,
            backwardWeights, gradient}) {
            Kept.close(part);
        }
    }

    /** Weights in the layout that a primitive asks for; nothing is copied where that is Deeplearning4j's. */
    private static final class Reordered implements AutoCloseable {

        private final Primitive reorder;
        private final long bytes;

        private Reordered(Primitive reorder, long bytes) {
            this.reorder = reorder;
            this.bytes = bytes;
        }

        static Reordered into(dnnl_memory_desc_t own, long[] dimensions) {
            return between(own, dimensions, true);
        }

        static Reordered from(dnnl_memory_desc_t own, long[] dimensions) {
            return between(own, dimensions, false);
        }

        private static Reordered between(dnnl_memory_desc_t own, long[] dimensions, boolean into) {
            try (dnnl_memory_desc_t plain = Layout.of(dnnl_oihw, dimensions)) {
                if (dnnl_memory_desc_equal(own, plain) == 1) {
                    return new Reordered(null, 0);
                }
                return new Reordered(into ? Primitive.reorder(plain, own) : Primitive.reorder(own, plain),
                        dnnl_memory_desc_get_size(own));
            }
        }

        long of(long weights, Scratches scratch) {
            if (reorder == null) {
                return weights;
            }
            long own = scratch.weights.address(bytes);
            reorder.run(scratch.pad, weights, own);
            return own;
        }

        void write(long weights, long own, long ownBytes, Scratches scratch) {
            if (reorder == null) {
                Numbers.copy(weights, own, ownBytes / Float.BYTES);
            } else {
                reorder.run(scratch.pad, weights, own);
            }
        }

        long place(long weights, Scratches scratch) {
            return reorder == null ? weights : scratch.weights.address(bytes);
        }

        void copy(long own, long weights, Scratches scratch) {
            if (reorder != null) {
                reorder.run(scratch.pad, own, weights);
            }
        }

        @Override
        public void close() {
            Kept.close(reorder);
        }
    }
}
