package io.github.powergrad;

import static io.github.powergrad.LossPowerGradTest.SOFTMAX;
import static io.github.powergrad.OpsOfTheGradientTest.oneHot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** The score by the outputs that have a label: the value that all outputs give, whatever the labels and their layout. */
class LabelledOutputsTest {

    private static final LossPowerGrad LOSS = new LossPowerGrad(0.3);

    private static INDArray logits(DataType type, int rows, int classes) {
        return OpsOfTheGradientTest.logits(type, rows, classes, 3);
    }

    private static void assertScore(INDArray q, INDArray z) {
        double[][] logits = Reference.rows(z);
        double[][] labels = Reference.rows(q);
        double sum = 0;
        for (int n = 0; n < logits.length; n++) {
            sum += Reference.crossEntropy(logits[n], labels[n], null);
        }
        double rounding = z.dataType() == DataType.DOUBLE ? 1e-11 : 1e-5;
        double bound = rounding * Math.abs(sum) + 1.1e-10 * logits.length; // p = 1 counts as 1 - 1e-10
        assertThat(LOSS.computeScore(q, z, SOFTMAX, null, false)).isCloseTo(sum, within(bound));
        assertThat(LOSS.computeScore(q, z, SOFTMAX, null, true)).isCloseTo(sum / logits.length, within(bound / logits.length));
    }

