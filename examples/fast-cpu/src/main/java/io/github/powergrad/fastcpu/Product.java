package io.github.powergrad.fastcpu;

import static io.github.powergrad.fastcpu.Onednn.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_inner_product_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/**
 * The product of a minibatch of vectors and weights, forward and backward. Vectors are [N, inputs] in the order of their
 * dimensions. Weights and their gradient are Deeplearning4j's [inputs, outputs] in Fortran's order, so those of an output
 * are next to each other.
 */
final class Product implements AutoCloseable {

    private final long[] vectors;
    private final long[] results;
    private final long[] weights;
    private final boolean bias;
    private final Primitive forward;
    private Primitive backwardData;
    private Primitive backwardWeights;

    /** @param bias whether there is one for each output */
    Product(long vectors, long inputs, long outputs, boolean bias) {
        this.vectors = new long[] {vectors, inputs};
        this.results = new long[] {vectors, outputs};
        this.weights = new long[] {outputs, inputs};
        this.bias = bias;
        dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t();
        try (dnnl_memory_desc_t x = layout(this.vectors); dnnl_memory_desc_t w = layout(weights);
                dnnl_memory_desc_t b = Layout.of(dnnl_x, outputs); dnnl_memory_desc_t y = layout(results)) {
            check(dnnl_inner_product_forward_desc_init(operation, dnnl_forward_training, x, w, bias ? b : null, y),
                    "dnnl_inner_product_forward_desc_init");
        }
        forward = bias
                ? Primitive.of(operation, null, null, DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS)
                : Primitive.of(operation, null, null, DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST);
    }

    private static dnnl_memory_desc_t layout(long[] shape) {
        return Layout.of(dnnl_ab, shape);
    }

    /** result = x W + b. All arguments are addresses; bias is not looked at without one. */
    void forward(Scratches scratch, long x, long w, long b, long result) {
        if (bias) {
            forward.run(scratch.pad, x, w, result, b);
        } else {
            forward.run(scratch.pad, x, w, result);
        }
    }

    /** Computes the gradient of the vectors from that of the result. */
    void backwardData(Scratches scratch, long resultGradient, long w, long gradient) {
        if (backwardData == null) {
            dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t();
            try (dnnl_memory_desc_t x = layout(vectors); dnnl_memory_desc_t from = layout(weights);
                    dnnl_memory_desc_t y = layout(results)) {
                check(dnnl_inner_product_backward_data_desc_init(operation, x, from, y),
                        "dnnl_inner_product_backward_data_desc_init");
            }
            backwardData = Primitive.of(operation, null, forward, DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC);
        }
        backwardData.run(scratch.pad, resultGradient, w, gradient);
    }

    /** Computes the gradients of the weights, and of the bias if there is one, from that of the result. */
    void backwardWeights(Scratches scratch, long x, long resultGradient, long weightsGradient, long biasGradient) {
        if (backwardWeights == null) {
            dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t();
            try (dnnl_memory_desc_t from = layout(vectors); dnnl_memory_desc_t w = layout(weights);
                    dnnl_memory_desc_t b = Layout.of(dnnl_x, weights[0]); dnnl_memory_desc_t y = layout(results)) {
                check(dnnl_inner_product_backward_weights_desc_init(operation, from, w, bias ? b : null, y),
                        "dnnl_inner_product_backward_weights_desc_init");
            }
            backwardWeights = bias
                    ? Primitive.of(operation, null, forward, DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS)
                    : Primitive.of(operation, null, forward, DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS);
        }
        if (bias) {
            backwardWeights.run(scratch.pad, x, resultGradient, weightsGradient, biasGradient);
        } else {
            backwardWeights.run(scratch.pad, x, resultGradient, weightsGradient);
        }
    }

    @Override
    public void close() {
        Kept.close(forward);
        Kept.close(backwardData);
        Kept.close(backwardWeights);
    }
}
