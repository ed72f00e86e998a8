package io.github.powergrad.benchmarks;

import static org.bytedeco.dnnl.global.dnnl.*;

import io.github.powergrad.examples.model.NetworkShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_batch_normalization_desc_t;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * How long do oneDNN's kernels take for the convolutions and batch normalizations of a training step, if nothing else is done?
 * Each is made once and called again and again on the same memory, so this is a bound for whoever computes with oneDNN.
 * A ReLU is computed in the pass of each batch normalization. Nothing is copied into another layout.
 */
final class OnednnKernels {

    private static final double SECONDS = 0.05;

    private final dnnl_engine engine = new dnnl_engine();
    private final dnnl_stream stream = new dnnl_stream();
    private final boolean channelsLast;
    private final Map<List<Object>, Map<String, Double>> measured = new HashMap<>();

    private OnednnKernels(boolean channelsLast) {
        this.channelsLast = channelsLast;
        check(dnnl_engine_create(engine, dnnl_cpu, 0));
        check(dnnl_stream_create(stream, engine, 1)); // 1: in order
    }

    /** Returns the time of each kind of kernel in a step, added up over the layers, in the faster of two layouts in memory. */
    static Map<String, Double> milliseconds(NetworkCase network) {
        Map<String, Double> last = new OnednnKernels(true).step(network);
        Map<String, Double> blocked = new OnednnKernels(false).step(network);
        return sum(last) < sum(blocked) ? last : blocked;
    }

