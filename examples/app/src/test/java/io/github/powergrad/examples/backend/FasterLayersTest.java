package io.github.powergrad.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;

@DisplayName("Faster layers")
class FasterLayersTest {

    private static final double EPS = 1e-5;

    @BeforeAll
    static void onlyWhereOneDnnIs() {
        assumeTrue(CpuBackend.usesOneDnn(), "no oneDNN on this platform");
    }

    private static ComputationGraph network(DataType type, int imageSize) {
        ComputationGraph network = new ComputationGraph(NetworkBuilder.configuration(Architecture.named("resnet20"),
                new NetworkShape(3, imageSize, 10), new NetworkBuilder.Fitting().loss(new LossPowerGrad(0.3))
                        .updater(new Nesterovs(0.01, 0.9)).weightDecay(5e-4).type(type).seed(1).zeroLastGamma(false)));
        network.init();
        return network;
    }

    private static INDArray[] images(DataType type, int count, int size) {
        Nd4j.getRandom().setSeed(count);
        return new INDArray[] {Nd4j.randn(DataType.FLOAT, count, 3, size, size).castTo(type)};
    }

    private static INDArray[] labels(DataType type, int count) {
        INDArray labels = Nd4j.zeros(type, count, 10);
        for (int row = 0; row < count; row++) {
            labels.putScalar(row, row % 10, 1);
        }
        return new INDArray[] {labels};
    }

    private static INDArray gradient(ComputationGraph network, INDArray[] images, INDArray[] labels) {
        network.setInputs(images);
        network.setLabels(labels);
        network.computeGradientAndScore();
        return network.getFlattenedGradients().dup().castTo(DataType.DOUBLE);
    }

    /** At 8x8 the last stage has planes of four numbers, which oneDNN keeps. */
    @ParameterizedTest
    @CsvSource({"32, 8", "32, 1", "8, 5"})
    void give_the_gradient_of_the_layers_without_any_helper_in_double(int imageSize, int count) {
        ComputationGraph reference = network(DataType.DOUBLE, imageSize);
        ComputationGraph stock = network(DataType.FLOAT, imageSize);
        ComputationGraph faster = network(DataType.FLOAT, imageSize);
        FasterLayers.in(faster.getLayers());
        stock.setParams(reference.params().castTo(DataType.FLOAT));
        faster.setParams(reference.params().castTo(DataType.FLOAT));

        INDArray expected = gradient(reference, images(DataType.DOUBLE, count, imageSize), labels(DataType.DOUBLE, count));
        INDArray ofStock = gradient(stock, images(DataType.FLOAT, count, imageSize), labels(DataType.FLOAT, count));
        INDArray actual = gradient(faster, images(DataType.FLOAT, count, imageSize), labels(DataType.FLOAT, count));

        double error = actual.distance2(expected) / expected.norm2Number().doubleValue();
        double ofStockError = ofStock.distance2(expected) / expected.norm2Number().doubleValue();
        assertThat(error).isLessThan(1e-5).isLessThan(2 * ofStockError + 1e-7);
        assertThat(faster.score()).isCloseTo(reference.score(), within(1e-5 * reference.score()));
    }

    @Test
    void are_put_where_there_are_convolutions_and_batch_normalizations_and_leave_the_configuration_alone() {
        ComputationGraph network = network(DataType.FLOAT, 32);
        String before = network.getConfiguration().toJson();
        FasterLayers.in(network.getLayers());
        Object[] helpers = Arrays.stream(network.getLayers()).map(Layer::getHelper).toArray();
        assertThat(helpers).hasAtLeastOneElementOfType(BatchNormalizationByPlanes.class)
                .hasAtLeastOneElementOfType(ConvolutionOnce.class);
        assertThat(Arrays.stream(helpers).filter(BatchNormalizationByPlanes.class::isInstance)).hasSize(21);
        assertThat(Arrays.stream(helpers).filter(ConvolutionOnce.class::isInstance)).hasSize(21);
        assertThat(network.getConfiguration().toJson()).isEqualTo(before);
    }

    @Test
    void train_minibatches_of_changing_size_and_do_not_change_what_the_network_answers() {
        ComputationGraph network = network(DataType.FLOAT, 16);
        FasterLayers.in(network.getLayers());
        for (int count : new int[] {6, 3, 6, 1, 9}) {
            network.fit(images(DataType.FLOAT, count, 16), labels(DataType.FLOAT, count));
            assertThat(network.score()).isFinite();
            network.output(images(DataType.FLOAT, count + 1, 16)); // between the steps, as evaluation does
        }
        ComputationGraph stock = network(DataType.FLOAT, 16);
        stock.setParams(network.params());
        assertThat(network.outputSingle(images(DataType.FLOAT, 4, 16)))
                .isEqualTo(stock.outputSingle(images(DataType.FLOAT, 4, 16)));
    }

