package io.github.powergrad;

import static io.github.powergrad.BitwiseEquality.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

@DisplayName("LossPowerGrad")
class LossPowerGradTest {

    static final IActivation SOFTMAX = new ActivationSoftmax();
    static final IActivation IDENTITY = new ActivationIdentity();
    private static final double[] ALPHAS = {0, 0.05, 0.3, 0.9, 1};

    /** One random minibatch; labels one-hot, soft or smoothed by seed, weights and a mask in some. */
    static final class Batch {

        final int examples;
        final int classes;
        final double[][] z;
        final double[][] q;
        final double[] w;
        final double[] m;

        Batch(int seed) {
            Random random = new Random(seed);
            examples = 1 + random.nextInt(9);
            classes = 2 + random.nextInt(20);
            double scale = new double[] {0.5, 3, 30, 300}[seed % 4];
            z = new double[examples][];
            q = new double[examples][];
            for (int n = 0; n < examples; n++) {
                z[n] = random.doubles(classes).map(u -> (float) ((u - 0.5) * 4 * scale)).toArray();
                q[n] = new double[classes];
                if (seed % 3 == 0) {
                    q[n] = Reference.softmax(random.doubles(classes).map(u -> 4 * u).toArray(), 1);
                } else {
                    q[n][random.nextInt(classes)] = 1;
                }
            }
            w = seed % 5 == 1 ? random.doubles(classes).map(u -> 2 * u).toArray() : null;
            m = seed % 5 == 2 ? random.doubles(examples).map(u -> u < 0.4 ? 0 : 1).toArray() : null;
        }

        INDArray logits(DataType type) {
            return Reference.array(type, z);
        }

        INDArray labels(DataType type) {
            return Reference.array(type, q);
        }

        INDArray weights() {
            return w == null ? null : Nd4j.createFromArray(new double[][] {w});
        }

        INDArray mask() {
            return m == null ? null : Nd4j.createFromArray(m).reshape(examples, 1);
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 40);
    }