    private static boolean takesLogarithmsOfAll(INDArray q, INDArray z, ExecutionerType device) {
        try (RecordedOps ops = new RecordedOps(device)) {
            LOSS.computeScore(q, z, SOFTMAX, null, true);
            assertThat(ops.names).contains("softmax");
            return ops.names.contains("log");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "5, 1", "2, 3", "7, 5", "33, 11", "128, 10", "64, 201", "9, 1000", "1500, 2", "900, 3",
        "3000, 9"})
    @DisplayName("one-hot labels of every size, odd row lengths included, as views and in f order too")
    void oneHotLabels(int rows, int classes) {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            INDArray z = logits(type, rows, classes);
            INDArray q = oneHot(type, rows, classes);
            assertScore(q, z);
            assertScore(q.dup('f'), z);
            assertScore(q, z.dup('f'));
            INDArray longer = Nd4j.concat(0, oneHot(type, 3, classes), q);
            longer.getRow(2).assign(Double.NaN); // just before the view
            assertScore(longer.get(NDArrayIndex.interval(3, rows + 3), NDArrayIndex.all()), z);
            INDArray wider = Nd4j.concat(1, Nd4j.valueArrayOf(new long[] {rows, 1}, Double.NaN, type), q);
            assertScore(wider.get(NDArrayIndex.all(), NDArrayIndex.interval(1, classes + 1)), z);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    @DisplayName("two labels per row, a label in the last class alone, labels of -0, soft labels, no label")
    void otherLabels(DataType type) {
        BiFunction<Integer, Integer, Double> two = (n, c) -> c == n % 21 ? 0.7 : c == (n + 1) % 21 ? 0.3 : 0;
        BiFunction<Integer, Integer, Double> last = (n, c) -> c == 20 ? 1.0 : 0;
        BiFunction<Integer, Integer, Double> minusZero = (n, c) -> c == 4 ? 1.0 : -0.0;
        BiFunction<Integer, Integer, Double> soft = (n, c) -> (1 + (n + c) % 21) / 231.0;
        BiFunction<Integer, Integer, Double> denseBelow = (n, c) -> n < 20 ? (c == 3 ? 1.0 : 0) : 1 / 21.0;
        BiFunction<Integer, Integer, Double> negative = (n, c) -> c == 2 ? -0.5 : c == 3 ? 1.5 : 0;
        for (int rows : new int[] {4, 60}) {
            for (BiFunction<Integer, Integer, Double> label : List.of(two, last, minusZero, soft, denseBelow,
                    negative)) {
                INDArray q = Nd4j.zeros(type, rows, 21);
                for (int n = 0; n < rows; n++) {
                    for (int c = 0; c < 21; c++) {
                        q.putScalar(n, c, label.apply(n, c));
                    }
                }
                assertScore(q, logits(type, rows, 21));
            }
            assertThat(LOSS.computeScore(Nd4j.zeros(type, rows, 21), logits(type, rows, 21), SOFTMAX, null, true)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    @DisplayName("a row that is NaN makes the score NaN, with a label or without; so does a label that is NaN")
    void numbersThatAreNone(DataType type) {
        for (double broken : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            INDArray z = logits(type, 4, 6);
            z.putScalar(2, 3, broken);
            INDArray q = oneHot(type, 4, 6);
            assertThat(LOSS.computeScore(q, z, SOFTMAX, null, true)).isNaN();
            q.getRow(2).assign(0);
            assertThat(LOSS.computeScore(q, z, SOFTMAX, null, true)).isNaN();
        }
        INDArray q = oneHot(type, 4, 6);
        q.putScalar(1, 1, Double.NaN);
        assertThat(LOSS.computeScore(q, logits(type, 4, 6), SOFTMAX, null, true)).isNaN();
        q.putScalar(1, 1, Double.POSITIVE_INFINITY);
        assertThat(LOSS.computeScore(q, logits(type, 4, 6), SOFTMAX, null, true)).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-10, 1e-7, 1e-3, 0.4})
    @DisplayName("probabilities are clipped as LossMCXENT clips them, right and wrong ones")
    void clipsAsLossMCXENT(double clipEps) {
        LossPowerGrad ours = LossPowerGrad.builder().softmaxClipEps(clipEps).build();
        LossMCXENT theirs = new LossMCXENT(clipEps, null);
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            for (double scale : new double[] {1, 5, 100}) {
                INDArray z = logits(type, 40, 17).muli(scale);
                for (int c = 0; c < 17; c++) {
                    INDArray q = Nd4j.zeros(type, 40, 17);
                    q.getColumn(c).assign(1);
                    double expected = theirs.computeScore(q, z, SOFTMAX, null, false);
                    assertThat(ours.computeScore(q, z, SOFTMAX, null, false)).isCloseTo(expected, withPercentage(2e-4));
                }
            }
            INDArray right = Nd4j.eye(5).castTo(type).mul(1000);
            double expected = theirs.computeScore(Nd4j.eye(5).castTo(type), right, SOFTMAX, null, false);
            assertThat(ours.computeScore(Nd4j.eye(5).castTo(type), right, SOFTMAX, null, false))
                    .isCloseTo(expected, within(2e-6 * expected));
        }
    }

    private static boolean isWorthwhile(int rows, int classes, BiPredicate<Integer, Integer> isLabelled) {
        INDArray p = Nd4j.valueArrayOf(new long[] {rows, classes}, 1.0 / classes, DataType.FLOAT);
        INDArray q = Nd4j.zeros(DataType.FLOAT, rows, classes);
        for (int n = 0; n < rows; n++) {
            for (int c = 0; c < classes; c++) {
                q.putScalar(n, c, isLabelled.test(n, c) ? 1 : 0);
            }
        }
        return LabelledOutputs.logLikelihood(q, p, 0).isPresent();
    }

    @Test
    @ProcessorOnly("looks at what the processor does with its own memory")
    @DisplayName("up to 1,000 labels and one more for each eight outputs are few, counted as if all rows were alike")
    void givesUpWhereLabelsAreMany() {
        assertThat(isWorthwhile(1, 1600, (n, c) -> c < 1200)).isTrue();
        assertThat(isWorthwhile(1, 1600, (n, c) -> c < 1201)).isFalse();
        assertThat(isWorthwhile(100, 80, (n, c) -> c < 20)).isTrue();
        assertThat(isWorthwhile(100, 80, (n, c) -> c < 21)).isFalse();
        assertThat(isWorthwhile(100, 80, (n, c) -> c == n % 80 || n == 99)).isTrue();
        assertThat(isWorthwhile(100, 80, (n, c) -> c == n % 80 || n == 3)).isFalse();
    }

    @Test
    @ProcessorOnly("looks at what the processor does with its own memory")
    @DisplayName("on the processor no logarithm is taken of outputs without a label, if labels are few; on a GPU of all")
    void takesFewLogarithms() {
        INDArray z = logits(DataType.FLOAT, 64, 20);
        INDArray q = oneHot(DataType.FLOAT, 64, 20);
        INDArray soft = Nd4j.valueArrayOf(new long[] {64, 20}, 0.05, DataType.FLOAT);
        INDArray few = Nd4j.valueArrayOf(new long[] {10, 20}, 0.05, DataType.FLOAT);
        assertThat(takesLogarithmsOfAll(q, z, ExecutionerType.NATIVE_CPU)).isFalse();
        assertThat(takesLogarithmsOfAll(q, z, ExecutionerType.CUDA)).isTrue();
        assertThat(takesLogarithmsOfAll(soft, z, ExecutionerType.NATIVE_CPU)).isTrue();
        assertThat(takesLogarithmsOfAll(few, logits(DataType.FLOAT, 10, 20), ExecutionerType.NATIVE_CPU)).isFalse();
        assertThat(takesLogarithmsOfAll(q.dup('f'), z, ExecutionerType.NATIVE_CPU)).isTrue();
        assertThat(takesLogarithmsOfAll(oneHot(DataType.FLOAT, 1000, 3), logits(DataType.FLOAT, 1000, 3),
                ExecutionerType.NATIVE_CPU)).isFalse();
        assertThat(takesLogarithmsOfAll(oneHot(DataType.FLOAT, 5000, 3), logits(DataType.FLOAT, 5000, 3),
                ExecutionerType.NATIVE_CPU)).isTrue();
    }
}
