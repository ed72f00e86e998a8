package io.github.powergrad;

import static io.github.powergrad.LossPowerGradTest.IDENTITY;
import static io.github.powergrad.LossPowerGradTest.SOFTMAX;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** The lines of the table "Numbers at the edge" in docs/numerics.md, each between two ordinary rows that must not notice. */
@DisplayName("At the edge of the numbers")
class NumbersAtTheEdgeTest {

    private static final double[] ALPHAS = {0, Math.nextUp(0.0), 1e-40, 0.3, Math.nextDown(1.0), 1};
    private static final double[] ABOVE = {1, 2, 3};
    private static final double[] BELOW = {0.5, 0, -0.5};
    private static final double[][] LABELS = {{0, 1, 0}, {1, 0, 0}, {0, 0.5, 0.5}};

    /** A batch whose middle row is the one given. */
    private static INDArray around(DataType type, double[] row) {
        return Reference.array(type, ABOVE, row, BELOW);
    }

    private static INDArray labels(DataType type) {
        return Reference.array(type, LABELS);
    }

    private static double tolerance(DataType type) {
        switch (type) {
            case DOUBLE:
                return 1e-12;
            case FLOAT:
                return 2e-6;
            case HALF:
                return 1e-3;
            default:
                return 8e-3;
        }
    }

    private static double[][] gradient(LossPowerGrad loss, DataType type, double[] row) {
        return Reference.rows(loss.computeGradient(labels(type), around(type, row), SOFTMAX, null));
    }

    private static double[] scores(LossPowerGrad loss, DataType type, double[] row, IActivation activation) {
        return loss.computeScoreArray(labels(type), around(type, row), activation, null)
                .castTo(DataType.DOUBLE).toDoubleVector();
    }

    private static void assertNeighboursUntouched(double[][] gradient, double alpha, DataType type) {
        assertThat(gradient[0]).as("alpha %s", alpha)
                .containsExactly(Reference.gradient(ABOVE, LABELS[0], alpha, null), within(tolerance(type)));
        assertThat(gradient[2]).as("alpha %s", alpha)
                .containsExactly(Reference.gradient(BELOW, LABELS[2], alpha, null), within(tolerance(type)));
    }

    private static void assertNeighboursUntouched(double[] scores, DataType type) {
        double scale = 4 * tolerance(type);
        assertThat(scores[0]).isCloseTo(Reference.crossEntropy(ABOVE, LABELS[0], null), within(scale));
        assertThat(scores[2]).isCloseTo(Reference.crossEntropy(BELOW, LABELS[2], null), within(scale));
    }

    private static Stream<Arguments> inEveryType(double[]... rows) {
        return Arrays.stream(rows).flatMap(row -> Stream.of(DataType.DOUBLE, DataType.FLOAT, DataType.HALF,
                DataType.BFLOAT16).map(type -> Arguments.of(type, row)));
    }

    static Stream<Arguments> finiteRows() {
        return inEveryType(new double[] {1e30, 0, 1}, new double[] {-1e30, 0, 1}, new double[] {1e30, 1e30, -1e30},
                new double[] {-1e30, -1e30, -1e30}, new double[] {1e30, 1e30, 1e30},
                new double[] {1e-310, -1e-310, 0}, new double[] {1e-40, 0, -1e-40}, new double[] {6e-8, 0, -6e-8},
                new double[] {-900, -901, -902}).filter(NumbersAtTheEdgeTest::fits);
    }

    private static boolean fits(Arguments typeAndRow) {
        boolean small = Arrays.stream((double[]) typeAndRow.get()[1]).allMatch(v -> Math.abs(v) < 65504);
        return small || typeAndRow.get()[0] != DataType.HALF;
    }