    static Stream<Arguments> seedsAndTypes() {
        return seeds().boxed().flatMap(seed -> Stream.of(DataType.DOUBLE, DataType.FLOAT)
                .map(type -> Arguments.of(seed, type)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @DisplayName("has the gradient p' - q, weighted, smoothed and masked, of the plain-Java reference")
    void gradientIsThatOfTheReference(int seed) {
        Batch batch = new Batch(seed);
        double epsilon = seed % 2 == 0 ? 0 : 0.1;
        for (double alpha : ALPHAS) {
            LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).weights(batch.weights())
                    .labelSmoothing(epsilon).build();

            double[][] gradient = Reference.rows(loss.computeGradient(batch.labels(DataType.DOUBLE),
                    batch.logits(DataType.DOUBLE), SOFTMAX, batch.mask()));

            for (int n = 0; n < batch.examples; n++) {
                double[] q = Reference.smoothed(batch.q[n], epsilon);
                double mask = batch.m == null ? 1 : batch.m[n];
                double[] expected = Arrays.stream(Reference.gradient(batch.z[n], q, alpha, batch.w))
                        .map(g -> g * mask).toArray();
                assertThat(gradient[n]).as("alpha %s", alpha).containsExactly(expected, within(1e-12));
                double rowSum = batch.w == null ? mask * (1 - Arrays.stream(q).sum()) : 0;
                assertThat(Arrays.stream(gradient[n]).sum()).isCloseTo(rowSum, within(1e-12));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void exactScoreIsTheCrossEntropyOfTheReferenceWhateverAlpha(int seed) {
        Batch batch = new Batch(seed);
        double epsilon = seed % 2 == 0 ? 0 : 0.1;
        double expected = 0;
        for (int n = 0; n < batch.examples; n++) {
            double[] q = Reference.smoothed(batch.q[n], epsilon);
            expected += (batch.m == null ? 1 : batch.m[n]) * Reference.crossEntropy(batch.z[n], q, batch.w);
        }
        for (double alpha : ALPHAS) {
            LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).weights(batch.weights())
                    .labelSmoothing(epsilon).softmaxClipEps(0).build();
            for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
                double sum = loss.computeScore(batch.labels(type), batch.logits(type), SOFTMAX, batch.mask(), false);
                double mean = loss.computeScore(batch.labels(type), batch.logits(type), SOFTMAX, batch.mask(), true);
                double tolerance = (type == DataType.DOUBLE ? 1e-12 : 1e-6) * Math.max(1, expected);
                assertThat(sum).isCloseTo(expected, within(tolerance));
                assertThat(mean).isCloseTo(expected / batch.examples, within(tolerance));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seedsAndTypes")
    @DisplayName("at alpha = 1 has LossMCXENT's gradient to the last bit")
    void alphaOneIsLossMCXENTToTheLastBit(int seed, DataType type) {
        Batch batch = new Batch(seed);
        for (IActivation activation : List.of(SOFTMAX, IDENTITY)) {
            INDArray preOutput = activation == SOFTMAX ? batch.logits(type)
                    : PowerTransform.ofLogits(batch.logits(type).muli(0.01), 1);
            INDArray expected = new LossMCXENT(batch.weights())
                    .computeGradient(batch.labels(type), preOutput, activation, batch.mask());

            INDArray gradient = LossPowerGrad.builder().alpha(1).weights(batch.weights()).build()
                    .computeGradient(batch.labels(type), preOutput, activation, batch.mask());

            assertSameBits(gradient, expected);
        }
    }

    @ParameterizedTest
    @MethodSource("seedsAndTypes")
    void scoresAreLossMCXENTsWithItsClipping(int seed, DataType type) {
        Batch batch = new Batch(seed);
        for (double clipEps : new double[] {1e-10, 1e-3}) {
            LossMCXENT theirs = new LossMCXENT(clipEps, batch.weights());
            LossPowerGrad ours = LossPowerGrad.builder().alpha(0.25).weights(batch.weights())
                    .softmaxClipEps(clipEps).build();
            INDArray q = batch.labels(type);
            INDArray z = batch.logits(type);

            double expected = theirs.computeScore(q, z, SOFTMAX, batch.mask(), true);
            assertThat(ours.computeScore(q, z, SOFTMAX, batch.mask(), true))
                    .isCloseTo(expected, within(2e-6 * expected));
            double[] rows = theirs.computeScoreArray(q, z, SOFTMAX, batch.mask()).toDoubleVector();
            double[] ourRows = ours.computeScoreArray(q, z, SOFTMAX, batch.mask()).toDoubleVector();
            for (int n = 0; n < rows.length; n++) {
                assertThat(ourRows[n]).isCloseTo(rows[n], within(2e-6 * rows[n]));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void gradientAndScoreInOneCallAreTheTwoCalls(int seed) {
        Batch batch = new Batch(seed);
        LossPowerGrad loss = LossPowerGrad.builder().alpha(0.3).weights(batch.weights()).labelSmoothing(0.1).build();
        INDArray q = batch.labels(DataType.FLOAT);
        INDArray z = batch.logits(DataType.FLOAT);

        Pair<Double, INDArray> both = loss.computeGradientAndScore(q, z, SOFTMAX, batch.mask(), seed % 2 == 0);

        assertThat(both.getFirst()).isEqualTo(loss.computeScore(q, z, SOFTMAX, batch.mask(), seed % 2 == 0));
        assertSameBits(both.getSecond(), loss.computeGradient(q, z, SOFTMAX, batch.mask()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @DisplayName("with identity gives a gradient that the softmax's backward pass turns into the softmax case's")
    void identityGradientBecomesTheSoftmaxGradientBehindASoftmax(int seed) {
        Batch batch = new Batch(seed);
        for (int n = 0; n < batch.examples; n++) {
            batch.z[n] = Arrays.stream(batch.z[n]).map(v -> Math.max(-300, Math.min(300, v))).toArray();
        }
        INDArray p = Reference.array(DataType.DOUBLE,
                Arrays.stream(batch.z).map(z -> Reference.softmax(z, 1)).toArray(double[][]::new));
        for (double alpha : ALPHAS) {
            LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).weights(batch.weights()).build();
            double[][] atProbabilities = Reference.rows(
                    loss.computeGradient(batch.labels(DataType.DOUBLE), p, IDENTITY, batch.mask()));
            for (int n = 0; n < batch.examples; n++) {
                double mask = batch.m == null ? 1 : batch.m[n];
                double[] expected = Arrays.stream(Reference.gradient(batch.z[n], batch.q[n], alpha, batch.w))
                        .map(g -> g * mask).toArray();
                double[] actual = Reference.throughSoftmax(p.getRow(n).toDoubleVector(), atProbabilities[n]);
                assertThat(actual).as("alpha %s", alpha).containsExactly(expected, within(1e-11));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    @DisplayName("with identity stays finite where a probability is exactly 0 or 1")
    void identityIsFiniteAtZeroAndOne(DataType type) {
        INDArray p = Reference.array(type, new double[] {1, 0, 0}, new double[] {0.5, 0.5, 0});
        INDArray q = Reference.array(type, new double[] {0, 1, 0}, new double[] {1, 0, 0});
        for (double alpha : ALPHAS) {
            for (INDArray weights : new INDArray[] {null, Nd4j.createFromArray(50.0, 90.0, 1.0)}) {
                LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).weights(weights).build();
                INDArray gradient = loss.computeGradient(q, p, IDENTITY, null);
                assertThat(gradient.dataType()).isEqualTo(type);
                assertFinite(gradient);
                for (int n = 0; n < 2; n++) {
                    assertFinite(Nd4j.createFromArray(
                            Reference.throughSoftmax(Reference.rows(p)[n], Reference.rows(gradient)[n])));
                }
                assertThat(loss.computeScore(q, p, IDENTITY, null, false)).isFinite().isPositive();
                assertFinite(loss.computeScoreArray(q, p, IDENTITY, null));
            }
        }
    }

    private static void assertFinite(INDArray array) {
        double[] values = array.castTo(DataType.DOUBLE).reshape(array.length()).toDoubleVector();
        assertThat(Arrays.stream(values).allMatch(Double::isFinite)).as(Arrays.toString(values)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("seedsAndTypes")
    void identityScoresAreLossMCXENTs(int seed, DataType type) {
        Batch batch = new Batch(seed);
        INDArray p = PowerTransform.ofLogits(batch.logits(type).muli(0.01), 1);
        INDArray q = batch.labels(type);
        double expected = new LossMCXENT(batch.weights()).computeScore(q, p, IDENTITY, batch.mask(), true);

        double score = new LossPowerGrad(batch.weights()).computeScore(q, p, IDENTITY, batch.mask(), true);

        assertThat(score).isCloseTo(expected, within(2e-6 * expected));
    }

    @Test
    @DisplayName("with identity applies a per-output mask as LossMCXENT does")
    void identityTakesPerOutputMasks() {
        INDArray p = Nd4j.createFromArray(new double[][] {{0.2, 0.3, 0.5}, {0.6, 0.3, 0.1}});
        INDArray q = Nd4j.createFromArray(new double[][] {{0.5, 0.5, 0}, {0, 0, 1}});
        INDArray mask = Nd4j.createFromArray(new double[][] {{1, 0, 1}, {0, 1, 1}});
        LossPowerGrad one = new LossPowerGrad(1);

        assertThat(one.computeGradient(q, p, IDENTITY, mask))
                .isEqualTo(new LossMCXENT().computeGradient(q, p, IDENTITY, mask));
        assertThat(one.computeScore(q, p, IDENTITY, mask, false))
                .isEqualTo(new LossMCXENT().computeScore(q, p, IDENTITY, mask, false));
        assertThat(one.computeScore(q, p, SOFTMAX, mask, false))
                .isEqualTo(new LossMCXENT().computeScore(q, p, SOFTMAX, mask, false));
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    void exactScoresAreFiniteForAnyFiniteLogits(DataType type) {
        double largest = type == DataType.DOUBLE ? 1e308 : type == DataType.HALF ? 65504 : 3e38;
        INDArray z = Reference.array(type, new double[] {largest, -largest, 0}, new double[] {-largest, 0, largest},
                new double[] {0, 0, 0});
        INDArray q = Reference.array(type, new double[] {0, 1, 0}, new double[] {0, 0, 1}, new double[] {1, 0, 0});
        LossPowerGrad loss = LossPowerGrad.builder().softmaxClipEps(0).build();

        assertThat(loss.computeScore(q, z, SOFTMAX, null, true)).isFinite().isPositive();
        INDArray rows = loss.computeScoreArray(q, z, SOFTMAX, null);
        assertThat(rows.dataType()).isEqualTo(type);
        assertFinite(rows);
        assertFinite(loss.computeGradient(q, z, SOFTMAX, null));
    }

    @Test
    @DisplayName("accepts the [1,1] mask of a batch of one")
    void acceptsTheMaskOfABatchOfOne() {
        INDArray z = Nd4j.createFromArray(new double[][] {{1, 2, 3}});
        INDArray q = Nd4j.createFromArray(new double[][] {{1, 0, 0}});
        LossPowerGrad loss = new LossPowerGrad(0.3);

        INDArray kept = loss.computeGradient(q, z, SOFTMAX, Nd4j.ones(1, 1));
        INDArray dropped = loss.computeGradient(q, z, SOFTMAX, Nd4j.zeros(1, 1));

        assertThat(kept).isEqualTo(loss.computeGradient(q, z, SOFTMAX, null));
        assertThat(dropped).isEqualTo(Nd4j.zeros(DataType.DOUBLE, 1, 3));
        assertThat(loss.computeScore(q, z, SOFTMAX, Nd4j.zeros(1, 1), true)).isZero();
    }

    @ParameterizedTest
    @MethodSource("seedsAndTypes")
    void worksOnAnyLayoutAndModifiesNothing(int seed, DataType type) {
        Batch batch = new Batch(seed);
        LossPowerGrad loss = LossPowerGrad.builder().alpha(seed % 2 == 0 ? 0.3 : 1).weights(batch.weights())
                .labelSmoothing(seed % 3 == 0 ? 0.1 : 0).build();
        INDArray z = batch.logits(type);
        INDArray q = batch.labels(type);
        for (IActivation activation : List.of(SOFTMAX, IDENTITY)) {
            INDArray preOutput = activation == SOFTMAX ? z : PowerTransform.ofLogits(z.mul(0.01), 1);
            INDArray outputBefore = preOutput.dup();
            double[][] gradient = Reference.rows(loss.computeGradient(q, preOutput, activation, batch.mask()));
            double[][] scores = Reference.rows(loss.computeScoreArray(q, preOutput, activation, batch.mask()));
            assertSameBits(preOutput, outputBefore);
            assertSameBits(q, batch.labels(type));
            for (INDArray[] layout : layouts(preOutput, q)) {
                INDArray beforeOutput = layout[0].dup();
                INDArray beforeLabels = layout[1].dup();
                assertRows(loss.computeGradient(layout[1], layout[0], activation, batch.mask()), gradient, type);
                assertRows(loss.computeScoreArray(layout[1], layout[0], activation, batch.mask()), scores, type);
                assertSameBits(layout[0], beforeOutput);
                assertSameBits(layout[1], beforeLabels);
            }
        }
    }

    private static List<INDArray[]> layouts(INDArray z, INDArray q) {
        INDArray wide = Nd4j.hstack(z, z, z);
        INDArray view = wide.get(NDArrayIndex.all(), NDArrayIndex.interval(z.size(1), 2 * z.size(1)));
        INDArray transposed = z.transpose().dup('c').transpose();
        INDArray everyOther = Nd4j.vstack(z, z).reshape(2, z.size(0), z.size(1)).permute(1, 0, 2)
                .get(NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all());
        List<INDArray[]> layouts = new ArrayList<>();
        for (INDArray output : new INDArray[] {z.dup('f'), view, transposed, everyOther}) {
            layouts.add(new INDArray[] {output.reshape(z.shape()), q});
            layouts.add(new INDArray[] {z, q.dup('f')});
            layouts.add(new INDArray[] {output.reshape(z.shape()), q.transpose().dup('c').transpose()});
        }
        return layouts;
    }

    private static void assertRows(INDArray actual, double[][] expected, DataType type) {
        double[][] rows = Reference.rows(actual);
        for (int n = 0; n < expected.length; n++) {
            for (int c = 0; c < expected[n].length; c++) {
                double bound = (type == DataType.DOUBLE ? 1e-13 : 2e-6) * Math.max(1, Math.abs(expected[n][c]));
                assertThat(rows[n][c]).isCloseTo(expected[n][c], within(bound));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16", "INT", "LONG", "UBYTE"})
    void takesLabelsWeightsAndMasksOfAnyNumericType(DataType type) {
        INDArray z = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {0, -1, 2}});
        INDArray q = Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 0, 1}});
        INDArray weights = Nd4j.createFromArray(1f, 2f, 3f);
        INDArray mask = Nd4j.createFromArray(new float[][] {{1}, {0}});
        INDArray expected = new LossPowerGrad(weights).computeGradient(q, z, SOFTMAX, mask);

        INDArray gradient = new LossPowerGrad(weights.castTo(type))
                .computeGradient(q.castTo(type), z, SOFTMAX, mask.castTo(type));

        assertThat(gradient).isEqualTo(expected);
    }

    @Test
    void manyThreadsMayShareOneInstance() throws Exception {
        LossPowerGrad loss = LossPowerGrad.builder().alpha(0.3).labelSmoothing(0.1).build();
        Batch batch = new Batch(8);
        INDArray expected = loss.computeGradient(batch.labels(DataType.FLOAT), batch.logits(DataType.FLOAT), SOFTMAX, null);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                results.add(threads.submit(() -> IntStream.range(0, 50).allMatch(i -> loss.computeGradient(
                        batch.labels(DataType.FLOAT), batch.logits(DataType.FLOAT), SOFTMAX, null).equals(expected))));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void usesTheWorkspaceOfTheCallerAndLeavesNoneOpen() {
        Batch batch = new Batch(1);
        LossPowerGrad loss = new LossPowerGrad(batch.weights());
        INDArray q = batch.labels(DataType.FLOAT);
        INDArray z = batch.logits(DataType.FLOAT);
        double[][] expected = Reference.rows(loss.computeGradient(q, z, SOFTMAX, null));
        for (int i = 0; i < 3; i++) {
            try (MemoryWorkspace workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace("LossPowerGradTest")) {
                INDArray gradient = loss.computeGradient(q, z, SOFTMAX, null);
                assertThat(gradient.isAttached()).isTrue();
                assertThat(Reference.rows(gradient)).isDeepEqualTo(expected);
                loss.computeScore(q, z, SOFTMAX, null, true);
            }
            assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
        }
    }

    @Test
    void ownsItsWeightsEvenWhenTheyCameFromAWorkspace() {
        LossPowerGrad loss;
        INDArray outside = Nd4j.createFromArray(1.0, 2.0);
        try (MemoryWorkspace workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace("LossPowerGradTest2")) {
            loss = new LossPowerGrad(outside.mul(1));
            assertThat(loss.getWeights().isAttached()).isFalse();
        }
        assertThat(loss.getWeights().toDoubleVector()).containsExactly(1, 2);
        loss.setWeights(outside);
        outside.addi(1);
        assertThat(loss.getWeights().toDoubleVector()).containsExactly(1, 2);
    }

    @Test
    void startsFromThePapersDefaults() {
        LossPowerGrad loss = new LossPowerGrad();

        assertThat(loss.getAlpha()).isEqualTo(0.3).isEqualTo(LossPowerGrad.DEFAULT_ALPHA);
        assertThat(loss.getLabelSmoothing()).isZero();
        assertThat(loss.getSoftmaxClipEps()).isEqualTo(new LossMCXENT().getSoftmaxClipEps());
        assertThat(loss.getWeights()).isNull();
        assertThat(LossPowerGrad.builder().build()).isEqualTo(loss);
        assertThat(new LossPowerGrad((INDArray) null)).isEqualTo(loss);
    }

    @Test
    void settersChangeWhatTheyNameAndKeepTheOldValueWhenTheyRefuse() {
        LossPowerGrad loss = new LossPowerGrad(0.25);
        loss.setAlpha(0.5);
        loss.setSoftmaxClipEps(0);

        assertThatIllegalArgumentException().isThrownBy(() -> loss.setAlpha(-0.1))
                .withMessageStartingWith("alpha must be in [0, 1], got -0.1");
        assertThatIllegalArgumentException().isThrownBy(() -> loss.setSoftmaxClipEps(0.6))
                .withMessageStartingWith("softmaxClipEps must be in [0, 0.5], got 0.6");
        assertThat(loss.getAlpha()).isEqualTo(0.5);
        assertThat(loss.getSoftmaxClipEps()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1.2, Double.NaN, Double.NEGATIVE_INFINITY})
    void refusesAnAlphaOutsideZeroToOne(double alpha) {
        assertThatIllegalArgumentException().isThrownBy(() -> new LossPowerGrad(alpha))
                .withMessageStartingWith("alpha must be in [0, 1], got " + alpha);
        assertThatIllegalArgumentException().isThrownBy(() -> LossPowerGrad.builder().alpha(alpha).build())
                .withMessageStartingWith("alpha must be in [0, 1], got " + alpha);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void refusesLabelSmoothingOutsideZeroToOne(double epsilon) {
        assertThatIllegalArgumentException().isThrownBy(() -> LossPowerGrad.builder().labelSmoothing(epsilon).build())
                .withMessageStartingWith("labelSmoothing must be in [0, 1), got " + epsilon);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 0.6, Double.NaN})
    void refusesAClipEpsilonOutsideZeroToAHalf(double clipEps) {
        assertThatIllegalArgumentException().isThrownBy(() -> LossPowerGrad.builder().softmaxClipEps(clipEps).build())
                .withMessageStartingWith("softmaxClipEps must be in [0, 0.5], got " + clipEps);
    }

    @Test
    void refusesWeightsThatAreNoRowVector() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LossPowerGrad(Nd4j.ones(3, 2)))
                .withMessage("Class weights must be a row vector [1, C] or [C], got shape [3, 2]");
    }

    @Test
    void everyCallRefusesWhatDoesNotFitAndSaysWhy() {
        INDArray z = Nd4j.ones(4, 5);
        INDArray q = Nd4j.ones(4, 5);
        LossPowerGrad loss = new LossPowerGrad(0.3);

        assertRefused(loss, q, z, new ActivationSigmoid(), null, "sigmoid", "softmax");
        assertRefused(loss, Nd4j.ones(4, 6), z, SOFTMAX, null, "equal shapes", "[4, 6]", "[4, 5]");
        assertRefused(loss, Nd4j.ones(4, 1), z, SOFTMAX, null, "equal shapes", "[4, 1]", "[4, 5]", "LossSparsePowerGrad");
        assertRefused(new LossPowerGrad(Nd4j.ones(3)), q, z, SOFTMAX, null, "3 weights", "5 classes");
        assertRefused(loss, Nd4j.ones(2, 3, 4), Nd4j.ones(2, 3, 4), SOFTMAX, null, "[2, 3, 4]", "RnnOutputLayer");
        assertRefused(loss, q, Nd4j.ones(DataType.INT32, 4, 5), SOFTMAX, null, "preOutput", "INT");
        assertRefused(LossPowerGrad.builder().softmaxClipEps(0).build(), q, Nd4j.ones(DataType.INT32, 4, 5), SOFTMAX,
                null, "preOutput must be of a floating type", "INT");
        assertRefused(loss, q, z, SOFTMAX, Nd4j.ones(3, 1), "[4, 1]", "[3, 1]");
        assertRefused(loss, q, z, SOFTMAX, Nd4j.ones(4), "[4, 1]", "[4]");
    }

    /** What DL4J's TestLossFunctionsSizeChecks asks of each loss: an IllegalArgumentException with "shapes" in it. */
    @Test
    void labelsOfAnotherShapeAreRefusedInTheWordsThatDl4jsTestsLookFor() {
        INDArray labels = Nd4j.create(DataType.FLOAT, 100, 32);
        INDArray preOutput = Nd4j.create(DataType.FLOAT, 100, 44);

        for (LossMCXENT loss : List.of(new LossMCXENT(), new LossPowerGrad(), new LossSparsePowerGrad())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> loss.computeScore(labels, preOutput, IDENTITY, null, true))
                    .withMessageContaining("shapes");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> loss.computeGradient(labels, preOutput, IDENTITY, null))
                    .withMessageContaining("shapes");
        }
    }

    private static void assertRefused(LossPowerGrad loss, INDArray q, INDArray z, IActivation activation, INDArray mask,
            String... inMessage) {
        assertThatIllegalArgumentException().isThrownBy(() -> loss.computeGradient(q, z, activation, mask))
                .withMessageContainingAll(inMessage);
        assertThatIllegalArgumentException().isThrownBy(() -> loss.computeScore(q, z, activation, mask, true))
                .withMessageContainingAll(inMessage);
        assertThatIllegalArgumentException().isThrownBy(() -> loss.computeScoreArray(q, z, activation, mask))
                .withMessageContainingAll(inMessage);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.computeGradientAndScore(q, z, activation, mask, true))
                .withMessageContainingAll(inMessage);
    }

    @Test
    @DisplayName("refuses per-output masks with softmax, as LossMCXENT does")
    void refusesPerOutputMasks() {
        INDArray ones = Nd4j.ones(4, 5);
        INDArray row = Nd4j.ones(1, 5);

        assertThatThrownBy(() -> new LossPowerGrad().computeGradient(ones, ones, SOFTMAX, ones))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("[4, 5]")
                .hasMessageContaining("[4, 1]");
        assertThatThrownBy(() -> new LossPowerGrad().computeGradientAndScore(row, row, SOFTMAX, row, true))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void acceptsAClipEpsilonAtItsBounds() {
        assertThat(LossPowerGrad.builder().softmaxClipEps(0.5).build().getSoftmaxClipEps()).isEqualTo(0.5);
        assertThat(LossPowerGrad.builder().softmaxClipEps(0).build().getSoftmaxClipEps()).isZero();
    }

    @Test
    void takesOtherClassWeightsOrNone() {
        LossPowerGrad loss = new LossPowerGrad(Nd4j.createFromArray(1.0, 2.0));

        loss.setWeights(Nd4j.createFromArray(3.0, 4.0, 5.0));
        assertThat(loss.getWeights().toDoubleVector()).containsExactly(3, 4, 5);
        loss.setWeights(null);
        assertThat(loss).isEqualTo(new LossPowerGrad());
    }

    @Test
    void buildersTakeWeightsAsNumbers() {
        INDArray row = Nd4j.createFromArray(1, 2, 0.5);
        assertThat(LossPowerGrad.builder().weights(1, 2, 0.5).build())
                .isEqualTo(LossPowerGrad.builder().weights(row).build());
        LossSparsePowerGrad sparse = LossSparsePowerGrad.builder().weights(1, 2, 0.5).alpha(0.25).build();
        assertThat(sparse).isEqualTo(LossSparsePowerGrad.builder().weights(row).alpha(0.25).build());
        assertThat(LossPowerGrad.builder().weights(3).build().getWeights().toDoubleVector()).containsExactly(3);
        assertThat(LossPowerGrad.builder().weights(1, 2).weights((double[]) null).build())
                .isEqualTo(new LossPowerGrad());
    }

    @Test
    void buildersRefuseNoNumbersAsWeights() {
        assertThatIllegalArgumentException().isThrownBy(() -> LossPowerGrad.builder().weights(new double[0]))
                .withMessage("Class weights must have one number per class, got none; "
                        + "for no weights leave out weights()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LossSparsePowerGrad.builder().weights(1, Double.NaN).build())
                .withMessageStartingWith("Class weights must be finite numbers, got NaN for class 1");
    }

    @Test
    void weightsGivenAsNumbersOutlastTheWorkspaceTheyWereGivenIn() {
        LossPowerGrad.Builder builder = LossPowerGrad.builder();
        try (MemoryWorkspace workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace("LossPowerGradTest")) {
            builder.weights(1, 2, 0.5);
        }

        assertThat(builder.weights.isAttached()).isFalse();
        assertThat(builder.build().getWeights().toDoubleVector()).containsExactly(1, 2, 0.5);
    }

    @Test
    void refusesWeightsThatAreNotFinite() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LossPowerGrad(Nd4j.createFromArray(1.0, Double.NaN)))
                .withMessageStartingWith("Class weights must be finite numbers, got NaN for class 1");
    }

    @Test
    void differsInHashCodeWhereItDiffersInAlpha() {
        assertThat(new LossPowerGrad(0.25).hashCode()).isNotEqualTo(new LossPowerGrad(0.26).hashCode());
    }

    @Test
    void isEqualByItsFourSettings() {
        INDArray weights = Nd4j.createFromArray(1.0, 2.0);
        LossPowerGrad loss = LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).softmaxClipEps(1e-6)
                .weights(weights).build();

        assertThat(LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).softmaxClipEps(1e-6)
                .weights(Nd4j.createFromArray(1.0, 2.0)).build()).isEqualTo(loss).hasSameHashCodeAs(loss);
        assertThat(LossPowerGrad.builder().alpha(0.26).labelSmoothing(0.1).softmaxClipEps(1e-6).weights(weights)
                .build()).isNotEqualTo(loss);
        assertThat(LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.2).softmaxClipEps(1e-6).weights(weights)
                .build()).isNotEqualTo(loss);
        assertThat(LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).softmaxClipEps(1e-7).weights(weights)
                .build()).isNotEqualTo(loss);
        assertThat(LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).softmaxClipEps(1e-6)
                .weights(Nd4j.createFromArray(1.0, 2.0000001)).build()).isNotEqualTo(loss);
        assertThat(LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).softmaxClipEps(1e-6).build())
                .isNotEqualTo(loss);
        assertThat(loss).isNotEqualTo(null);
    }

    @Test
    void neverEqualsALossMCXENT() {
        assertThat(new LossPowerGrad(1).equals(new LossMCXENT())).isFalse();
        assertThat(new LossMCXENT().equals(new LossPowerGrad(1))).isFalse();
        assertThat(new LossPowerGrad(1).canEqual(new LossMCXENT())).isFalse();
        assertThat(new LossPowerGrad(1).canEqual(new LossPowerGrad(0.5))).isTrue();
        assertThat(new LossSparsePowerGrad(1).equals(new LossPowerGrad(1))).isFalse();
        assertThat(new LossPowerGrad(1).equals(new LossSparsePowerGrad(1))).isFalse();
    }

    @Test
    void namesItselfAndItsSettings() {
        assertThat(new LossPowerGrad(0.25)).hasToString("LossPowerGrad(alpha=0.25)");
        assertThat(new LossPowerGrad(0.25).name()).isEqualTo("LossPowerGrad(alpha=0.25)");
        assertThat(new LossSparsePowerGrad(0.25)).hasToString("LossSparsePowerGrad(alpha=0.25)");
        assertThat(LossPowerGrad.builder().labelSmoothing(0.1).softmaxClipEps(0)
                .weights(Nd4j.createFromArray(1.0, 2.0)).build().toString())
                .startsWith("LossPowerGrad(alpha=0.3, labelSmoothing=0.1, softmaxClipEps=0.0, weights=[")
                .contains("2.0000");
    }

    @Test
    @DisplayName("a clone is equal and of the same class, and shares no class weights: changing them changes one loss")
    void cloneSharesNothing() {
        for (LossPowerGrad loss : List.of(LossPowerGrad.builder().alpha(0.2).labelSmoothing(0.1).softmaxClipEps(0)
                .weights(1, 2).build(), LossSparsePowerGrad.builder().alpha(0.2).weights(1, 2).build(),
                new RecordingLoss())) {
            LossPowerGrad clone = loss.clone();

            assertThat(clone).isEqualTo(loss).hasSameClassAs(loss).isNotSameAs(loss);
            if (loss.getWeights() != null) {
                clone.getWeights().addi(1);
                assertThat(loss.getWeights().toDoubleVector()).containsExactly(1, 2);
            }
        }
    }
}
