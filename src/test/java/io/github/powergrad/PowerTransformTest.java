package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

@DisplayName("The PowerGrad Transform")
class PowerTransformTest {

    private static final double[] ALPHAS = {0, 0.01, 0.05, 0.25, 0.3, 0.5, 0.7, 0.92, 0.999, 1 - 1e-9, 1};

    static IntStream seeds() {
        return IntStream.range(0, 20);
    }

    /** Random distributions: 2 to 300 classes, from nearly flat to nearly one-hot, some with exact zeros. */
    private static double[] distribution(int seed) {
        Random random = new Random(seed);
        double[] z = random.doubles(2 + random.nextInt(299)).map(u -> (u - 0.5) * Math.exp(6 * u)).toArray();
        double[] p = Reference.softmax(z, 1);
        if (seed % 4 == 0) {
            p[0] = 0;
            double sum = Arrays.stream(p).sum();
            p = Arrays.stream(p).map(v -> v / sum).toArray();
        }
        return p;
    }

    private static double[] power(double[] p, double alpha) {
        double[] powered = Arrays.stream(p).map(v -> Math.pow(v, alpha)).toArray();
        double sum = Arrays.stream(powered).sum();
        return Arrays.stream(powered).map(v -> v / sum).toArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void isThePowerOfEachProbabilityNormalized(int seed) {
        double[] p = distribution(seed);
        for (double alpha : ALPHAS) {
            double[] transformed = PowerTransform.transform(Nd4j.createFromArray(p), alpha).toDoubleVector();
            assertThat(transformed).as("alpha %s", alpha).containsExactly(power(p, alpha), within(1e-13));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void isTheSoftmaxOfTheScaledLogits(int seed) {
        Random random = new Random(seed);
        double[] z = random.doubles(2 + random.nextInt(99)).map(u -> 40 * (u - 0.5)).toArray();
        INDArray p = Nd4j.createFromArray(Reference.softmax(z, 1));
        for (double alpha : ALPHAS) {
            double[] ofLogits = PowerTransform.ofLogits(Nd4j.createFromArray(z), alpha).toDoubleVector();
            assertThat(ofLogits).containsExactly(Reference.softmax(z, alpha), within(1e-14));
            assertThat(PowerTransform.transform(p, alpha).toDoubleVector()).containsExactly(ofLogits, within(1e-13));
        }
    }

    @Test
    void stationaryThresholdNormalizesEachRowByItself() {
        INDArray rows = Nd4j.createFromArray(new double[][] {{3, 1}, {1, 1}, {18, 2}});
        double[] thresholds = PowerTransform.stationaryThreshold(rows, 0.5).ravel().toDoubleVector();

        for (int n = 0; n < 3; n++) {
            double[] p = rows.getRow(n).div(rows.getRow(n).sumNumber()).toDoubleVector();
            double sum = Math.sqrt(p[0]) + Math.sqrt(p[1]);
            assertThat(thresholds[n]).isCloseTo(1 / (sum * sum), within(1e-14));
        }
    }

    @Test
    void ofLogitsKeepsWhatAnUnderflowedProbabilityWouldLose() {
        INDArray logits = Nd4j.createFromArray(new float[][] {{0, -1000}});

        float[] transformed = PowerTransform.ofLogits(logits, 0.002).toFloatVector();

        assertThat(transformed[1]).isCloseTo((float) (1 / (1 + Math.exp(2))), within(1e-6f));
    }

    @Test
    @DisplayName("at alpha = 0 gives 1/C, zeros included (Proposition 1)")
    void alphaZeroIsUniform() {
        INDArray p = Nd4j.createFromArray(new double[][] {{1, 0, 0, 0}, {0.1, 0.2, 0.3, 0.4}});

        double[][] transformed = PowerTransform.transform(p, 0).toDoubleMatrix();

        assertThat(transformed[0]).containsExactly(0.25, 0.25, 0.25, 0.25);
        assertThat(transformed[1]).containsExactly(0.25, 0.25, 0.25, 0.25);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @DisplayName("grows what is below the stationary threshold and shrinks what is above (Lemma 1)")
    void stationaryThresholdSeparatesGrowthFromShrinking(int seed) {
        double[] p = distribution(seed);
        for (double alpha : ALPHAS) {
            double[] transformed = power(p, alpha);
            double t = PowerTransform.stationaryThreshold(Nd4j.createFromArray(p), alpha).getDouble(0);
            for (int c = 0; c < p.length; c++) {
                if (p[c] <= t * (1 - 1e-9)) {
                    assertThat(transformed[c]).isGreaterThanOrEqualTo(p[c] * (1 - 1e-12));
                } else if (p[c] > t * (1 + 1e-9)) {
                    assertThat(transformed[c]).isLessThan(p[c] * (1 + 1e-12));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @DisplayName("has a stationary threshold that does not fall as alpha grows, from 1/C (Theorem 1)")
    void stationaryThresholdIsMonotone(int seed) {
        INDArray p = Nd4j.createFromArray(distribution(seed));
        double previous = 0;
        for (double alpha : ALPHAS) {
            double t = PowerTransform.stationaryThreshold(p, alpha).getDouble(0);
            assertThat(t).as("alpha %s", alpha).isGreaterThanOrEqualTo(previous * (1 - 1e-12));
            previous = t;
        }
        assertThat(PowerTransform.stationaryThreshold(p, 0).getDouble(0)).isCloseTo(1.0 / p.length(), within(1e-14));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @DisplayName("has the threshold of the definition, and at alpha = 1 its limit")
    void stationaryThresholdFollowsTheDefinition(int seed) {
        double[] p = distribution(seed);
        INDArray array = Nd4j.createFromArray(p);
        for (double alpha : new double[] {0.05, 0.3, 0.7, 0.9}) {
            double sum = Arrays.stream(p).map(v -> Math.pow(v, alpha)).sum();
            assertThat(PowerTransform.stationaryThreshold(array, alpha).getDouble(0))
                    .isCloseTo(Math.pow(sum, 1 / (alpha - 1)), within(1e-12));
        }
        double limit = Math.exp(Arrays.stream(p).filter(v -> v > 0).map(v -> v * Math.log(v)).sum());
        assertThat(PowerTransform.stationaryThreshold(array, 1).getDouble(0)).isCloseTo(limit, within(1e-13));
        assertThat(PowerTransform.stationaryThreshold(array, 1 - 1e-12).getDouble(0)).isCloseTo(limit, within(1e-10));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @DisplayName("keeps the order of the probabilities (Theorem 1)")
    void keepsTheOrder(int seed) {
        double[] p = distribution(seed);
        Arrays.sort(p);
        for (double alpha : ALPHAS) {
            double[] transformed = PowerTransform.transform(Nd4j.createFromArray(p), alpha).toDoubleVector();
            for (int c = 1; c < p.length; c++) {
                assertThat(transformed[c]).isGreaterThanOrEqualTo(transformed[c - 1]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16"})
    void keepsTypeAndShapeAndLeavesItsArgument(DataType type) {
        double tolerance = type == DataType.DOUBLE ? 1e-15 : type == DataType.FLOAT ? 1e-6
                : type == DataType.HALF ? 1e-3 : 8e-3;
        INDArray p = Reference.array(type, new double[] {0.5, 0.25, 0.25}, new double[] {0.125, 0.875, 0});
        INDArray before = p.dup();

        INDArray transformed = PowerTransform.transform(p, 0.5);
        INDArray ofLogits = PowerTransform.ofLogits(p, 0.5);
        INDArray threshold = PowerTransform.stationaryThreshold(p, 0.5);

        assertThat(p).isEqualTo(before);
        assertThat(transformed.dataType()).isEqualTo(type);
        assertThat(transformed.shape()).containsExactly(2, 3);
        assertThat(ofLogits.dataType()).isEqualTo(type);
        assertThat(ofLogits.shape()).containsExactly(2, 3);
        assertThat(threshold.dataType()).isEqualTo(type);
        assertThat(threshold.shape()).containsExactly(2, 1);
        double[][] expected = {power(new double[] {0.5, 0.25, 0.25}, 0.5), power(new double[] {0.125, 0.875, 0}, 0.5)};
        for (int n = 0; n < 2; n++) {
            assertThat(Reference.rows(transformed)[n]).containsExactly(expected[n], within(tolerance));
            assertThat(Reference.rows(transformed)[n][0] + Reference.rows(transformed)[n][1]
                    + Reference.rows(transformed)[n][2]).isCloseTo(1, within(2 * tolerance));
        }
    }

    @Test
    void worksAlongTheLastDimensionOfAnyLayout() {
        INDArray p = Nd4j.createFromArray(distribution(3)).get(NDArrayIndex.interval(0, 24));
        INDArray cube = p.reshape(2, 3, 4);
        INDArray fortran = cube.dup('f');
        INDArray view = Nd4j.concat(2, cube, cube).get(NDArrayIndex.all(),
                NDArrayIndex.all(), NDArrayIndex.interval(4, 8));
        for (double alpha : new double[] {0, 0.3, 1}) {
            INDArray expected = PowerTransform.transform(cube, alpha);
            assertThat(PowerTransform.transform(fortran, alpha)).isEqualTo(expected);
            assertThat(PowerTransform.transform(view, alpha)).isEqualTo(expected);
            INDArray logits = PowerTransform.ofLogits(cube, alpha);
            assertThat(PowerTransform.ofLogits(fortran, alpha)).isEqualTo(logits);
            assertThat(PowerTransform.ofLogits(view, alpha)).isEqualTo(logits);
            INDArray threshold = PowerTransform.stationaryThreshold(cube, alpha);
            assertThat(threshold.shape()).containsExactly(2, 3, 1);
            assertThat(PowerTransform.stationaryThreshold(view, alpha)).isEqualTo(threshold);
        }
    }

    @Test
    void theExampleOfTheJavadocHolds() {
        INDArray p = Nd4j.createFromArray(new double[][] {{0.64, 0.32, 0.04}});
        INDArray flatter = PowerTransform.transform(p, 0.5);
        INDArray same = PowerTransform.ofLogits(Transforms.log(p), 0.5);
        INDArray t = PowerTransform.stationaryThreshold(p, 0.5);

        assertThat(flatter.toDoubleVector()).containsExactly(new double[] {0.5110, 0.3613, 0.1277}, within(5e-5));
        assertThat(same.toDoubleVector()).containsExactly(flatter.toDoubleVector(), within(1e-15));
        assertThat(t.getDouble(0)).isCloseTo(0.4079, within(5e-5));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.2, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesAnAlphaOutsideZeroToOne(double alpha) {
        INDArray p = Nd4j.createFromArray(0.5, 0.5);
        String message = "alpha must be in [0, 1], got " + alpha;

        assertThatIllegalArgumentException().isThrownBy(() -> PowerTransform.transform(p, alpha))
                .withMessageStartingWith(message);
        assertThatIllegalArgumentException().isThrownBy(() -> PowerTransform.ofLogits(p, alpha))
                .withMessageStartingWith(message);
        assertThatIllegalArgumentException().isThrownBy(() -> PowerTransform.stationaryThreshold(p, alpha))
                .withMessageStartingWith(message);
    }

    @Test
    void refusesIntegers() {
        INDArray counts = Nd4j.createFromArray(1, 2, 3);

        assertThatIllegalArgumentException().isThrownBy(() -> PowerTransform.transform(counts, 0.5))
                .withMessageContaining("probabilities must be of a floating type").withMessageContaining("INT");
    }
}