    @ParameterizedTest
    @MethodSource("finiteRows")
    void finiteLogitsGiveTheValuesOfTheFormulas(DataType type, double[] row) {
        double[] rounded = Reference.rows(around(type, row))[1];
        for (double alpha : ALPHAS) {
            double[][] gradient = gradient(new LossPowerGrad(alpha), type, row);
            assertThat(gradient[1]).as("alpha %s", alpha)
                    .containsExactly(Reference.gradient(rounded, LABELS[1], alpha, null), within(tolerance(type)));
            assertNeighboursUntouched(gradient, alpha, type);
        }
        LossPowerGrad exact = LossPowerGrad.builder().softmaxClipEps(0).build();
        double expected = Reference.crossEntropy(rounded, LABELS[1], null);
        double[] scores = scores(exact, type, row, SOFTMAX);
        assertThat(scores[1]).isCloseTo(expected, within(4 * tolerance(type) * Math.max(1, expected)));
        assertNeighboursUntouched(scores, type);
        assertThat(scores(new LossPowerGrad(), type, row, SOFTMAX)[1])
                .isCloseTo(Math.min(expected, -Math.log(1e-10)), within(1e-9 + 16 * tolerance(type)));
    }

    static Stream<Arguments> rowsWithoutAValue() {
        return inEveryType(new double[] {NaN, 0, 1}, new double[] {0, 1, NaN}, new double[] {NaN, NaN, NaN},
                new double[] {POSITIVE_INFINITY, 0, 1}, new double[] {0, POSITIVE_INFINITY, POSITIVE_INFINITY},
                new double[] {POSITIVE_INFINITY, POSITIVE_INFINITY, POSITIVE_INFINITY},
                new double[] {POSITIVE_INFINITY, NEGATIVE_INFINITY, 0}, new double[] {NaN, POSITIVE_INFINITY, 0},
                new double[] {NEGATIVE_INFINITY, NEGATIVE_INFINITY, NEGATIVE_INFINITY});
    }

    /** ND4J's kernels for CUDA make -0 of NaN where they convert to BFLOAT16, before the loss sees it and after. */
    static void assumeThatNaNLasts(DataType type) {
        assumeTrue(Double.isNaN(Nd4j.createFromArray(NaN).castTo(type).getDouble(0)),
                () -> "ND4J loses NaN in the conversion to " + type + " on " + Nd4j.getExecutioner().type());
    }

