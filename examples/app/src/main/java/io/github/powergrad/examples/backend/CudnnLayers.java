package io.github.powergrad.examples.backend;

import io.github.powergrad.examples.backend.CudaDriver.Gpu;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.LayerHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.nd4j.linalg.api.buffer.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets convolution, batch normalization and pooling run through cuDNN, by the helpers that Deeplearning4j 1.0.0-M1.1 has
 * for CUDA 11.2. They are off unless {@code org.eclipse.deeplearning4j.helpers.disable} is false. But then no network can
 * be made: {@code HelperUtils} looks for a constructor that takes an array, which no cuDNN helper has. So the helpers are
 * made here and put into the layers. This class can go when that version is no longer used.
 */
public final class CudnnLayers {

    private static final Logger LOG = LoggerFactory.getLogger(CudnnLayers.class);

    /** The layers that have a helper, and the class of the helper, which only that version has. */
    static final Map<Class<? extends Layer>, String> HELPERS = Map.of(
            ConvolutionLayer.class, "org.deeplearning4j.cuda.convolution.CudnnConvolutionHelper",
            BatchNormalization.class, "org.deeplearning4j.cuda.normalization.CudnnBatchNormalizationHelper",
            SubsamplingLayer.class, "org.deeplearning4j.cuda.convolution.subsampling.CudnnSubsamplingHelper");

    private CudnnLayers() {}

    /** Lets these layers run through cuDNN where it is there; elsewhere nothing changes. */
    public static void installIn(Layer[] layers) {
        if (CudaOption.bringsCudnn() && gpuWithoutCudnn().isEmpty()) {
            installIn(layers, HELPERS);
        }
    }

    /** Returns a GPU that cuDNN 8.1 has no machine code for. There the driver would have to compile 400 MB of PTX. */
    private static Optional<Gpu> gpuWithoutCudnn() {
        try {
            return CudaBackend.CUDA_11_2.gpuToCompileFor(CudaDriver.ask().gpus());
        } catch (IOException noDriver) {
            return Optional.empty();
        }
    }

    /** @param helpers the class of the helper for each class of layers */
    static void installIn(Layer[] layers, Map<Class<? extends Layer>, String> helpers) {
        for (Layer layer : layers) {
            if (helpers.containsKey(layer.getClass()) && !usesCudnn(layer)) {
                try {
                    Field helper = layer.getClass().getDeclaredField("helper");
                    helper.setAccessible(true);
                    helper.set(layer, Class.forName(helpers.get(layer.getClass()))
                            .getConstructor(DataType.class).newInstance(layer.conf().getDataType()));
                } catch (ReflectiveOperationException | LinkageError unusable) {
                    LOG.warn("cuDNN cannot be used ({}); layers run without it", ComputeDevice.reason(unusable));
                    return;
                }
            }
        }
    }

    /** Returns how many of the layers that could run through cuDNN do so, and the names of those that do not. */
    public static String describe(Layer[] layers) {
        List<Layer> able = Arrays.stream(layers)
                .filter(layer -> HELPERS.containsKey(layer.getClass())).collect(Collectors.toList());
        List<String> without = able.stream().filter(layer -> !usesCudnn(layer))
                .map(layer -> layer.conf().getLayer().getLayerName()).collect(Collectors.toList());
        String all = " of " + able.size() + " convolution, batch norm and pooling layers";
        if (without.size() == able.size()) {
            return "none" + all + gpuWithoutCudnn().map(gpu -> ": cuDNN 8.1 knows no compute capability " + gpu.capability()).orElse("");
        }
        return (able.size() - without.size()) + all + (without.isEmpty() ? "" : "; not " + String.join(", ", without));
    }

    private static boolean usesCudnn(Layer layer) {
        LayerHelper helper = layer.getHelper();
        return helper != null && helper.getClass().getSimpleName().startsWith("Cudnn");
    }
}
