package io.github.powergrad.examples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

@DisplayName("The three-convolution network")
class ThreeConvolutionNetworkTest {

    private static final double L2 = 0.5;

    private static MultiLayerNetwork initialized(boolean batchNormalization, double learningRate) {
        MultiLayerNetwork network = new MultiLayerNetwork(new ThreeConvolutionNetwork(8, batchNormalization, 28, 28, 10)
                .trainable(new LossMCXENT(), new Sgd(learningRate), L2, 1));
        network.init();
        return network;
    }

    @Test
    void has_3738_parameters_at_8_channels_without_normalization() {
        // 8(9 + 1) + 16(8*9 + 1) + 16(16*9 + 1) + 10(16 + 1)
        assertThat(initialized(false, 1).numParams()).isEqualTo(80 + 1168 + 2320 + 170);
    }

    @Test
    void has_scale_shift_mean_and_variance_in_place_of_convolution_biases_with_batch_normalization() {
        assertThat(initialized(true, 1).numParams()).isEqualTo(3738 + 3 * (8 + 16 + 16));
    }

    @Test
    void decays_weights_and_biases_through_the_gradient() {
        double learningRate = 0.1;
        MultiLayerNetwork network = initialized(false, learningRate);
        float before = 0.02f;
        network.params().assign(before);
        // Equal logits everywhere and labels equal to the predictions leave the decay as the only gradient. Larger
        // parameters would make larger logits, which differ in their last bits on some processors.
        INDArray labels = Nd4j.valueArrayOf(new long[] {4, 10}, 0.1, DataType.FLOAT);
        network.fit(Nd4j.rand(DataType.FLOAT, 4, 1, 28, 28), labels);

        assertThat(network.params().toFloatVector()).usingComparatorWithPrecision(1e-7f)
                .containsOnly((float) (before * (1 - learningRate * L2)));
    }

    @Test
    void gives_its_logits_through_the_network_without_the_loss_layer() {
        for (boolean batchNormalization : new boolean[] {false, true}) {
            MultiLayerNetwork network = initialized(batchNormalization, 1);
            MultiLayerNetwork logits =
                    new MultiLayerNetwork(new ThreeConvolutionNetwork(8, batchNormalization, 28, 28, 10).logits());
            logits.init(network.params(), false);
            INDArray images = Nd4j.rand(DataType.FLOAT, 5, 1, 28, 28);

            INDArray softmax = Nd4j.nn().softmax(logits.output(images), 1);
            assertThat(softmax.equalsWithEps(network.output(images), 1e-6)).isTrue();
        }
    }

    @Test
    void refuses_fewer_than_1_channel() {
        assertThatThrownBy(() -> new ThreeConvolutionNetwork(0, false, 28, 28, 10))
                .hasMessage("channels must be at least 1, got 0");
    }
}