    @ParameterizedTest
    @MethodSource("rowsWithoutAValue")
    @DisplayName("NaN, +infinity or -infinity in every class make their own row NaN, score included")
    void rowsWithoutAValueAreNaNAlone(DataType type, double[] row) {
        assumeThatNaNLasts(type);
        for (double alpha : ALPHAS) {
            for (LossPowerGrad loss : List.of(new LossPowerGrad(alpha),
                    LossPowerGrad.builder().alpha(alpha).softmaxClipEps(0).build(),
                    LossPowerGrad.builder().alpha(alpha).softmaxClipEps(1e-3).build())) {
                double[][] gradient = gradient(loss, type, row);
                assertThat(gradient[1]).as("%s", loss).containsOnly(NaN);
                assertNeighboursUntouched(gradient, alpha, type);
                double[] scores = scores(loss, type, row, SOFTMAX);
                assertThat(scores[1]).as("%s", loss).isNaN();
                assertNeighboursUntouched(scores, type);
                assertThat(loss.computeScore(labels(type), around(type, row), SOFTMAX, null, true)).isNaN();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    @DisplayName("one NaN among a thousand classes reaches the gradient and the score, wherever it stands")
    void oneNaNAmongAThousandClassesShows(DataType type) {
        assumeThatNaNLasts(type);
        for (int place : new int[] {0, 7, 500, 999}) {
            INDArray z = Nd4j.zeros(type, 2, 1000);
            z.putScalar(1, place, NaN);
            INDArray q = Nd4j.zeros(type, 2, 1000);
            q.putScalar(0, 3, 1);
            q.putScalar(1, 3, 1);
            for (double clipEps : new double[] {0, 1e-10}) {
                LossPowerGrad loss = LossPowerGrad.builder().softmaxClipEps(clipEps).build();
                double[][] gradient = Reference.rows(loss.computeGradient(q, z, SOFTMAX, null));
                assertThat(gradient[0]).doesNotContain(NaN);
                assertThat(gradient[1]).containsOnly(NaN);
                assertThat(loss.computeScoreArray(q, z, SOFTMAX, null).getDouble(0)).isCloseTo(Math.log(1000), within(0.05));
                assertThat(loss.computeScore(q, z, SOFTMAX, null, true)).isNaN();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    @DisplayName("-infinity in some classes is a probability of 0, and 1/C at alpha = 0")
    void minusInfinityIsAProbabilityOfZero(DataType type) {
        double[] row = {0, NEGATIVE_INFINITY, 1};
        for (double alpha : ALPHAS) {
            double[][] gradient = gradient(new LossPowerGrad(alpha), type, row);
            double[] two = Reference.softmax(new double[] {0, 1}, alpha);
            double[] expected = alpha == 0 ? new double[] {-2 / 3.0, 1 / 3.0, 1 / 3.0} : new double[] {two[0] - 1, 0, two[1]};
            assertThat(gradient[1]).as("alpha %s", alpha).containsExactly(expected, within(tolerance(type)));
            assertNeighboursUntouched(gradient, alpha, type);
        }
        LossPowerGrad exact = LossPowerGrad.builder().softmaxClipEps(0).build();
        for (LossPowerGrad loss : List.of(exact, new LossPowerGrad())) {
            assertThat(scores(loss, type, row, SOFTMAX)[1]).isCloseTo(Math.log1p(Math.E), within(4 * tolerance(type)));
        }
        double[] wrong = {NEGATIVE_INFINITY, 0, 1};
        assertThat(scores(exact, type, wrong, SOFTMAX)[1]).isFinite().isGreaterThan(65000);
        assertThat(scores(new LossPowerGrad(), type, wrong, SOFTMAX)[1])
                .isCloseTo(-Math.log(1e-10), within(16 * tolerance(type)));
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    @DisplayName("identity: NaN probabilities make their own row NaN, infinite ones leave the others alone")
    void undefinedProbabilitiesStayByThemselves(DataType type) {
        assumeThatNaNLasts(type);
        for (double bad : new double[] {NaN, POSITIVE_INFINITY}) {
            INDArray p = Reference.array(type, new double[] {0.5, 0.25, 0.25}, new double[] {bad, 0.5, 0.5},
                    new double[] {0.25, 0.25, 0.5});
            for (INDArray weights : new INDArray[] {null, Nd4j.createFromArray(1.0, 1.0, 1.0)}) {
                for (double alpha : ALPHAS) {
                    LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).weights(weights).build();
                    double[][] gradient = Reference.rows(loss.computeGradient(labels(type), p, IDENTITY, null));
                    if (alpha < 1) {
                        assertThat(gradient[1]).as("%s", loss).containsOnly(NaN);
                    } else {
                        assertThat(Double.isNaN(gradient[1][0])).as("%s", loss).isEqualTo(Double.isNaN(bad));
                    }
                    assertThat(gradient[0]).doesNotContain(NaN);
                    assertThat(gradient[2]).doesNotContain(NaN);
                    double[] scores = loss.computeScoreArray(labels(type), p, IDENTITY, null)
                            .castTo(DataType.DOUBLE).toDoubleVector();
                    assertThat(Double.isNaN(scores[1])).isEqualTo(Double.isNaN(bad));
                    assertThat(scores[0]).isCloseTo(Math.log(4), within(4 * tolerance(type)));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    @DisplayName("identity: a row of negative numbers or of zeros stays by itself")
    void rowsThatNoSoftmaxMakesStayByThemselves(DataType type) {
        assumeThatNaNLasts(type);
        for (double[] row : new double[][] {{-0.5, 1, 0.5}, {0, 0, 0}}) {
            INDArray p = Reference.array(type, new double[] {0.5, 0.25, 0.25}, row, new double[] {0.25, 0.25, 0.5});
            INDArray clean = Reference.array(type, new double[] {0.5, 0.25, 0.25}, new double[] {1, 0, 0},
                    new double[] {0.25, 0.25, 0.5});
            for (double alpha : ALPHAS) {
                LossPowerGrad loss = new LossPowerGrad(alpha);
                double[][] gradient = Reference.rows(loss.computeGradient(labels(type), p, IDENTITY, null));
                double[][] expected = Reference.rows(loss.computeGradient(labels(type), clean, IDENTITY, null));
                assertThat(gradient[0]).containsExactly(expected[0], within(4 * tolerance(type)));
                assertThat(gradient[2]).containsExactly(expected[2], within(4 * tolerance(type)));
                boolean undefined = alpha > 0 && alpha < 1;
                assertThat(Double.isNaN(gradient[1][0])).as("alpha %s", alpha).isEqualTo(undefined);
                assertThat(loss.computeScore(labels(type), p, IDENTITY, null, true)).isFinite();
            }
        }
    }

    @Test
    void labelsThatAreNumbersOfNoKindStayInTheirRow() {
        INDArray z = Reference.array(DataType.DOUBLE, ABOVE, BELOW);
        INDArray p = PowerTransform.ofLogits(z, 1);
        INDArray q = Reference.array(DataType.DOUBLE, new double[] {NaN, 0, 1}, LABELS[0]);
        for (double alpha : ALPHAS) {
            for (INDArray weights : new INDArray[] {null, Nd4j.createFromArray(1.0, 1.0, 1.0)}) {
                LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).weights(weights).build();
                for (boolean softmax : new boolean[] {true, false}) {
                    IActivation activation = softmax ? SOFTMAX : IDENTITY;
                    double[][] gradient = Reference.rows(loss.computeGradient(q, softmax ? z : p, activation, null));
                    assertThat(gradient[0][0]).as("%s", loss).isNaN();
                    assertThat(gradient[1]).doesNotContain(NaN);
                    double[] scores = loss.computeScoreArray(q, softmax ? z : p, activation, null).toDoubleVector();
                    assertThat(scores[0]).isNaN();
                    assertThat(scores[1]).isFinite();
                }
            }
        }
    }

    @Test
    void labelsThatDoNotSumToOneAreTakenAsTheyStand() {
        double[] weights = {0.5, 2, 1};
        double[][] q = {{0, 0, 0}, {3, 1, 0}, {-1, 0.5, 0}};
        double[][] z = {ABOVE, BELOW, {4, -4, 0}};
        for (double[] w : new double[][] {null, weights}) {
            for (double alpha : ALPHAS) {
                LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).softmaxClipEps(0)
                        .weights(w == null ? null : Nd4j.createFromArray(w)).build();
                double[][] gradient = Reference.rows(loss.computeGradient(Reference.array(DataType.DOUBLE, q),
                        Reference.array(DataType.DOUBLE, z), SOFTMAX, null));
                double[] scores = loss.computeScoreArray(Reference.array(DataType.DOUBLE, q),
                        Reference.array(DataType.DOUBLE, z), SOFTMAX, null).toDoubleVector();
                for (int n = 0; n < 3; n++) {
                    assertThat(gradient[n])
                            .containsExactly(Reference.gradient(z[n], q[n], alpha, w), within(1e-12));
                    assertThat(scores[n]).isCloseTo(Reference.crossEntropy(z[n], q[n], w), within(1e-12));
                }
            }
        }
    }

    @Test
    @DisplayName("alpha next to 1 is next to LossMCXENT, alpha next to 0 next to the uniform distribution")
    void alphaNextToItsBounds() {
        INDArray z = Reference.array(DataType.DOUBLE, ABOVE, BELOW, new double[] {700, -700, 0});
        double[][] cross = Reference.rows(new LossMCXENT().computeGradient(labels(DataType.DOUBLE), z, SOFTMAX, null));
        double[][] below = Reference.rows(new LossPowerGrad(Math.nextDown(1.0))
                .computeGradient(labels(DataType.DOUBLE), z, SOFTMAX, null));
        double[][] above = Reference.rows(new LossPowerGrad(Math.nextUp(0.0))
                .computeGradient(labels(DataType.DOUBLE), z, SOFTMAX, null));
        for (int n = 0; n < 3; n++) {
            assertThat(below[n]).containsExactly(cross[n], within(1e-15));
            for (int c = 0; c < 3; c++) {
                assertThat(above[n][c]).isCloseTo(1 / 3.0 - LABELS[n][c], within(1e-15));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    void oneClassHasNothingToLearn(DataType type) {
        INDArray z = Nd4j.createFromArray(new double[][] {{5}, {-900}}).castTo(type);
        INDArray q = Nd4j.ones(type, 2, 1);
        for (double alpha : ALPHAS) {
            for (INDArray weights : new INDArray[] {null, Nd4j.createFromArray(2.0), Nd4j.scalar(2.0)}) {
                LossPowerGrad loss = LossPowerGrad.builder().alpha(alpha).weights(weights).labelSmoothing(0.1).build();
                assertThat(loss.computeGradient(q, z, SOFTMAX, null)).isEqualTo(Nd4j.zeros(type, 2, 1));
                assertThat(loss.computeScore(q, z, SOFTMAX, null, true)).isCloseTo(0, within(1e-9));
            }
            assertThat(new LossSparsePowerGrad(alpha).computeGradient(Nd4j.zeros(type, 2, 1), z, SOFTMAX, null))
                    .isEqualTo(Nd4j.zeros(type, 2, 1));
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT"})
    void aMillionClassesKeepTheirAccuracy(DataType type) {
        int classes = 1_000_000;
        INDArray z = Nd4j.linspace(DataType.DOUBLE, -3, 6.0 / classes, classes).reshape(1, classes).castTo(type);
        INDArray q = Nd4j.zeros(type, 1, classes);
        q.putScalar(0, 7, 1);
        double[] logits = Reference.rows(z)[0];
        double[] expected = Reference.gradient(logits, Reference.rows(q)[0], 0.3, null);
        LossPowerGrad loss = LossPowerGrad.builder().alpha(0.3).softmaxClipEps(0).build();

        double[] gradient = Reference.rows(loss.computeGradient(q, z, SOFTMAX, null))[0];

        for (int c = 0; c < classes; c++) {
            if (!(Math.abs(gradient[c] - expected[c]) <= tolerance(type))) {
                assertThat(gradient[c]).as("class %s", c).isCloseTo(expected[c], within(tolerance(type)));
            }
        }
        assertThat(Arrays.stream(gradient).sum()).isCloseTo(0, within(type == DataType.DOUBLE ? 1e-12 : 1e-3));
        assertThat(loss.computeScore(q, z, SOFTMAX, null, true))
                .isCloseTo(Reference.crossEntropy(logits, Reference.rows(q)[0], null), within(1e-10));
    }

    static List<LossPowerGrad> settings() {
        INDArray weights = Nd4j.createFromArray(1.0, 2.0, 3.0);
        return List.of(new LossPowerGrad(0), new LossPowerGrad(0.3), new LossPowerGrad(1), new LossPowerGrad(weights),
                LossPowerGrad.builder().labelSmoothing(0.1).softmaxClipEps(0).weights(weights).build(),
                new LossSparsePowerGrad(0.3),
                LossSparsePowerGrad.builder().labelSmoothing(0.1).softmaxClipEps(0).weights(weights).build());
    }

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("an empty minibatch has an empty gradient and score 0, where ND4J's softmax would end the JVM")
    void anEmptyMinibatchHasAnEmptyGradientAndNoScore(LossPowerGrad loss) {
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT, DataType.HALF, DataType.BFLOAT16)) {
            INDArray z = Nd4j.create(type, 0, 3);
            INDArray q = loss instanceof LossSparsePowerGrad ? Nd4j.create(type, 0, 1) : Nd4j.create(type, 0, 3);
            for (IActivation activation : List.of(SOFTMAX, IDENTITY)) {
                for (INDArray mask : Arrays.asList(null, Nd4j.create(type, 0, 1))) {
                    INDArray gradient = loss.computeGradient(q, z, activation, mask);
                    assertThat(gradient.shape()).containsExactly(0, 3);
                    assertThat(gradient.dataType()).isEqualTo(type);
                    assertThat(loss.computeScore(q, z, activation, mask, true)).isZero();
                    assertThat(loss.computeScore(q, z, activation, mask, false)).isZero();
                    INDArray scores = loss.computeScoreArray(q, z, activation, mask);
                    assertThat(scores.shape()).containsExactly(0, 1);
                    assertThat(scores.dataType()).isEqualTo(type);
                    assertThat(loss.computeGradientAndScore(q, z, activation, mask, true).getFirst()).isZero();
                }
            }
        }
    }

    @Test
    void anEmptyMinibatchIsCheckedLikeAnyOther() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LossPowerGrad()
                .computeGradient(Nd4j.create(DataType.FLOAT, 0, 4), Nd4j.create(DataType.FLOAT, 0, 3), SOFTMAX, null))
                .withMessageContaining("[0, 4]");
        assertThatIllegalArgumentException().isThrownBy(() -> new LossPowerGrad()
                .computeGradient(Nd4j.create(DataType.FLOAT, 2, 0), Nd4j.create(DataType.FLOAT, 2, 0), SOFTMAX, null))
                .withMessageContaining("at least one class").withMessageContaining("[2, 0]");
    }

    @Test
    void theTransformOfNothingIsEmpty() {
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT, DataType.HALF)) {
            INDArray none = Nd4j.create(type, 0, 3);
            for (double alpha : ALPHAS) {
                for (INDArray result : List.of(PowerTransform.transform(none, alpha),
                        PowerTransform.ofLogits(none, alpha))) {
                    assertThat(result.shape()).containsExactly(0, 3);
                    assertThat(result.dataType()).isEqualTo(type);
                }
                assertThat(PowerTransform.stationaryThreshold(none, alpha).shape()).containsExactly(0, 1);
            }
        }
    }

    @Test
    @DisplayName("a mask multiplies: 0 drops a row, but not its NaN")
    void aMaskDoesNotHideNaN() {
        INDArray z = around(DataType.DOUBLE, new double[] {NaN, 0, 1});
        INDArray mask = Nd4j.createFromArray(new double[][] {{1}, {0}, {1}});

        double[][] gradient =
                Reference.rows(new LossPowerGrad(0.3).computeGradient(labels(DataType.DOUBLE), z, SOFTMAX, mask));

        assertThat(gradient[1]).containsOnly(NaN);
        assertNeighboursUntouched(gradient, 0.3, DataType.DOUBLE);
        assertThat(new LossPowerGrad().computeScore(labels(DataType.DOUBLE), z, SOFTMAX, mask, true)).isNaN();
    }

    @ParameterizedTest(name = "{0}, {1} below the largest")
    @CsvSource({"FLOAT, 50", "FLOAT, 87", "DOUBLE, 300", "DOUBLE, 708"})
    @DisplayName("identity: while every probability is a normal number, the softmax behind it gets p' - q")
    void identityHoldsDownToTheSmallestNormalNumber(DataType type, double depth) {
        for (double alpha : new double[] {0, 0.05, 0.3, 1}) {
            for (double[] q : new double[][] {{1, 0, 0}, {0, 0, 1}, {0.25, 0.5, 0.25}}) {
                double[] expected = Reference.gradient(new double[] {0, -1, 0.5 - depth}, q, alpha, null);
                assertThat(behindASoftmax(type, new double[] {0, -1, 0.5 - depth}, q, alpha)).as("alpha %s", alpha)
                        .containsExactly(expected, within(type == DataType.DOUBLE ? 1e-12 : 2e-6));
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1} below the largest")
    @CsvSource({"FLOAT, 110", "DOUBLE, 760"})
    @DisplayName("identity: below that a class has lost its p', at alpha = 0.05 a part of the gradient that shows")
    void identityLosesWhatIsBelowTheSmallestNormalNumber(DataType type, double depth) {
        double[] z = {0, -1, -depth};
        double[] q = {1, 0, 0};
        double alpha = type == DataType.DOUBLE ? 0.005 : 0.05;

        assertThat(Reference.gradient(z, q, alpha, null)[2]).isGreaterThan(0.001);
        double[] gradient = behindASoftmax(type, z, q, alpha);
        assertThat(gradient[2]).isZero();
        assertThat(gradient[0]).isFinite();
        assertThat(gradient[1]).isFinite();
    }

    /** What the backward pass of a softmax, in DOUBLE, makes of the gradient at probabilities of the type. */
    private static double[] behindASoftmax(DataType type, double[] z, double[] q, double alpha) {
        INDArray p = Reference.array(type, Reference.softmax(z, 1));
        INDArray gradient = new LossPowerGrad(alpha).computeGradient(Reference.array(type, q), p, IDENTITY, null);
        return Reference.throughSoftmax(Reference.rows(p)[0], Reference.rows(gradient)[0]);
    }
}
