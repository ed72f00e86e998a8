package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

@DisplayName("A two-layer perceptron trained in DOUBLE")
class PlainArithmeticParityTest {

    private static final int STEPS = 50;
    private static final int BATCH = 7;
    private static final int INPUTS = 4;
    private static final int HIDDEN = 6;
    private static final int CLASSES = 3;
    private static final double LEARNING_RATE = 0.1;
    private static final double MOMENTUM = 0.9;

    /** One minibatch; a mask of null counts every example. */
    private static final class Minibatch {
        final double[][] x = new double[BATCH][INPUTS];
        final double[][] q = new double[BATCH][CLASSES];
        final double[] mask;

        Minibatch(Random random, boolean masked) {
            mask = masked ? new double[BATCH] : null;
            for (int n = 0; n < BATCH; n++) {
                int label = random.nextInt(CLASSES);
                q[n][label] = 1;
                for (int i = 0; i < INPUTS; i++) {
                    x[n][i] = random.nextGaussian() + (i == label ? 1.5 : 0);
                }
                if (masked) {
                    mask[n] = n == 0 || random.nextBoolean() ? 1 : 0;
                }
            }
        }
    }

    /** The training written out: no ND4J, and nothing of the library. */
    private static final class PlainPerceptron {
        final double[][] w1;
        final double[] b1;
        final double[][] w2;
        final double[] b2;
        private final double[][] v1 = new double[INPUTS][HIDDEN];
        private final double[] vb1 = new double[HIDDEN];
        private final double[][] v2 = new double[HIDDEN][CLASSES];
        private final double[] vb2 = new double[CLASSES];

        PlainPerceptron(double[][] w1, double[] b1, double[][] w2, double[] b2) {
            this.w1 = w1;
            this.b1 = b1;
            this.w2 = w2;
            this.b2 = b2;
        }

        void step(Minibatch batch, double alpha, double smoothing, double[] classWeights) {
            double[][] g1 = new double[INPUTS][HIDDEN];
            double[] gb1 = new double[HIDDEN];
            double[][] g2 = new double[HIDDEN][CLASSES];
            double[] gb2 = new double[CLASSES];
            for (int n = 0; n < BATCH; n++) {
                double[] hidden = new double[HIDDEN];
                for (int h = 0; h < HIDDEN; h++) {
                    double sum = b1[h];
                    for (int i = 0; i < INPUTS; i++) {
                        sum += batch.x[n][i] * w1[i][h];
                    }
                    hidden[h] = Math.tanh(sum);
                }
                double[] p = new double[CLASSES];
                double total = 0;
                for (int c = 0; c < CLASSES; c++) {
                    double logit = b2[c];
                    for (int h = 0; h < HIDDEN; h++) {
                        logit += hidden[h] * w2[h][c];
                    }
                    p[c] = Math.exp(logit);
                    total += p[c];
                }
                double powers = 0;
                for (int c = 0; c < CLASSES; c++) {
                    p[c] /= total;
                    powers += Math.pow(p[c], alpha);
                }
                double[] target = new double[CLASSES];
                double share = 0;
                for (int c = 0; c < CLASSES; c++) {
                    target[c] = classWeights[c] * ((1 - smoothing) * batch.q[n][c] + smoothing / CLASSES);
                    share += target[c];
                }
                double[] atHidden = new double[HIDDEN];
                for (int c = 0; c < CLASSES; c++) {
                    // eq. (1) and (2), as the paper writes them
                    double atLogit = share * Math.pow(p[c], alpha) / powers - target[c];
                    if (batch.mask != null) {
                        atLogit *= batch.mask[n];
                    }
                    gb2[c] += atLogit / BATCH;
                    for (int h = 0; h < HIDDEN; h++) {
                        g2[h][c] += hidden[h] * atLogit / BATCH;
                        atHidden[h] += w2[h][c] * atLogit;
                    }
                }
                for (int h = 0; h < HIDDEN; h++) {
                    double atSum = atHidden[h] * (1 - hidden[h] * hidden[h]);
                    gb1[h] += atSum / BATCH;
                    for (int i = 0; i < INPUTS; i++) {
                        g1[i][h] += batch.x[n][i] * atSum / BATCH;
                    }
                }
            }
            for (int i = 0; i < INPUTS; i++) {
                update(w1[i], v1[i], g1[i]);
            }
            update(b1, vb1, gb1);
            for (int h = 0; h < HIDDEN; h++) {
                update(w2[h], v2[h], g2[h]);
            }
            update(b2, vb2, gb2);
        }

