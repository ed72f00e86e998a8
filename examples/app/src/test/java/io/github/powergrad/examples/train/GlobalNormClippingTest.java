package io.github.powergrad.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.LossPowerGrad;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

@DisplayName("Clipping by the norm of the whole gradient")
class GlobalNormClippingTest {

    /** What a step of SGD at rate 1 takes off the parameters: the mean gradient. */
    private static INDArray step(double largestNorm) {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().seed(1)
                .dataType(DataType.DOUBLE).updater(new Sgd(1)).graphBuilder().addInputs("in")
                .addLayer("hidden", new DenseLayer.Builder().nIn(3).nOut(4).activation(Activation.TANH).build(), "in")
                .addLayer("out", new OutputLayer.Builder(new LossPowerGrad()).nIn(4).nOut(2)
                        .activation(Activation.SOFTMAX).build(), "hidden")
                .setOutputs("out").build());
        network.init();
        network.setListeners(new GlobalNormClipping(largestNorm));
        INDArray before = network.params().dup();
        INDArray features = Nd4j.createFromArray(new double[][] {{1, -2, 3}, {2, 2, -1}, {0, 1, 4}, {-3, 1, 1}});
        INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}, {1, 0}, {1, 0}});
        network.fit(new DataSet(features, labels));
        return before.sub(network.params());
    }

    @Test
    void scales_a_larger_mean_gradient_down_to_the_norm_and_keeps_its_direction() {
        INDArray whole = step(1e9);
        double norm = whole.norm2Number().doubleValue();

        INDArray clipped = step(norm / 2);

        assertThat(clipped.norm2Number().doubleValue()).isCloseTo(norm / 2, within(1e-9));
        assertThat(clipped.mul(2).equalsWithEps(whole, 1e-9)).isTrue();
    }

    @Test
    void leaves_a_smaller_gradient_alone() {
        INDArray whole = step(1e9);

        assertThat(step(1.01 * whole.norm2Number().doubleValue())).isEqualTo(whole);
    }
}
