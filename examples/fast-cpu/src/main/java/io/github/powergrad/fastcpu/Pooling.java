package io.github.powergrad.fastcpu;

import static io.github.powergrad.fastcpu.Onednn.check;
import static org.bytedeco.dnnl.global.dnnl.*;

import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_pooling_desc_t;

/** The largest number or the average in windows of images of one shape, channels last, forward and backward. */
final class Pooling implements AutoCloseable {

    private final boolean maximum;
    private final long[] image;
    private final long[] result;
    private final long[] windows;
    private final Primitive forward;
    private Primitive backward;
    private final long placesBytes;

    /**
     * @param maximum whether the largest number of a window is its result, else the average
     * @param image [N, C, H, W]
     * @param result [N, C, H', W']
     * @param windows rows, columns, their strides, and the padding at the top and on the left
     */
    Pooling(boolean maximum, long[] image, long[] result, long[] windows) {
        this.maximum = maximum;
        this.image = image;
        this.result = result;
        this.windows = windows;
        dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
        try (dnnl_memory_desc_t from = Layout.of(dnnl_nhwc, image); dnnl_memory_desc_t to = Layout.of(dnnl_nhwc, result)) {
            check(dnnl_pooling_forward_desc_init(operation, dnnl_forward_training, algorithm(), from, to, strides(), kernel(),
                    paddingBefore(), paddingAfter()), "dnnl_pooling_forward_desc_init");
        }
        forward = maximum
                ? Primitive.of(operation, null, null, DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_WORKSPACE)
                : Primitive.of(operation, null, null, DNNL_ARG_SRC, DNNL_ARG_DST);
        placesBytes = maximum ? dnnl_memory_desc_get_size(forward.layout(DNNL_ARG_WORKSPACE)) : 0;
    }

    private int algorithm() {
        return maximum ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding;
    }

    private long[] kernel() {
        return new long[] {windows[0], windows[1]};
    }

    private long[] strides() {
        return new long[] {windows[2], windows[3]};
    }

    private long[] paddingBefore() {
        return new long[] {windows[4], windows[5]};
    }

    private long[] paddingAfter() {
        return new long[] {after(0), after(1)};
    }

    private long after(int axis) {
        return Math.max(0, (result[2 + axis] - 1) * windows[2 + axis] + windows[axis] - image[2 + axis] - windows[4 + axis]);
    }

    /** Returns how many bytes say where in each window the largest number was. */
    long placesBytes() {
        return placesBytes;
    }

    void forward(Scratches scratch, long from, long to, long places) {
        if (maximum) {
            forward.run(scratch.pad, from, to, places);
        } else {
            forward.run(scratch.pad, from, to);
        }
    }

    void backward(Scratches scratch, long toGradient, long places, long fromGradient) {
        if (backward == null) {
            dnnl_pooling_desc_t operation = new dnnl_pooling_desc_t();
            try (dnnl_memory_desc_t from = Layout.of(dnnl_nhwc, image);
                    dnnl_memory_desc_t to = Layout.of(dnnl_nhwc, result)) {
                check(dnnl_pooling_backward_desc_init(operation, algorithm(), from, to, strides(), kernel(), paddingBefore(),
                        paddingAfter()), "dnnl_pooling_backward_desc_init");
            }
            backward = maximum
                    ? Primitive.of(operation, null, forward, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC, DNNL_ARG_WORKSPACE)
                    : Primitive.of(operation, null, forward, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_SRC);
        }
        if (maximum) {
            backward.run(scratch.pad, toGradient, fromGradient, places);
        } else {
            backward.run(scratch.pad, toGradient, fromGradient);
        }
    }

    @Override
    public void close() {
        Kept.close(forward);
        Kept.close(backward);
    }
}
