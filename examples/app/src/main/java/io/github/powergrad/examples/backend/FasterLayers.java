package io.github.powergrad.examples.backend;

import java.lang.reflect.Field;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNBatchNormHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts faster helpers into the layers of a network: on the processor for training with oneDNN, on a GPU {@link CudnnLayers
 * those of cuDNN}. The layers stay Deeplearning4j's, so files of the network load anywhere; without oneDNN or cuDNN nothing
 * changes.
 *
 * <p>Helpers are fields without a setter. This class can go when Deeplearning4j normalizes in fewer passes and no longer
 * convolves a second time in the backward pass.
 */
public final class FasterLayers {

    private static final Logger LOG = LoggerFactory.getLogger(FasterLayers.class);

    private FasterLayers() {}

    /**
     * Lets these layers train faster from now on, to the same weights but for rounding.
     *
     * @param layers of a network that is not training at the moment
     */
    public static void in(Layer[] layers) {
        CudnnLayers.installIn(layers);
        try {
            for (Layer layer : layers) {
                if (layer.getHelper() instanceof MKLDNNBatchNormHelper) {
                    field(BatchNormalization.class, "helper").set(layer, new BatchNormalizationByPlanes());
                } else if (layer.getHelper() instanceof MKLDNNConvHelper && isLinear((ConvolutionLayer) layer)) {
                    Field kept = field(AbstractLayer.class, "preOutput");
                    field(ConvolutionLayer.class, "helper").set(layer, new ConvolutionOnce(result -> set(kept, layer, result)));
                }
            }
        } catch (ReflectiveOperationException otherVersion) {
            LOG.info("layers train at the speed of Deeplearning4j, as this version differs from 1.0.0-M2.1: {}",
                    otherVersion.toString());
        }
    }

    /** Returns whether the backward pass does not ask for the result of the convolution. */
    private static boolean isLinear(ConvolutionLayer layer) {
        return layer.getClass() == ConvolutionLayer.class
                && layer.layerConf().getActivationFn() instanceof ActivationIdentity;
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static void set(Field field, Object owner, Object value) {
        try {
            field.set(owner, value);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // made accessible above
        }
    }
}
