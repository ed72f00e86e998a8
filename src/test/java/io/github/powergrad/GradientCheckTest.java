package io.github.powergrad;

import static io.github.powergrad.LossPowerGradTest.SOFTMAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.gradientcheck.GradientCheckUtil.MLNConfig;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.ILossFunction;

@DisplayName("Finite differences agree with the gradient of")
class GradientCheckTest {

    @BeforeAll
    static void gradientCheckUtilAsksForDouble() {
        Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    }

    @AfterAll
    static void backToTheDefault() {
        Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }

    private static MultiLayerNetwork network(ILossFunction loss) {
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE)
                .seed(7).updater(new NoOp()).dist(new NormalDistribution(0, 1)).list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder(loss).nIn(5).nOut(3).activation(Activation.SOFTMAX).build())
                .build();
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init();
        return network;
    }

    private static boolean passesDl4jsCheck(ILossFunction loss, INDArray labels, INDArray mask) {
        INDArray features = Nd4j.rand(DataType.DOUBLE, 6, 4);
        return GradientCheckUtil.checkGradients(new MLNConfig().net(network(loss)).input(features).labels(labels)
                .labelMask(mask).epsilon(1e-6).maxRelError(1e-5).minAbsoluteError(1e-9).exitOnFirstError(true)
                .print(GradientCheckUtil.PrintMode.ZEROS));
    }

    private static INDArray oneHot() {
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 3);
        for (int n = 0; n < 6; n++) {
            labels.putScalar(n, n % 3, 1);
        }
        return labels;
    }

    @Test
    @DisplayName("the loss itself at alpha = 1, by DL4J's own check: dense, weighted, smoothed, masked, sparse")
    void alphaOneIsTheGradientOfTheScore() {
        INDArray weights = Nd4j.createFromArray(0.5, 1.0, 2.0);
        INDArray mask = Nd4j.createFromArray(new double[][] {{1}, {0}, {1}, {1}, {0}, {1}});
        INDArray indices = Nd4j.createFromArray(new double[][] {{0}, {1}, {2}, {0}, {1}, {2}});

        assertThat(passesDl4jsCheck(new LossPowerGrad(1), oneHot(), null)).isTrue();
        assertThat(passesDl4jsCheck(LossPowerGrad.builder().alpha(1).weights(weights).build(), oneHot(), null)).isTrue();
        assertThat(passesDl4jsCheck(LossPowerGrad.builder().alpha(1).labelSmoothing(0.2).build(), oneHot(), null))
                .isTrue();
        assertThat(passesDl4jsCheck(new LossPowerGrad(1), oneHot(), mask)).isTrue();
        assertThat(passesDl4jsCheck(new LossSparsePowerGrad(1), indices, null)).isTrue();
    }

    @Test
    @DisplayName("nothing but the surrogate below alpha = 1: DL4J's check against the score must fail there")
    void belowAlphaOneItIsNotTheGradientOfTheScore() {
        assertThat(passesDl4jsCheck(new LossPowerGrad(0.3), oneHot(), null)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("io.github.powergrad.LossPowerGradTest#seeds")
    @DisplayName("the surrogate S(z) = logsumexp(alpha z)/alpha - q z at alpha < 1: dense, weighted, smoothed, masked")
    void belowAlphaOneItIsTheGradientOfTheSurrogate(int seed) {
        LossPowerGradTest.Batch batch = new LossPowerGradTest.Batch(seed - seed % 4 + 1); // moderate logits
        double epsilon = seed % 2 == 0 ? 0 : 0.1;
        for (double alpha : new double[] {0.05, 0.25, 0.3, 0.7, 1}) {
            LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).weights(batch.weights())
                    .labelSmoothing(epsilon).build();
            double[][] gradient = Reference.rows(loss.computeGradient(batch.labels(DataType.DOUBLE),
                    batch.logits(DataType.DOUBLE), SOFTMAX, batch.mask()));
            for (int n = 0; n < batch.examples; n++) {
                double[] q = Reference.smoothed(batch.q[n], epsilon);
                for (int c = 0; c < batch.classes; c++) {
                    double step = 1e-5;
                    double[] above = batch.z[n].clone();
                    double[] below = batch.z[n].clone();
                    above[c] += step;
                    below[c] -= step;
                    double difference = (Reference.surrogate(above, q, alpha, batch.w)
                            - Reference.surrogate(below, q, alpha, batch.w)) / (2 * step);
                    double mask = batch.m == null ? 1 : batch.m[n];
                    assertThat(gradient[n][c]).isCloseTo(mask * difference, within(1e-8));
                }
            }
        }
    }
}
