package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.weightinit.impl.XavierInitScheme;

@DisplayName("SDPowerGrad")
class SDPowerGradTest {

    private static final IActivation SOFTMAX = new ActivationSoftmax();
    private static final double[] ALPHAS = {1, 0.3, 0.05, 0};

    /** A graph whose only trainable variable is the logits, so that their gradient can be read. */
    private static final class Graph {
        final SameDiff sd = SameDiff.create();
        final INDArray labels;
        final SDVariable z;
        final SDVariable q;

        Graph(INDArray logits, INDArray labels) {
            this.labels = labels;
            z = sd.var("z", logits.dup());
            long[] shape = labels.shape().clone();
            shape[0] = -1;
            q = sd.placeHolder("q", labels.dataType(), shape);
        }

        INDArray value(SDVariable loss) {
            return sd.outputSingle(Map.of("q", labels), loss.name()).dup();
        }

        INDArray gradient() {
            return gradientOf(sd, labels);
        }
    }

    private static INDArray gradientOf(SameDiff sd, INDArray labels) {
        return sd.calculateGradients(Map.of("q", labels), "z").get("z").dup();
    }

    private static INDArray logits(DataType type, double scale, long... shape) {
        Nd4j.getRandom().setSeed(11);
        return Nd4j.randn(DataType.DOUBLE, shape).muli(scale).castTo(type);
    }

    private static INDArray oneHot(DataType type, int examples, int classes) {
        INDArray q = Nd4j.zeros(type, examples, classes);
        for (int i = 0; i < examples; i++) {
            q.putScalar(i, (i * 7) % classes, 1);
        }
        return q;
    }

    private static LossPowerGrad layerLoss(double alpha, double smoothing) {
        return LossPowerGrad.builder().alpha(alpha).labelSmoothing(smoothing).build();
    }

    @Nested
    @DisplayName("forward")
    class Forward {

        @ParameterizedTest(name = "{0}")
        @EnumSource(LossReduce.class)
        @DisplayName("is sd.loss().softmaxCrossEntropy to the last bit, shape included, for every reduction")
        void isSoftmaxCrossEntropy(LossReduce reduce) {
            for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
                for (double smoothing : new double[] {0, 0.1}) {
                    Graph graph = new Graph(logits(type, 4, 6, 5), oneHot(type, 6, 5));
                    INDArray expected = graph.value(
                            graph.sd.loss().softmaxCrossEntropy(graph.q, graph.z, null, reduce, smoothing));
                    INDArray actual = graph.value(
                            SDPowerGrad.softmaxCrossEntropy(graph.sd, "ours", graph.q, graph.z, 0.25, smoothing, reduce));
                    assertThat(actual).isEqualTo(expected);
                    assertThat(actual.shape()).isEqualTo(expected.shape());
                    assertThat(actual.dataType()).isEqualTo(type);
                }
            }
        }

        @Test
        @DisplayName("has the default reduction of sd.loss().softmaxCrossEntropy")
        void hasTheDefaultReduction() {
            Graph graph = new Graph(logits(DataType.DOUBLE, 4, 6, 5), oneHot(DataType.DOUBLE, 6, 5));
            INDArray expected = graph.value(graph.sd.loss().softmaxCrossEntropy(graph.q, graph.z, null));
            INDArray actual = graph.value(SDPowerGrad.softmaxCrossEntropy(graph.sd, "ours", graph.q, graph.z, 0.25));
            assertThat(actual).isEqualTo(expected);
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
        @DisplayName("and its gradient stay finite for logits up to 3000 and ties of the largest, in every floating type")
        void isFiniteForLargeLogits(DataType type) {
            INDArray z = Nd4j.createFromArray(new double[][] {{1500, -1500, 0}, {-1500, 1500, 1500}, {-1500, 0, -1500}})
                    .castTo(type).sub(Nd4j.createFromArray(new double[][] {{0}, {0}, {1500}}).castTo(type));
            INDArray q = Nd4j.createFromArray(new double[][] {{0, 1, 0}, {0, 1, 0}, {0, 1, 0}}).castTo(type);
            Graph graph = new Graph(z, q);
            SDVariable loss = SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, 0.75, 0,
                    LossReduce.SUM);
            INDArray value = graph.value(loss);
            assertThat(value.dataType()).isEqualTo(type);
            assertThat(value.getDouble(0)).isCloseTo(3000 + Math.log(2), within(3000 * epsilon(type)));
            INDArray gradient = graph.gradient();
            assertThat(gradient.dataType()).isEqualTo(type);
            assertThat(gradient).isEqualTo(layerLoss(0.75, 0).computeGradient(q, z, SOFTMAX, null));
        }

