package io.github.powergrad.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

@DisplayName("oneDNN")
class OneDnnTest {

    private static final int STEPS = 20;

    @BeforeAll
    static void onlyWhereItIsThere() {
        assumeTrue(CpuBackend.usesOneDnn(), "no oneDNN on this platform");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void trains_to_the_same_weights_as_the_code_without_it(boolean batchNormalization) {
        ComputationGraph with = network(batchNormalization, "false");
        ComputationGraph without = network(batchNormalization, "true");
        assertThat(((ConvolutionLayer) with.getLayer(0)).getHelper()).isInstanceOf(MKLDNNConvHelper.class);
        assertThat(((ConvolutionLayer) without.getLayer(0)).getHelper()).isNull();
        INDArray initial = with.params().dup();
        assertThat(without.params()).isEqualTo(initial);

        Nd4j.getRandom().setSeed(5);
        for (int step = 0; step < STEPS; step++) {
            INDArray images = Nd4j.randn(DataType.FLOAT, 32, 1, 28, 28);
            INDArray labels = Nd4j.zeros(DataType.FLOAT, 32, 10);
            for (int row = 0; row < 32; row++) {
                labels.putScalar(row, (row + step) % 10, 1);
            }
            with.fit(new INDArray[] {images}, new INDArray[] {labels});
            without.fit(new INDArray[] {images}, new INDArray[] {labels});
        }

        double moved = with.params().distance2(initial);
        double apart = with.params().distance2(without.params());
        assertThat(moved).isGreaterThan(0.1);
        assertThat(apart / moved).isLessThan(1e-3);
    }

    /** Layers decide when they are made whether they use oneDNN. */
    private static ComputationGraph network(boolean batchNormalization, String helpersDisabled) {
        String before = System.getProperty(CpuBackend.HELPERS_DISABLED);
        System.setProperty(CpuBackend.HELPERS_DISABLED, helpersDisabled);
        try {
            ComputationGraph network = new ComputationGraph(NetworkBuilder.configuration(
                    Architecture.threeConvolutions(8, batchNormalization), new NetworkShape(1, 28, 10),
                    new NetworkBuilder.Fitting().loss(new LossPowerGrad(0.25)).updater(new Nesterovs(0.02, 0.9))
                            .weightDecay(5e-4).seed(1)));
            network.init();
            return network;
        } finally {
            System.setProperty(CpuBackend.HELPERS_DISABLED, before);
        }
    }
}
