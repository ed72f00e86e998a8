package io.github.powergrad.fastcpu;

import static io.github.powergrad.fastcpu.Onednn.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.dnnl_eltwise_desc_t;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive_attr;

/** Operations on this many numbers, which lie one after the other in the same order in each argument. */
final class Elementwise implements AutoCloseable {

    private final long count;
    private Primitive add;
    private Primitive addRelu;
    private Primitive relu;
    private Primitive reluBackward;

    Elementwise(long count) {
        this.count = count;
    }

    /** result = a + b */
    void add(Scratches scratch, long a, long b, long result) {
        if (add == null) {
            add = sum(Primitive.attributes());
        }
        add.run(scratch.pad, a, b, result);
    }

    /** result = max(a + b, 0) */
    void addRelu(Scratches scratch, long a, long b, long result) {
        if (addRelu == null) {
            addRelu = sum(Convolution.relu(true));
        }
        addRelu.run(scratch.pad, a, b, result);
    }

    /** result = max(a, 0) */
    void relu(Scratches scratch, long a, long result) {
        if (relu == null) {
            relu = reluForward();
        }
        relu.run(scratch.pad, a, result);
    }

    /** Computes the gradient of what went into the ReLU from its result and the gradient of that. */
    void reluBackward(Scratches scratch, long result, long resultGradient, long gradient) {
        if (reluBackward == null) {
            if (relu == null) {
                relu = reluForward();
            }
            dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
            try (dnnl_memory_desc_t layout = Layout.of(dnnl_x, count)) {
                check(dnnl_eltwise_backward_desc_init(operation, dnnl_eltwise_relu_use_dst_for_bwd, layout, layout, 0, 0),
                        "dnnl_eltwise_backward_desc_init");
            }
            reluBackward = Primitive.of(operation, null, relu, DNNL_ARG_DST, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC);
        }
        reluBackward.run(scratch.pad, result, resultGradient, gradient);
    }

    private Primitive reluForward() {
        dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t();
        try (dnnl_memory_desc_t layout = Layout.of(dnnl_x, count)) {
            check(dnnl_eltwise_forward_desc_init(operation, dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, layout,
                    0, 0), "dnnl_eltwise_forward_desc_init");
        }
        return Primitive.of(operation, null, null, DNNL_ARG_SRC, DNNL_ARG_DST);
    }

    private Primitive sum(dnnl_primitive_attr attributes) {
        dnnl_binary_desc_t operation = new dnnl_binary_desc_t();
        try (dnnl_memory_desc_t layout = Layout.of(dnnl_x, count)) {
            check(dnnl_binary_desc_init(operation, dnnl_binary_add, layout, layout, layout), "dnnl_binary_desc_init");
        }
        return Primitive.of(operation, attributes, null, DNNL_ARG_SRC_0, DNNL_ARG_SRC_1, DNNL_ARG_DST);
    }

    @Override
    public void close() {
        Kept.close(add);
        Kept.close(addRelu);
        Kept.close(relu);
        Kept.close(reluBackward);
    }
}
