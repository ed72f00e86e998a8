package io.github.powergrad.fastcpu;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;

/** The layer that runs in place of one of Deeplearning4j's, or why there is none. */
final class Exchange {

    private final Layer fast;
    private final String reason;

    private Exchange(Layer fast, String reason) {
        this.fast = fast;
        this.reason = reason;
    }

    /** Returns the layer that runs from now on; null if the layer is left as it is. */
    Layer fast() {
        return fast;
    }

    /** Returns why the layer is left as it is; null if it is not. */
    String reason() {
        return reason;
    }

    /** Finds what runs in place of a layer, with its parameters, gradients and settings. */
    static Exchange of(Layer layer, Session session) throws ReflectiveOperationException {
        if (layer instanceof FastLayer) {
            return fast(layer);
        }
        String reason = layer instanceof AbstractLayer ? whyNot((AbstractLayer<?>) layer) : noKernel(layer);
        if (reason != null) {
            return new Exchange(null, reason);
        }
        Layer fast = layer instanceof ConvolutionLayer ? new FastConvolution(layer.conf(), session)
                : layer instanceof BatchNormalization ? new FastBatchNormalization(layer.conf(), session)
                : layer instanceof ActivationLayer ? new FastActivation(layer.conf(), session)
                : layer instanceof DenseLayer ? new FastDense(layer.conf(), session)
                : layer instanceof SubsamplingLayer ? new FastSubsampling(layer.conf(), session)
                : new FastGlobalPooling(layer.conf(), session);
        copyState(layer, fast);
        return fast(fast);
    }

    private static Exchange fast(Layer layer) {
        return new Exchange(layer, null);
    }

    private static String noKernel(Object layer) {
        return "there is no faster " + layer.getClass().getSimpleName();
    }

    private static String whyNot(AbstractLayer<?> layer) {
        Class<?> kind = layer.getClass();
        String reason = kind == ConvolutionLayer.class ? whyNot((ConvolutionLayer) layer)
                : kind == BatchNormalization.class ? whyNot((BatchNormalization) layer)
                : kind == ActivationLayer.class ? whyNot((ActivationLayer) layer)
                : kind == DenseLayer.class ? whyNot((DenseLayer) layer)
                : kind == SubsamplingLayer.class ? whyNot((SubsamplingLayer) layer)
                : kind == GlobalPoolingLayer.class ? whyNot((GlobalPoolingLayer) layer)
                : noKernel(layer);
        if (reason != null) {
            return reason;
        }
        if (layer.getDataType() != DataType.FLOAT) {
            return "its data type is " + layer.getDataType() + ", not FLOAT";
        }
        if (layer.getConf().getCacheMode() != CacheMode.NONE) {
            return "its cache mode is " + layer.getConf().getCacheMode() + ", not NONE";
        }
        return null;
    }

    private static String whyNot(ConvolutionLayer layer) {
        var configuration = layer.layerConf();
        if (configuration.getCnn2dDataFormat() != CNN2DFormat.NCHW) {
            return "its format is NHWC";
        }
        if (configuration.getDilation()[0] != 1 || configuration.getDilation()[1] != 1) {
            return "it is dilated";
        }
        if (layer.getConvolutionMode() == ConvolutionMode.Causal) {
            return "its convolution mode is Causal";
        }
        if (!(configuration.getActivationFn() instanceof ActivationIdentity)
                && !FastActivation.isRelu(configuration.getActivationFn())) {
            return "its activation function is " + configuration.getActivationFn() + ", neither identity nor ReLU";
        }
        return null;
    }

    private static String whyNot(BatchNormalization layer) {
        if (layer.layerConf().getCnn2DFormat() != CNN2DFormat.NCHW) {
            return "its format is NHWC";
        }
        return layer.layerConf().isLockGammaBeta() ? "its gamma and beta are locked" : null;
    }

    private static String whyNot(ActivationLayer layer) {
        return FastActivation.isRelu(layer.layerConf().getActivationFn()) ? null
                : "its activation function is " + layer.layerConf().getActivationFn() + ", not ReLU";
    }

    private static String whyNot(DenseLayer layer) {
        return layer.hasLayerNorm() ? "it has layer normalization" : null;
    }

    private static String whyNot(SubsamplingLayer layer) {
        var configuration = layer.layerConf();
        if (configuration.getCnn2dDataFormat() != CNN2DFormat.NCHW) {
            return "its format is NHWC";
        }
        if (configuration.getDilation()[0] != 1 || configuration.getDilation()[1] != 1) {
            return "it is dilated";
        }
        if (configuration.getPoolingType() == PoolingType.AVG) {
            boolean padded = configuration.getConvolutionMode() == ConvolutionMode.Same || configuration.getPadding()[0] != 0
                    || configuration.getPadding()[1] != 0;
            return padded ? "it averages with padding" : null;
        }
        if (configuration.getPoolingType() != PoolingType.MAX) {
            return "its pooling type is " + configuration.getPoolingType();
        }
        return null;
    }

    private static String whyNot(GlobalPoolingLayer layer) {
        if (layer.layerConf().getPoolingType() != PoolingType.AVG) {
            return "its pooling type is " + layer.layerConf().getPoolingType() + ", not AVG";
        }
        int[] dimensions = layer.layerConf().getPoolingDimensions();
        boolean all = dimensions == null || dimensions.length == 2 && dimensions[0] == 2 && dimensions[1] == 3;
        return all ? null : "it pools over other dimensions than rows and columns";
    }

    /** Gives a layer the parameters, gradients, listeners and counters of another: all fields that can be set. */
    private static void copyState(Layer from, Layer to) throws ReflectiveOperationException {
        for (Class<?> type = from.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isFinal(field.getModifiers())) {
                    field.setAccessible(true);
                    field.set(to, field.get(from));
                }
            }
        }
    }
}
