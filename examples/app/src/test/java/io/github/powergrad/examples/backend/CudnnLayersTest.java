package io.github.powergrad.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNBatchNormHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNSubsamplingHelper;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Needs no GPU: other helpers stand in for those that do. */
@DisplayName("Layers that run through cuDNN")
class CudnnLayersTest {

    private static final Map<Class<? extends Layer>, String> HELPERS = Map.of(
            ConvolutionLayer.class, CudnnConvolution.class.getName(),
            BatchNormalization.class, CudnnBatchNormalization.class.getName(),
            SubsamplingLayer.class, CudnnPooling.class.getName());

    @Test
    void are_all_that_can() {
        Layer[] layers = resNet18();
        CudnnLayers.installIn(layers, HELPERS);

        assertThat(CudnnLayers.describe(layers)).isEqualTo("41 of 41 convolution, batch norm and pooling layers");
    }

    @Test
    void are_told_from_those_that_do_not_by_name() {
        Layer[] layers = resNet18();
        CudnnLayers.installIn(layers, Map.of(ConvolutionLayer.class, CudnnConvolution.class.getName(),
                BatchNormalization.class, CudnnBatchNormalization.class.getName()));

        assertThat(CudnnLayers.describe(layers))
                .isEqualTo("40 of 41 convolution, batch norm and pooling layers; not maxpool");
    }

    @Test
    void are_none_where_the_helpers_are_missing() {
        Layer[] layers = resNet18();
        CudnnLayers.installIn(layers, CudnnLayers.HELPERS);

        assertThat(CudnnLayers.describe(layers)).isEqualTo("none of 41 convolution, batch norm and pooling layers");
    }

    @Test
    void keep_what_they_have_when_they_are_asked_again() {
        Layer[] layers = resNet18();
        CudnnLayers.installIn(layers, HELPERS);
        Object first = layers[0].getHelper();
        CudnnLayers.installIn(layers, HELPERS);

        assertThat(layers[0].getHelper()).isSameAs(first).isInstanceOf(CudnnConvolution.class);
    }

    private static Layer[] resNet18() {
        ComputationGraph network = new ComputationGraph(
                NetworkBuilder.untrained(Architecture.named("resnet18"), new NetworkShape(1, 32, 2)));
        network.init();
        return network.getLayers();
    }

    /** Stands in for the helper of convolutions. */
    public static final class CudnnConvolution extends MKLDNNConvHelper {
        public CudnnConvolution(DataType type) {
            super(type);
        }
    }

    /** Stands in for the helper of batch normalizations. */
    public static final class CudnnBatchNormalization extends MKLDNNBatchNormHelper {
        public CudnnBatchNormalization(DataType type) {
            super(type);
        }
    }

    /** Stands in for the helper of poolings. */
    public static final class CudnnPooling extends MKLDNNSubsamplingHelper {
        public CudnnPooling(DataType type) {
            super(type);
        }
    }
}