    private static double sum(Map<String, Double> milliseconds) {
        return milliseconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private Map<String, Double> step(NetworkCase network) {
        ComputationGraphConfiguration graph = network.configuration(new LossMCXENT());
        NetworkShape shape = network.shape();
        InputType images = InputType.convolutional(shape.height, shape.width, shape.channels);
        Map<String, InputType> types = new HashMap<>(graph.getLayerActivationTypes(images));
        String input = graph.getNetworkInputs().get(0);
        types.put(input, images);
        Map<String, Double> total = new LinkedHashMap<>();
        graph.getVertices().forEach((name, vertex) -> {
            Layer layer = vertex instanceof LayerVertex ? ((LayerVertex) vertex).getLayerConf().getLayer() : null;
            String source = graph.getVertexInputs().get(name).get(0);
            Map<String, Double> times = Map.of();
            if (layer instanceof ConvolutionLayer) {
                times = convolution((ConvolutionLayer) layer, array(network, types.get(source)),
                        array(network, types.get(name)), !source.equals(input));
            } else if (layer instanceof BatchNormalization) {
                times = measured.computeIfAbsent(List.of(Arrays.toString(array(network, types.get(name)))),
                        key -> normalization(array(network, types.get(name))));
            }
            times.forEach((kind, milliseconds) -> total.merge(kind, milliseconds, Double::sum));
        });
        return total;
    }

    private static long[] array(NetworkCase network, InputType type) {
        InputType.InputTypeConvolutional images = (InputType.InputTypeConvolutional) type;
        return new long[] {network.batch(), images.getChannels(), images.getHeight(), images.getWidth()};
    }

    private Map<String, Double> convolution(ConvolutionLayer layer, long[] image, long[] result, boolean imageGradient) {
        long[] weights = {result[1], image[1], layer.getKernelSize()[0], layer.getKernelSize()[1]};
        long[] strides = {layer.getStride()[0], layer.getStride()[1]};
        long[] before = new long[2];
        long[] after = new long[2];
        for (int axis = 0; axis < 2; axis++) {
            long missing = Math.max(0, (result[2 + axis] - 1) * strides[axis] + weights[2 + axis] - image[2 + axis]);
            before[axis] = layer.getConvolutionMode() == ConvolutionMode.Same ? missing / 2 : layer.getPadding()[axis];
            after[axis] = Math.max(0, missing - before[axis]);
        }
        return measured.computeIfAbsent(
                List.of(Arrays.toString(image), Arrays.toString(weights), Arrays.toString(strides), imageGradient),
                key -> convolution(image, weights, result, strides, before, after, imageGradient));
    }

    private Map<String, Double> convolution(long[] image, long[] weights, long[] result, long[] strides, long[] before,
            long[] after, boolean imageGradient) {
        dnnl_memory_desc_t x = layout(channelsLast ? dnnl_nhwc : dnnl_format_tag_any, image);
        dnnl_memory_desc_t y = layout(channelsLast ? dnnl_nhwc : dnnl_format_tag_any, result);
        dnnl_memory_desc_t w = layout(dnnl_format_tag_any, weights);
        Map<String, Double> times = new LinkedHashMap<>();
        dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t();
        check(dnnl_convolution_forward_desc_init(operation, dnnl_forward_training, dnnl_convolution_direct, x, w, null, y,
                strides, before, after));
        dnnl_primitive_desc forward = description(operation, null);
        times.put("convolution forward", milliseconds(forward, DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST));
        if (imageGradient) {
            operation = new dnnl_convolution_desc_t();
            check(dnnl_convolution_backward_data_desc_init(operation, dnnl_convolution_direct, x, w, y, strides, before,
                    after));
            times.put("gradient of its images",
                    milliseconds(description(operation, forward), DNNL_ARG_DIFF_DST, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_SRC));
        }
        operation = new dnnl_convolution_desc_t();
        check(dnnl_convolution_backward_weights_desc_init(operation, dnnl_convolution_direct, x, w, null, y, strides, before,
                after));
        times.put("gradient of its weights",
                milliseconds(description(operation, forward), DNNL_ARG_SRC, DNNL_ARG_DIFF_DST, DNNL_ARG_DIFF_WEIGHTS));
        return times;
    }

    private Map<String, Double> normalization(long[] shape) {
        // The layout that convolutions choose for channels in multiples of 16, as all batch normalizations here have.
        dnnl_memory_desc_t images = layout(channelsLast ? dnnl_nhwc : dnnl_nChw16c, shape);
        int flags = dnnl_use_scale | dnnl_use_shift | dnnl_fuse_norm_relu;
        Map<String, Double> times = new LinkedHashMap<>();
        dnnl_batch_normalization_desc_t operation = new dnnl_batch_normalization_desc_t();
        check(dnnl_batch_normalization_forward_desc_init(operation, dnnl_forward_training, images, 1e-5f, flags));
        dnnl_primitive_desc forward = description(operation, null);
        times.put("batch norm and ReLU forward", milliseconds(forward, DNNL_ARG_SRC, DNNL_ARG_DST, DNNL_ARG_SCALE,
                DNNL_ARG_SHIFT, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_WORKSPACE));
        operation = new dnnl_batch_normalization_desc_t();
        check(dnnl_batch_normalization_backward_desc_init(operation, dnnl_backward, images, images, 1e-5f, flags));
        times.put("batch norm and ReLU backward", milliseconds(description(operation, forward), DNNL_ARG_SRC,
                DNNL_ARG_DIFF_DST, DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE, DNNL_ARG_DIFF_SRC,
                DNNL_ARG_DIFF_SCALE, DNNL_ARG_DIFF_SHIFT, DNNL_ARG_WORKSPACE));
        return times;
    }

    private static dnnl_memory_desc_t layout(int tag, long[] dimensions) {
        dnnl_memory_desc_t layout = new dnnl_memory_desc_t();
        check(dnnl_memory_desc_init_by_tag(layout, dimensions.length, dimensions, dnnl_f32, tag));
        return layout;
    }

    private dnnl_primitive_desc description(Pointer operation, dnnl_primitive_desc forward) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        check(dnnl_primitive_desc_create(description, new const_dnnl_op_desc_t(operation), (dnnl_primitive_attr) null, engine,
                forward));
        return description;
    }

    private double milliseconds(dnnl_primitive_desc description, int... kinds) {
        dnnl_primitive primitive = new dnnl_primitive();
        check(dnnl_primitive_create(primitive, description));
        List<BytePointer> memory = new ArrayList<>();
        dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            dnnl_memory_desc_t layout = dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, kinds[i]);
            BytePointer bytes = new BytePointer(dnnl_memory_desc_get_size(layout));
            Pointer.memset(bytes, 0, bytes.capacity());
            memory.add(bytes);
            dnnl_memory array = new dnnl_memory();
            check(dnnl_memory_create(array, layout, engine, bytes));
            arguments.position(i).arg(kinds[i]).memory(array);
        }
        arguments.position(0);
        double median = Times.median(() -> {
            check(dnnl_primitive_execute(primitive, stream, kinds.length, arguments));
            check(dnnl_stream_wait(stream));
        }, SECONDS);
        memory.forEach(Pointer::close);
        return 1000 * median;
    }

    private static void check(int status) {
        if (status != dnnl_success) {
            throw new IllegalStateException("oneDNN does not do it, status " + status);
        }
    }
}