        /** Nesterov momentum with the look-ahead written at the weights: v' = mu v - lr g, w += (1 + mu) v' - mu v. */
        private static void update(double[] weights, double[] velocity, double[] gradient) {
            for (int i = 0; i < weights.length; i++) {
                double before = velocity[i];
                velocity[i] = MOMENTUM * before - LEARNING_RATE * gradient[i];
                weights[i] += (1 + MOMENTUM) * velocity[i] - MOMENTUM * before;
            }
        }
    }

    static Stream<Arguments> settings() {
        List<Arguments> all = new ArrayList<>();
        for (double alpha : new double[] {1, 0.3, 0.05}) {
            for (double smoothing : new double[] {0, 0.1}) {
                for (boolean weighted : new boolean[] {false, true}) {
                    for (boolean masked : new boolean[] {false, true}) {
                        all.add(Arguments.of(alpha, smoothing, weighted, masked));
                    }
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "alpha {0}, label smoothing {1}, class weights {2}, masks {3}")
    @MethodSource("settings")
    @DisplayName("has after 50 steps of SGD with momentum the weights of the same training in plain Java:")
    void hasTheWeightsOfPlainJava(double alpha, double smoothing, boolean weighted, boolean masked) {
        double[] classWeights = weighted ? new double[] {0.5, 2, 1.25} : new double[] {1, 1, 1};
        MultiLayerNetwork net = network(LossPowerGrad.builder().alpha(alpha).labelSmoothing(smoothing)
                .weights(weighted ? Nd4j.createFromArray(classWeights) : null).build());
        PlainPerceptron plain = new PlainPerceptron(net.getParam("0_W").toDoubleMatrix(),
                net.getParam("0_b").toDoubleVector(), net.getParam("1_W").toDoubleMatrix(),
                net.getParam("1_b").toDoubleVector());
        INDArray before = net.params().dup();
        Random random = new Random(42);
        for (int step = 0; step < STEPS; step++) {
            Minibatch batch = new Minibatch(random, masked);
            net.fit(new DataSet(Nd4j.createFromArray(batch.x), Nd4j.createFromArray(batch.q), null,
                    masked ? Nd4j.createFromArray(batch.mask).reshape(BATCH, 1) : null));
            plain.step(batch, alpha, smoothing, classWeights);
        }
        assertThat(net.params().distance2(before)).as("training moved the weights").isGreaterThan(0.1);
        assertSame("W of the hidden layer", net.getParam("0_W"), plain.w1);
        assertSame("b of the hidden layer", net.getParam("0_b"), plain.b1);
        assertSame("W of the output layer", net.getParam("1_W"), plain.w2);
        assertSame("b of the output layer", net.getParam("1_b"), plain.b2);
    }

    private static MultiLayerNetwork network(LossPowerGrad loss) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(12)
                .dataType(DataType.DOUBLE).updater(new Nesterovs(LEARNING_RATE, MOMENTUM)).list()
                .layer(new DenseLayer.Builder().nIn(INPUTS).nOut(HIDDEN).activation(Activation.TANH).build())
                .layer(new OutputLayer.Builder(loss).nIn(HIDDEN).nOut(CLASSES).activation(Activation.SOFTMAX).build())
                .build());
        net.init();
        return net;
    }

    private static void assertSame(String parameter, INDArray actual, double[]... expected) {
        for (int row = 0; row < expected.length; row++) {
            double[] values = expected.length == 1 ? actual.toDoubleVector() : actual.getRow(row).toDoubleVector();
            assertThat(values).as(parameter).containsExactly(expected[row], within(1e-10));
        }
    }
}
