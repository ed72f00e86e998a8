package io.github.powergrad.fastcpu;

import static io.github.powergrad.fastcpu.Onednn.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_batch_normalization_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;

/** Batch normalization of images of one shape, channels last, with or without a ReLU behind it, in one pass each way. */
final class Normalization implements AutoCloseable {

    private final long[] shape;
    private final float epsilon;
    private final boolean relu;
    private final Primitive forward;
    private final Primitive inference;
    private Primitive backward;
    private final long maskBytes;

    /**
     * @param shape [N, C, H, W]
     * @param epsilon what is added to the variance
     * @param relu whether a ReLU follows
     * @param training whether mean and variance are those of the minibatch
     */
    Normalization(long[] shape, float epsilon, boolean relu, boolean training) {
        this.shape = shape;
        this.epsilon = epsilon;
        this.relu = relu;
        if (training) {
            forward = relu
                    ? Primitive.of(operation(dnnl_forward_training, flags()), null, null, DNNL_ARG_SRC, DNNL_ARG_DST,
                            DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_WORKSPACE)
                    : Primitive.of(operation(dnnl_forward_training, flags()), null, null, DNNL_ARG_SRC, DNNL_ARG_DST,
                            DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE);
            inference = null;
            maskBytes = relu ? dnnl_memory_desc_get_size(forward.layout(DNNL_ARG_WORKSPACE)) : 0;
        } else {
            forward = null;
            inference = Primitive.of(operation(dnnl_forward_inference, flags() | dnnl_use_global_stats), null, null,
                    DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE);
            maskBytes = 0;
        }
    }

    private int flags() {
        return dnnl_use_scale | dnnl_use_shift | (relu ? dnnl_fuse_norm_relu : 0);
    }

    private dnnl_batch_normalization_desc_t operation(int kind, int flags) {
        dnnl_batch_normalization_desc_t operation = new dnnl_batch_normalization_desc_t();
        try (dnnl_memory_desc_t images = Layout.of(dnnl_nhwc, shape)) {
            check(dnnl_batch_normalization_forward_desc_init(operation, kind, images, epsilon, flags),
                    "dnnl_batch_normalization_forward_desc_init");
        }
        return operation;
    }

    /** Returns how many bytes the ReLU keeps for the backward pass. */
    long maskBytes() {
        return maskBytes;
    }

    /** Normalizes with the mean and variance of the minibatch, which are written. */
    void forward(Scratches scratch, long images, long result, long gamma, long beta, long mean, long variance, long mask) {
        if (relu) {
            forward.run(scratch.pad, images, result, gamma, beta, mean, variance, mask);
        } else {
            forward.run(scratch.pad, images, result, gamma, beta, mean, variance);
        }
    }

    /** Normalizes with a given mean and variance. */
    void inference(Scratches scratch, long images, long result, long gamma, long beta, long mean, long variance) {
        inference.run(scratch.pad, images, result, gamma, beta, mean, variance);
    }

    /** Computes the gradients of images, gamma and beta from that of the result. */
    void backward(Scratches scratch, long images, long resultGradient, long gamma, long beta, long mean, long variance, long mask,
            long imagesGradient, long gammaGradient, long betaGradient) {
        if (backward == null) {
            dnnl_batch_normalization_desc_t operation = new dnnl_batch_normalization_desc_t();
            try (dnnl_memory_desc_t layout = Layout.of(dnnl_nhwc, shape)) {
                check(dnnl_batch_normalization_backward_desc_init(operation, dnnl_backward, layout, layout, epsilon, flags()),
                        "dnnl_batch_normalization_backward_desc_init");
            }
            backward = relu
                    ? Primitive.of(operation, null, forward, DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN,
                            DNNL_ARG_VARIANCE, DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_SCALE, DNNL_ARG_DIFF_SHIFT, DNNL_ARG_WORKSPACE)
                    : Primitive.of(operation, null, forward, DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN,
                            DNNL_ARG_VARIANCE, DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_SCALE, DNNL_ARG_DIFF_SHIFT);
        }
        if (relu) {
            backward.run(scratch.pad, images, resultGradient, gamma, beta, mean, variance, imagesGradient, gammaGradient,
                    betaGradient, mask);
        } else {
            backward.run(scratch.pad, images, resultGradient, gamma, beta, mean, variance, imagesGradient, gammaGradient,
                    betaGradient);
        }
    }

    @Override
    public void close() {
        Kept.close(forward);
        Kept.close(inference);
        Kept.close(backward);
    }
}