    /** One layer by itself: y, dx, dGamma, dBeta, mean, variance. */
    private static final class Normalized {

        final INDArray y;
        final INDArray dx;
        final INDArray dGamma = Nd4j.zeros(DataType.FLOAT, 1, 3);
        final INDArray dBeta = Nd4j.zeros(DataType.FLOAT, 1, 3);

        Normalized(BatchNormalizationByPlanes helper, INDArray x, INDArray dy, INDArray gamma, INDArray beta) {
            LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
            INDArray running = Nd4j.zeros(DataType.FLOAT, 1, 3);
            y = helper.preOutput(x, true, x.shape(), gamma, beta, running, running, 0.9, EPS, CNN2DFormat.NCHW, none);
            Pair<Gradient, INDArray> back =
                    helper.backpropGradient(x, dy, x.shape(), gamma, beta, dGamma, dBeta, EPS, CNN2DFormat.NCHW, none);
            dx = back.getSecond();
            assertThat(back.getFirst().getGradientFor("gamma")).isSameAs(dGamma);
            assertThat(back.getFirst().getGradientFor("beta")).isSameAs(dBeta);
        }
    }

    /** The definition, in double, one channel after the other. */
    private static void assertNormalized(INDArray x, INDArray dy) {
        assertNormalized(new BatchNormalizationByPlanes(), x, dy);
    }

    private static void assertNormalized(BatchNormalizationByPlanes helper, INDArray x, INDArray dy) {
        INDArray gamma = Nd4j.createFromArray(new float[][] {{1.5f, -0.3f, 0.8f}});
        INDArray beta = Nd4j.createFromArray(new float[][] {{0.1f, 2, -1}});
        Normalized actual = new Normalized(helper, x, dy, gamma, beta);
        for (int c = 0; c < 3; c++) {
            double[] in = channel(x, c);
            double[] d = channel(dy, c);
            double mean = Arrays.stream(in).average().orElseThrow();
            double variance = Arrays.stream(in).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
            double deviation = Math.sqrt(variance + EPS);
            double sum = Arrays.stream(d).sum();
            double product = 0;
            for (int i = 0; i < in.length; i++) {
                product += d[i] * (in[i] - mean) / deviation;
            }
            double[] y = channel(actual.y, c);
            double[] dx = channel(actual.dx, c);
            for (int i = 0; i < in.length; i++) {
                double normal = (in[i] - mean) / deviation;
                assertThat(y[i]).isCloseTo(gamma.getDouble(c) * normal + beta.getDouble(c), within(2e-4));
                assertThat(dx[i]).isCloseTo(gamma.getDouble(c) / deviation
                        * (d[i] - sum / in.length - normal * product / in.length), within(2e-4 / deviation));
            }
            assertThat(actual.dBeta.getDouble(c)).isCloseTo(sum, within(1e-5 * in.length));
            assertThat(actual.dGamma.getDouble(c)).isCloseTo(product, within(1e-4 * in.length));
            assertThat(helper.getMeanCache(DataType.FLOAT).getDouble(c)).isCloseTo(mean, within(1e-6 * (1 + Math.abs(mean))));
            assertThat(helper.getVarCache(DataType.FLOAT).getDouble(c)).isCloseTo(variance, within(1e-5 * variance));
        }
    }

    private static double[] channel(INDArray images, int c) {
        return images.castTo(DataType.DOUBLE).tensorAlongDimension(c, 0, 2, 3).dup('c').ravel().toDoubleVector();
    }

    @Test
    void normalize_by_the_definition_whatever_the_mean_and_the_layout_of_the_gradient() {
        Nd4j.getRandom().setSeed(3);
        INDArray x = Nd4j.randn(DataType.FLOAT, 7, 3, 5, 6);
        INDArray dy = Nd4j.randn(DataType.FLOAT, 7, 3, 5, 6);
        assertNormalized(x, dy);
        assertNormalized(x.add(1000), dy);
        assertNormalized(x.mul(1e-2).addi(3), dy.dup('f'));
        assertNormalized(x, Nd4j.randn(DataType.FLOAT, 3, 7, 5, 6).permute(1, 0, 2, 3));
        INDArray wide = Nd4j.randn(DataType.FLOAT, 9, 3, 5, 6);
        assertNormalized(wide.get(NDArrayIndex.interval(2, 9)), dy);
    }

    @Test
    void leave_small_planes_to_one_dnn_also_after_large_ones() {
        Nd4j.getRandom().setSeed(4);
        BatchNormalizationByPlanes helper = new BatchNormalizationByPlanes();
        for (int size : new int[] {6, 2, 5, 1, 4}) {
            assertNormalized(helper, Nd4j.randn(DataType.FLOAT, 50, 3, size, size),
                    Nd4j.randn(DataType.FLOAT, 50, 3, size, size));
        }
    }
}