        private double epsilon(DataType type) {
            switch (type) {
                case DOUBLE:
                    return 1e-14;
                case FLOAT:
                    return 1e-6;
                default:
                    return 8e-3;
            }
        }
    }

    @Nested
    @DisplayName("backward")
    class Backward {

        @ParameterizedTest(name = "{0}: within {1}")
        @CsvSource({"DOUBLE, 1e-12", "FLOAT, 1e-6"})
        @DisplayName("is LossPowerGrad's gradient, for every alpha and smoothing, one-hot, soft and unnormalized labels")
        void isLossPowerGrads(DataType type, double tolerance) {
            INDArray z = logits(type, 4, 6, 5);
            INDArray soft = Nd4j.nn().softmax(logits(type, 1, 6, 5).mul(2), 1);
            for (INDArray q : List.of(oneHot(type, 6, 5), soft, soft.mul(1.7))) {
                for (double alpha : ALPHAS) {
                    for (double smoothing : new double[] {0, 0.1}) {
                        Graph graph = new Graph(z, q);
                        SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, alpha, smoothing,
                                LossReduce.SUM);
                        INDArray expected = layerLoss(alpha, smoothing).computeGradient(q, z, SOFTMAX, null);
                        assertThat(graph.gradient().distance2(expected)).as("alpha %s, smoothing %s", alpha, smoothing)
                                .isLessThanOrEqualTo(tolerance);
                    }
                }
            }
        }

        @ParameterizedTest(name = "{0}: divided by {1}")
        @CsvSource({"NONE, 1", "SUM, 1", "MEAN_BY_WEIGHT, 6", "MEAN_BY_NONZERO_WEIGHT_COUNT, 6"})
        @DisplayName("is scaled as the reduction says")
        void isScaledAsTheReductionSays(LossReduce reduce, double divisor) {
            INDArray z = logits(DataType.DOUBLE, 4, 6, 5);
            INDArray q = oneHot(DataType.DOUBLE, 6, 5);
            Graph graph = new Graph(z, q);
            SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, 0.3, 0, reduce);
            INDArray expected = layerLoss(0.3, 0).computeGradient(q, z, SOFTMAX, null).div(divisor);
            assertThat(graph.gradient().distance2(expected)).isLessThanOrEqualTo(1e-12);
        }

        @Test
        @DisplayName("follows the chain rule through operations after the loss, such as weights for the examples")
        void followsTheChainRule() {
            INDArray z = logits(DataType.DOUBLE, 4, 3, 5);
            INDArray q = oneHot(DataType.DOUBLE, 3, 5);
            INDArray weights = Nd4j.createFromArray(2.0, 0, 1).reshape(3, 1);
            Graph graph = new Graph(z, q);
            SDVariable each = SDPowerGrad.softmaxCrossEntropy(graph.sd, "each", graph.q, graph.z, 0.3, 0,
                    LossReduce.NONE);
            graph.sd.setLossVariables(each.mul(graph.sd.constant(weights)).mean("loss"));
            INDArray expected = layerLoss(0.3, 0).computeGradient(q, z, SOFTMAX, null).mulColumnVector(weights).div(3);
            assertThat(graph.gradient().distance2(expected)).isLessThanOrEqualTo(1e-12);
        }

        @Test
        @DisplayName("takes each time step of [examples, time, classes] as an example")
        void takesSequences() {
            INDArray z = logits(DataType.DOUBLE, 4, 2, 3, 5);
            INDArray q = oneHot(DataType.DOUBLE, 6, 5).reshape(2, 3, 5);
            Graph graph = new Graph(z, q);
            SDVariable loss = SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, 0.3, 0.1,
                    LossReduce.MEAN_BY_WEIGHT);
            INDArray flatLogits = z.reshape(6, 5);
            INDArray flatLabels = q.reshape(6, 5);
            assertThat(graph.value(loss).getDouble(0)).isCloseTo(
                    LossPowerGrad.builder().labelSmoothing(0.1).softmaxClipEps(0).build()
                            .computeScore(flatLabels, flatLogits, SOFTMAX, null, true), within(1e-12));
            INDArray expected = layerLoss(0.3, 0.1).computeGradient(flatLabels, flatLogits, SOFTMAX, null).div(6);
            assertThat(graph.gradient().reshape(6, 5).distance2(expected)).isLessThanOrEqualTo(1e-12);
        }

        @Test
        @DisplayName("gives labels no gradient, not even trainable ones")
        void givesLabelsNoGradient() {
            SameDiff sd = SameDiff.create();
            SDVariable z = sd.var("z", logits(DataType.DOUBLE, 4, 6, 5));
            SDVariable q = sd.var("q", oneHot(DataType.DOUBLE, 6, 5));
            SDPowerGrad.softmaxCrossEntropy(sd, "loss", q, z, 0.3, 0.1, LossReduce.SUM);
            Map<String, INDArray> gradients = sd.calculateGradients(Map.of(), "z", "q");
            assertThat(gradients.get("z").norm1Number().doubleValue()).isGreaterThan(1);
            assertThat(gradients.get("q")).isEqualTo(Nd4j.zeros(DataType.DOUBLE, 6, 5));
        }

        @ParameterizedTest(name = "labels {0}, logits {1}")
        @CsvSource({"INT, DOUBLE", "FLOAT, DOUBLE", "DOUBLE, FLOAT", "BYTE, HALF", "FLOAT, BFLOAT16"})
        @DisplayName("takes labels of any numeric type")
        void takesLabelsOfAnyNumericType(DataType labelType, DataType type) {
            INDArray z = logits(type, 4, 6, 5);
            INDArray q = oneHot(DataType.FLOAT, 6, 5);
            Graph graph = new Graph(z, q.castTo(labelType));
            SDVariable loss = SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, 0.3, 0.1,
                    LossReduce.SUM);
            assertThat(graph.value(loss).dataType()).isEqualTo(type);
            INDArray expected = layerLoss(0.3, 0.1).computeGradient(q, z, SOFTMAX, null);
            double tolerance = type == DataType.DOUBLE ? 1e-12 : type == DataType.FLOAT ? 1e-6 : 8e-3;
            assertThat(graph.gradient().castTo(DataType.DOUBLE).distance2(expected.castTo(DataType.DOUBLE)))
                    .isLessThanOrEqualTo(tolerance);
        }
    }

    @Nested
    @DisplayName("in a graph")
    class InAGraph {

        @ParameterizedTest(name = "batch of {0}")
        @ValueSource(ints = {1, 2, 64})
        @DisplayName("one graph serves batches of any size")
        void servesAnyBatchSize(int examples) {
            SameDiff sd = SameDiff.create();
            SDVariable x = sd.placeHolder("x", DataType.DOUBLE, -1, 4);
            SDVariable q = sd.placeHolder("q", DataType.DOUBLE, -1, 3);
            SDVariable w = sd.var("w", logits(DataType.DOUBLE, 1, 4, 3));
            SDPowerGrad.softmaxCrossEntropy(sd, "loss", q, x.mmul(w), 0.3, 0.1,
                    LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT);
            for (int n : new int[] {5, examples}) {
                INDArray features = logits(DataType.DOUBLE, 1, n, 4);
                INDArray labels = oneHot(DataType.DOUBLE, n, 3);
                INDArray atLogits = layerLoss(0.3, 0.1)
                        .computeGradient(labels, features.mmul(w.getArr()), SOFTMAX, null).div(n);
                INDArray gradient = sd.calculateGradients(Map.of("x", features, "q", labels), "w").get("w");
                assertThat(gradient.distance2(features.transpose().mmul(atLogits))).isLessThanOrEqualTo(1e-12);
            }
        }

        @Test
        @DisplayName("the variable has the name given and is the loss, as with sd.loss().softmaxCrossEntropy")
        void isNamedAndMarkedAsLoss() {
            Graph graph = new Graph(logits(DataType.DOUBLE, 1, 2, 3), oneHot(DataType.DOUBLE, 2, 3));
            SDVariable loss = SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, 0.3);
            assertThat(loss.name()).isEqualTo("loss");
            assertThat(graph.sd.getVariable("loss")).isSameAs(loss);
            assertThat(graph.sd.getLossVariables()).containsExactly("loss");
        }

        @Test
        @DisplayName("a null name is generated, and a second loss in the same graph gets another")
        void generatesNames() {
            Graph graph = new Graph(logits(DataType.DOUBLE, 1, 2, 3), oneHot(DataType.DOUBLE, 2, 3));
            SDVariable first = SDPowerGrad.softmaxCrossEntropy(graph.sd, null, graph.q, graph.z, 0.3);
            SDVariable second = SDPowerGrad.softmaxCrossEntropy(graph.sd, null, graph.q, graph.z, 0.3);
            assertThat(graph.sd.getLossVariables()).containsExactly(first.name(), second.name()).doesNotHaveDuplicates();
            INDArray expected = layerLoss(0.3, 0).computeGradient(graph.labels, graph.z.getArr(), SOFTMAX, null);
            assertThat(graph.gradient().distance2(expected)).as("two means over two examples").isLessThan(1e-12);
        }

        @Test
        @DisplayName("the name goes into the name scope that is open")
        void goesIntoTheOpenNameScope() {
            Graph graph = new Graph(logits(DataType.DOUBLE, 1, 2, 3), oneHot(DataType.DOUBLE, 2, 3));
            try (var scope = graph.sd.withNameScope("head")) {
                SDVariable loss = SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, 0.3);
                assertThat(loss.name()).isEqualTo("head/loss");
            }
            assertThat(graph.sd.getLossVariables()).containsExactly("head/loss");
        }

        @Test
        @DisplayName("every intermediate variable lies under the name of the loss")
        void keepsIntermediatesUnderItsName() {
            Graph graph = new Graph(logits(DataType.DOUBLE, 1, 2, 3), oneHot(DataType.DOUBLE, 2, 3));
            SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, 0.3, 0.1, LossReduce.SUM);
            assertThat(graph.sd.variableMap().keySet())
                    .allMatch(name -> List.of("q", "z", "loss").contains(name) || name.startsWith("loss/"), "loss/...");
        }
    }

    @Nested
    @DisplayName("training")
    class Training {

        private static final int EXAMPLES = 90;

        private ExistingDataSetIterator blobs() {
            INDArray q = oneHot(DataType.FLOAT, EXAMPLES, 3);
            INDArray x = logits(DataType.FLOAT, 0.5, EXAMPLES, 4);
            x.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 3))
                    .addi(q.mul(2));
            // 20 divides 90 with a rest: the last batch is a short one
            return new ExistingDataSetIterator(new DataSet(x, q).batchBy(20));
        }

        private SameDiff perceptron() {
            Nd4j.getRandom().setSeed(5);
            // The README's lines
            SameDiff sd = SameDiff.create();
            SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 4);
            SDVariable y = sd.placeHolder("y", DataType.FLOAT, -1, 3);
            SDVariable w = sd.var("w", new XavierInitScheme('c', 4, 3), DataType.FLOAT, 4, 3);
            SDVariable logits = x.mmul("logits", w);
            SDPowerGrad.softmaxCrossEntropy(sd, "loss", y, logits, 0.25);
            sd.setTrainingConfig(TrainingConfig.builder().updater(new Adam(0.05))
                    .dataSetFeatureMapping("x").dataSetLabelMapping("y").build());
            return sd;
        }

        private double accuracy(SameDiff sd) {
            DataSet all = DataSet.merge(blobsAsList());
            INDArray logits = sd.outputSingle(Map.of("x", all.getFeatures()), "logits");
            return logits.argMax(1).eq(all.getLabels().argMax(1)).castTo(DataType.DOUBLE).meanNumber().doubleValue();
        }

        private List<DataSet> blobsAsList() {
            List<DataSet> all = new ArrayList<>();
            blobs().forEachRemaining(all::add);
            return all;
        }

        @Test
        @DisplayName("with sd.fit learns to tell three clouds of points apart")
        void learnsWithFit() {
            SameDiff sd = perceptron();
            assertThat(accuracy(sd)).isLessThan(0.8);
            sd.fit(blobs(), 20);
            assertThat(accuracy(sd)).isGreaterThan(0.95);
        }

        @ParameterizedTest(name = "with a gradient function when saved: {0}")
        @ValueSource(booleans = {true, false})
        @DisplayName("goes on after save and load exactly as without")
        void goesOnAfterSaveAndLoad(boolean gradientFunctionExists, @TempDir Path folder) {
            SameDiff sd = perceptron();
            if (gradientFunctionExists) {
                sd.fit(blobs(), 3);
            }
            File file = folder.resolve("graph.fb").toFile();
            sd.save(file, true);
            SameDiff loaded = SameDiff.load(file, true);
            assertThat(loaded.getLossVariables()).containsExactly("loss");
            sd.fit(blobs(), 3);
            loaded.fit(blobs(), 3);
            assertThat(loaded.getVariable("w").getArr()).isEqualTo(sd.getVariable("w").getArr());
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource(LossReduce.class)
        @DisplayName("keeps value and gradient bit for bit after save and load, smoothing and reduction included")
        void keepsValueAndGradient(LossReduce reduce, @TempDir Path folder) {
            Graph graph = new Graph(logits(DataType.DOUBLE, 4, 6, 5), oneHot(DataType.INT32, 6, 5));
            SDVariable loss = SDPowerGrad.softmaxCrossEntropy(graph.sd, "loss", graph.q, graph.z, 0.3, 0.1, reduce);
            File file = folder.resolve("graph.fb").toFile();
            graph.sd.save(file, false);
            SameDiff loaded = SameDiff.load(file, false);
            assertThat(loaded.outputSingle(Map.of("q", graph.labels), "loss")).isEqualTo(graph.value(loss));
            assertThat(gradientOf(loaded, graph.labels)).isEqualTo(graph.gradient());
        }
    }

    @Nested
    @DisplayName("refuses")
    class Refuses {

        private final SameDiff sd = SameDiff.create();
        private final SDVariable z = sd.placeHolder("z", DataType.FLOAT, -1, 3);
        private final SDVariable q = sd.placeHolder("q", DataType.FLOAT, -1, 3);

        @ParameterizedTest
        @ValueSource(doubles = {-0.1, 1.2, Double.NaN})
        @DisplayName("an alpha outside [0, 1]")
        void anAlphaOutOfRange(double alpha) {
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "loss", q, z, alpha))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("alpha must be in [0, 1], got " + alpha);
        }

        @ParameterizedTest
        @ValueSource(doubles = {-0.1, 1, Double.NaN})
        @DisplayName("label smoothing outside [0, 1)")
        void smoothingOutOfRange(double smoothing) {
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "loss", q, z, 0.3, smoothing, LossReduce.SUM))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("labelSmoothing must be in [0, 1), got " + smoothing);
        }

        @Test
        @DisplayName("no reduction, naming the default")
        void noReduction() {
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "loss", q, z, 0.3, 0, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("lossReduce must not be null; DL4J's default is MEAN_BY_NONZERO_WEIGHT_COUNT");
        }

        @Test
        @DisplayName("labels or logits that are null")
        void nullVariables() {
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "loss", null, z, 0.3))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("labels must not be null");
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "loss", q, null, 0.3))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("logits must not be null");
        }

        @Test
        @DisplayName("logits that are not of a floating type, naming the variable and its type")
        void integerLogits() {
            SDVariable integers = sd.placeHolder("scores", DataType.INT32, -1, 3);
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "loss", q, integers, 0.3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("logits must be of a floating type (DOUBLE, FLOAT, HALF or BFLOAT16), got INT "
                            + "variable \"scores\"; cast it first");
        }

        @Test
        @DisplayName("labels that are not numeric, naming the variable and its type")
        void booleanLabels() {
            SDVariable flags = sd.placeHolder("flags", DataType.BOOL, -1, 3);
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "loss", flags, z, 0.3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("labels must be of a numeric type, got BOOL variable \"flags\"; cast it first");
        }

        @Test
        @DisplayName("a variable of another graph, naming it")
        void aVariableOfAnotherGraph() {
            SDVariable foreign = SameDiff.create().placeHolder("foreign", DataType.FLOAT, -1, 3);
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "loss", foreign, z, 0.3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("labels variable \"foreign\" belongs to another SameDiff graph");
        }

        @Test
        @DisplayName("a name that is taken, and leaves the graph as it was")
        void aNameThatIsTaken() {
            int variables = sd.variables().size();
            assertThatThrownBy(() -> SDPowerGrad.softmaxCrossEntropy(sd, "z", q, z, 0.3))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("\"z\" already exists");
            assertThat(sd.variables()).hasSize(variables);
        }
    }
}
