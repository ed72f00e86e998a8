package io.github.powergrad.examples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

@DisplayName("The three-convolution network")
class ThreeConvolutionsTest {

    private static final double L2 = 0.5;

    private static ComputationGraph initialized(boolean batchNormalization, double learningRate) {
        ComputationGraph network = new ComputationGraph(NetworkBuilder.configuration(
                Architecture.threeConvolutions(8, batchNormalization), new NetworkShape(1, 28, 10),
                new NeuralNetConfiguration.Builder().seed(1).updater(new Sgd(learningRate)).l2(L2),
                new LossMCXENT(), false));
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
        ComputationGraph network = initialized(false, learningRate);
        float before = 0.02f;
        network.params().assign(before);
        // Equal logits everywhere and labels equal to the predictions leave the decay as the only gradient. Larger
        // parameters would make larger logits, which differ in their last bits on some processors.
        INDArray labels = Nd4j.valueArrayOf(new long[] {4, 10}, 0.1, DataType.FLOAT);
        network.fit(new INDArray[] {Nd4j.rand(DataType.FLOAT, 4, 1, 28, 28)}, new INDArray[] {labels});

        assertThat(network.params().toFloatVector()).usingComparatorWithPrecision(1e-7f)
                .containsOnly((float) (before * (1 - learningRate * L2)));
    }

    @Test
    void gives_the_logits_of_its_softmax() {
        for (boolean batchNormalization : new boolean[] {false, true}) {
            ComputationGraph network = initialized(batchNormalization, 1);
            INDArray[] images = {Nd4j.rand(DataType.FLOAT, 5, 1, 28, 28)};

            INDArray logits = network.output(List.of(NetworkBuilder.LOGITS), false, images, null)[0];
            assertThat(Nd4j.nn().softmax(logits, 1).equalsWithEps(network.outputSingle(images), 1e-6)).isTrue();
        }
    }

    @Test
    void starts_with_the_weights_of_the_same_layers_in_a_row() {
        MultiLayerNetwork row = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(1).list()
                .layer(convolution(8)).layer(convolution(16)).layer(convolution(16))
                .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                .layer(new OutputLayer.Builder(new LossMCXENT()).nOut(10).activation(Activation.SOFTMAX)
                        .weightInit(WeightInit.XAVIER).build())
                .setInputType(InputType.convolutional(28, 28, 1)).build());
        row.init();

        assertThat(initialized(false, 1).params()).isEqualTo(row.params());
    }

    private static ConvolutionLayer convolution(int channels) {
        return new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(channels).convolutionMode(ConvolutionMode.Same)
                .weightInit(WeightInit.RELU).activation(Activation.RELU).build();
    }

    @Test
    void is_one_of_the_architectures_with_any_number_of_channels() {
        assertThat(Architecture.named("conv3-32-bn").widths).containsExactly(32, 64, 64);
        assertThat(Architecture.named("conv3-8").normalized).isFalse();
        assertThatThrownBy(() -> Architecture.named("conv3-513")).hasMessageStartingWith("model must be one of");
    }

    @Test
    void refuses_fewer_than_1_channel() {
        assertThatThrownBy(() -> Architecture.threeConvolutions(0, false))
                .hasMessage("width must be in [1, 512], got 0");
    }
}
