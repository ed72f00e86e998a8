package io.github.powergrad.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

@DisplayName("Cross-entropy at a temperature")
class TemperatureCrossEntropyTest {

    private static final double ALPHA = 0.25;
    private static final IActivation SOFTMAX = new ActivationSoftmax();

    private final TemperatureCrossEntropy loss = new TemperatureCrossEntropy(ALPHA);
    private final INDArray logits = Nd4j.createFromArray(new double[][] {{1.5, -2, 0.3}, {-0.4, 3, 2.2}});
    private final INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0, 0}, {0, 0, 1}});

    private double score(INDArray at) {
        return loss.computeScore(labels, at.dup(), SOFTMAX, null, false);
    }

    @Test
    void has_the_score_of_the_scaled_logits() {
        assertThat(score(logits)).isCloseTo(
                new LossMCXENT().computeScore(labels, logits.mul(ALPHA), SOFTMAX, null, false), within(1e-12));
    }

    @Test
    void has_the_gradient_that_finite_differences_of_the_score_give() {
        INDArray gradient = loss.computeGradient(labels, logits, SOFTMAX, null);
        double step = 1e-5;
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 3; column++) {
                INDArray above = logits.dup();
                above.putScalar(row, column, logits.getDouble(row, column) + step);
                INDArray below = logits.dup();
                below.putScalar(row, column, logits.getDouble(row, column) - step);
                assertThat(gradient.getDouble(row, column))
                        .isCloseTo((score(above) - score(below)) / (2 * step), within(1e-8));
            }
        }
    }

    @Test
    void has_alpha_times_the_gradient_of_the_transform() {
        INDArray transform = new LossPowerGrad(ALPHA).computeGradient(labels, logits, SOFTMAX, null);

        assertThat(loss.computeGradient(labels, logits, SOFTMAX, null)
                .equalsWithEps(transform.mul(ALPHA), 1e-12)).isTrue();
    }

    private static ComputationGraphConfiguration configuration(ILossFunction loss, double learningRate, double decay) {
        return NetworkBuilder.configuration(Architecture.threeConvolutions(4, false), new NetworkShape(1, 12, 10),
                new NetworkBuilder.Fitting().loss(loss).updater(new Nesterovs(learningRate, 0.9)).weightDecay(decay)
                        .seed(1));
    }

    /** The weights after some steps of SGD with momentum, on images that depend on nothing. */
    private static INDArray trained(ILossFunction loss, double learningRate, double decay) {
        ComputationGraph network = new ComputationGraph(configuration(loss, learningRate, decay));
        network.init();
        Nd4j.getRandom().setSeed(5);
        for (int step = 0; step < 20; step++) {
            INDArray images = Nd4j.randn(DataType.FLOAT, 16, 1, 12, 12);
            INDArray classes = Nd4j.zeros(DataType.FLOAT, 16, 10);
            for (int row = 0; row < 16; row++) {
                classes.putScalar(row, (row + step) % 10, 1);
            }
            network.fit(new INDArray[] {images}, new INDArray[] {classes});
        }
        return network.params();
    }

    @Test
    void trains_as_the_transform_does_with_the_rate_divided_and_the_decay_multiplied_by_alpha() {
        INDArray transform = trained(new LossPowerGrad(ALPHA), 0.05, 0.01);

        assertThat(trained(new TemperatureCrossEntropy(ALPHA), 0.05 / ALPHA, 0.01 * ALPHA)
                .equalsWithEps(transform, 1e-4)).isTrue();
        assertThat(trained(new TemperatureCrossEntropy(ALPHA), 0.05 / ALPHA, 0.01)
                .equalsWithEps(transform, 1e-3)).as("with the decay left as it is").isFalse();
    }

    @Test
    void is_read_from_a_configuration_as_it_was_written() {
        ComputationGraphConfiguration configuration = configuration(loss, 0.1, 0);

        assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    }

    @Test
    void needs_an_alpha_above_0() {
        assertThatThrownBy(() -> new TemperatureCrossEntropy(0)).hasMessageContaining("above 0, got 0.0");
        assertThatThrownBy(() -> new TemperatureCrossEntropy(Double.NaN)).hasMessageContaining("got NaN");
    }
}
