package io.github.powergrad.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Nesterovs;

/** That the layers compute what Deeplearning4j's do is tested in the module fast-cpu. */
@DisplayName("Fast layers")
class FastLayersTest {

    private final ComputationGraph network = new ComputationGraph(NetworkBuilder.configuration(
            Architecture.named("resnet20"), new NetworkShape(3, 32, 10),
            new NeuralNetConfiguration.Builder().updater(new Nesterovs(0.01, 0.9)).seed(1), new LossPowerGrad(0.3), false));

    @AfterEach
    void on_the_processor_again() {
        System.clearProperty(CudaOption.PROPERTY);
    }

    @Test
    void run_in_every_convolution_and_normalization_of_a_resnet_and_leave_the_configuration_alone() {
        network.init();
        String before = network.getConfiguration().toJson();
        FastLayers.installIn(network);
        assertThat(FastLayers.describe(network)).startsWith("oneDNN: ");
        assertThat(slow()).isEmpty();
        assertThat(network.getConfiguration().toJson()).isEqualTo(before);
    }

    @Test
    void are_not_those_of_the_processor_on_a_gpu() {
        network.init();
        System.setProperty(CudaOption.PROPERTY, "11.6");
        FastLayers.installIn(network);
        assertThat(FastLayers.describe(network)).startsWith("cuDNN: none of ");
        assertThat(slow()).hasSize(42);
    }

    /** The layers for which there is a faster one. */
    private String[] slow() {
        return Arrays.stream(network.getLayers()).map(layer -> layer.getClass().getSimpleName())
                .filter(name -> name.equals("ConvolutionLayer") || name.equals("BatchNormalization")).toArray(String[]::new);
    }
}
