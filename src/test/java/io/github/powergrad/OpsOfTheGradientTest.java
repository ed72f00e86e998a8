package io.github.powergrad;

import static io.github.powergrad.LossPowerGradTest.SOFTMAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Which ops computeGradient executes, on the processor and on a GPU, and that every way gives the same gradient. */
class OpsOfTheGradientTest {

    private static final double ALPHA = 0.3;

    static INDArray logits(DataType type, int rows, int classes, double deviation) {
        Random random = new Random(rows + classes);
        double[][] z = new double[rows][classes];
        for (double[] row : z) {
            for (int c = 0; c < classes; c++) {
                row[c] = deviation * random.nextGaussian();
            }
        }
        return Nd4j.createFromArray(z).castTo(type);
    }

    static INDArray oneHot(DataType type, int rows, int classes) {
        INDArray q = Nd4j.zeros(type, rows, classes);
        for (int n = 0; n < rows; n++) {
            q.putScalar(n, n % classes, 1);
        }
        return q;
    }

    private static void assertGradient(INDArray q, INDArray z, double alpha, double bound) {
        double[][] actual = Reference.rows(new LossPowerGrad(alpha).computeGradient(q, z, SOFTMAX, null));
        double[][] logits = Reference.rows(z);
        double[][] labels = Reference.rows(q);
        for (int n = 0; n < logits.length; n++) {
            assertThat(actual[n]).as("row %d", n)
                    .containsExactly(Reference.gradient(logits[n], labels[n], alpha, null), within(bound));
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 6", "1, 6", "4, 1", "1, 1"})
    @DisplayName("the gradient reads no number back from a GPU, whatever the minibatch, its types and the settings")
    void readsNothingBack(int rows, int classes) {
        INDArray weights = Nd4j.linspace(1, 2, classes, DataType.DOUBLE).reshape(1, classes);
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT, DataType.HALF, DataType.BFLOAT16}) {
            for (double deviation : new double[] {1, 1000}) {
                INDArray z = logits(type, rows, classes, deviation);
                INDArray p = Nd4j.nn.softmax(z);
                INDArray q = oneHot(type, rows, classes);
                INDArray indices = Nd4j.arange(rows).castTo(DataType.INT32).reshape(rows, 1);
                for (INDArray mask : new INDArray[] {null, Nd4j.ones(type, rows, 1)}) {
                    for (LossPowerGrad.Builder settings : new LossPowerGrad.Builder[] {LossPowerGrad.builder(),
                            LossPowerGrad.builder().weights(weights), LossPowerGrad.builder().labelSmoothing(0.1),
                            LossPowerGrad.builder().labelSmoothing(0.1).weights(weights)}) {
                        for (double alpha : new double[] {0, ALPHA, 1}) {
                            LossPowerGrad loss = settings.alpha(alpha).build();
                            LossPowerGrad sparse = new LossSparsePowerGrad(alpha);
                            try (RecordedOps ops = new RecordedOps(ExecutionerType.CUDA)) {
                                loss.computeGradient(q, z, SOFTMAX, mask);
                                loss.computeGradient(q, p, new ActivationIdentity(), mask);
                                sparse.computeGradient(indices, z, SOFTMAX, mask);
                                assertThat(ops.names).isNotEmpty();
                                assertThat(ops.reads).as("%s %s mask %s", type, loss, mask).isEmpty();
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    @DisplayName("the recorder sees the read of a reduction's result, of an element and of a whole array")
    void theRecorderSeesReads() {
        INDArray array = Nd4j.ones(DataType.FLOAT, 3, 2);
        for (Consumer<INDArray> read : List.<Consumer<INDArray>>of(INDArray::sumNumber, a -> a.getDouble(1, 1),
                a -> a.getFloat(0), a -> a.getLong(2), INDArray::toDoubleMatrix, a -> a.data().asNio(),
                a -> a.getRow(0, true).muliColumnVector(Nd4j.ones(1, 1)))) {
            try (RecordedOps ops = new RecordedOps(ExecutionerType.CUDA)) {
                array.add(array);
                assertThat(ops.reads).isEmpty();
                read.accept(array);
                assertThat(ops.reads).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 4, 6", "DOUBLE, 4, 6", "FLOAT, 64, 200"})
    @ProcessorOnly("looks at what the processor does with its own memory")
    @DisplayName("small logits cost no shift on the processor, large ones and every one on a GPU do")
    void shiftsOnlyWhereItIsNeeded(DataType type, int rows, int classes) {
        INDArray q = oneHot(type, rows, classes);
        LossPowerGrad loss = new LossPowerGrad(ALPHA);
        try (RecordedOps ops = new RecordedOps(ExecutionerType.NATIVE_CPU)) {
            loss.computeGradient(q, logits(type, rows, classes, 3), SOFTMAX, null);
            assertThat(ops.names).doesNotContain("reduce_max", "max");
        }
        try (RecordedOps ops = new RecordedOps(ExecutionerType.NATIVE_CPU)) {
            loss.computeGradient(q, logits(type, rows, classes, 3000), SOFTMAX, null);
            assertThat(ops.names).containsAnyOf("reduce_max", "max");
        }
        try (RecordedOps ops = new RecordedOps(ExecutionerType.CUDA)) {
            loss.computeGradient(q, logits(type, rows, classes, 3), SOFTMAX, null);
            assertThat(ops.names).containsAnyOf("reduce_max", "max");
        }
    }

    @Test
    @ProcessorOnly("looks at what the processor does with its own memory")
    @DisplayName("one row of large logits among small ones is seen, whatever stands in the classes that are looked at")
    void shiftsForOneRowOfLargeLogits() {
        INDArray z = logits(DataType.FLOAT, 64, 10, 0.1);
        z.putScalar(3, 0, 50 / ALPHA);
        z.putScalar(3, 1, 90 / ALPHA);
        z.putScalar(3, 9, 50 / ALPHA);
        try (RecordedOps ops = new RecordedOps(ExecutionerType.NATIVE_CPU)) {
            new LossPowerGrad(ALPHA).computeGradient(oneHot(DataType.FLOAT, 64, 10), z, SOFTMAX, null);
            assertThat(ops.names.stream().filter("softmax"::equals)).hasSize(2);
            assertThat(ops.names).containsAnyOf("reduce_max", "max");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    @ProcessorOnly("looks at what the processor does with its own memory")
    @DisplayName("the largest |alpha z| that needs no shift is 60: 60 costs one softmax, the next number a second one")
    void shiftsAboveTheBound(DataType type) {
        INDArray q = Nd4j.ones(type, 5, 1);
        for (double sign : new double[] {1, -1}) {
            INDArray largest = Nd4j.valueArrayOf(new long[] {5, 1}, sign * 120, type);
            try (RecordedOps ops = new RecordedOps(ExecutionerType.NATIVE_CPU)) {
                new LossPowerGrad(0.5).computeGradient(q, largest, SOFTMAX, null);
                assertThat(ops.names).containsOnlyOnce("softmax").doesNotContain("reduce_max", "max");
            }
            try (RecordedOps ops = new RecordedOps(ExecutionerType.NATIVE_CPU)) {
                new LossPowerGrad(0.5).computeGradient(q, largest.mul(1.001), SOFTMAX, null);
                assertThat(ops.names.stream().filter("softmax"::equals)).hasSize(2);
                assertThat(ops.names).containsAnyOf("reduce_max", "max");
            }
        }
    }

    @Test
    @ProcessorOnly("looks at what the processor does with its own memory")
    @DisplayName("of a row the last class tells enough where the first is impossible, and the first where the last is")
    void oneClassAtTheEdgeIsEnough() {
        INDArray z = logits(DataType.FLOAT, 6, 5, 3);
        for (int row = 0; row < 6; row++) {
            z.putScalar(row, row % 2 == 0 ? 0 : 4, Double.NEGATIVE_INFINITY);
        }
        try (RecordedOps ops = new RecordedOps(ExecutionerType.NATIVE_CPU)) {
            new LossPowerGrad(ALPHA).computeGradient(oneHot(DataType.FLOAT, 6, 5), z, SOFTMAX, null);
            assertThat(ops.names).contains("softmax").doesNotContain("reduce_max", "max");
        }
    }

    @Test
    @ProcessorOnly("looks at what the processor does with its own memory")
    @DisplayName("at alpha = 1 DOUBLE rows from -700 up are LossMCXENT's to the last bit and cost no lift, lower ones do")
    void liftsOnlyWhatLossMCXENTCannotDo() {
        for (double top : new double[] {-699, -701, -744, 800}) {
            INDArray z = logits(DataType.DOUBLE, 40, 7, 2).addi(top);
            z.subi(z.max(true, 1).subi(top)); // each row's maximum is top
            INDArray q = oneHot(DataType.DOUBLE, 40, 7);
            try (RecordedOps ops = new RecordedOps(ExecutionerType.NATIVE_CPU)) {
                INDArray gradient = new LossPowerGrad(1).computeGradient(q, z, SOFTMAX, null);
                assertThat(ops.names.contains("reduce_max") || ops.names.contains("max")).isEqualTo(top != 800);
                if (top > -700) {
                    assertThat(gradient.toDoubleMatrix())
                            .isDeepEqualTo(new LossMCXENT().computeGradient(q, z, SOFTMAX, null).toDoubleMatrix());
                }
            }
            assertGradient(q, z, 1, 1e-12);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NATIVE_CPU", "CUDA"})
    @DisplayName("at alpha = 1 FLOAT rows are left as they are, however low: a GPU has no more ops to start than LossMCXENT")
    void floatRowsAreNeverLifted(ExecutionerType device) {
        INDArray z = logits(DataType.FLOAT, 40, 7, 2).subi(5000);
        try (RecordedOps ops = new RecordedOps(device)) {
            new LossPowerGrad(1).computeGradient(oneHot(DataType.FLOAT, 40, 7), z, SOFTMAX, null);
            assertThat(ops.names).contains("softmax").doesNotContain("reduce_max", "max");
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 6, false", "100, 100, false", "10001, 1, true", "64, 200, true"})
    @ProcessorOnly("looks at what the processor does with its own memory")
    @DisplayName("up to 10,000 numbers are multiplied by BLAS, which starts faster than an op")
    void multipliesFewNumbersByBlas(int rows, int classes, boolean byOp) {
        try (RecordedOps ops = new RecordedOps(ExecutionerType.NATIVE_CPU)) {
            new LossPowerGrad(ALPHA).computeGradient(oneHot(DataType.FLOAT, rows, classes),
                    logits(DataType.FLOAT, rows, classes, 3), SOFTMAX, null);
            assertThat(ops.names.contains("mul_scalar")).isEqualTo(byOp);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.25, 0.3, 0.5, 0.9, 0.999})
    @DisplayName("near ties just where the shift begins keep the FLOAT bound of 2e-6, above and below")
    void keepsTheBoundWhereTheShiftBegins(double alpha) {
        Random random = new Random(7);
        for (double size : new double[] {31.9, 63.9, 64.1, 130}) {
            double top = size / alpha;
            float[][] z = new float[200][4];
            for (float[] row : z) {
                for (int c = 0; c < 4; c++) {
                    row[c] = (float) Math.min(top, (top - 3 * random.nextDouble() / alpha));
                }
            }
            assertGradient(oneHot(DataType.FLOAT, 200, 4), Nd4j.createFromArray(z), alpha, 2e-6);
            assertGradient(oneHot(DataType.FLOAT, 200, 4), Nd4j.createFromArray(z).neg(), alpha, 2e-6);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1})
    @DisplayName("DOUBLE rows far below zero have their gradient, few or many of them, beside NaN too")
    void doubleRowsFarBelowZero(double alpha) {
        for (int rows : new int[] {8, 3000}) {
            INDArray z = logits(DataType.DOUBLE, rows, 4, 3).subi(5000);
            assertGradient(oneHot(DataType.DOUBLE, rows, 4), z, alpha, 1e-12);
        }
        Random random = new Random(5);
        for (int i = 0; i < 200; i++) {
            INDArray z = logits(DataType.DOUBLE, 8, 4, 3);
            z.getRow(3).subi(5000);
            int broken = new int[] {0, 1, 2, 4, 5, 6, 7}[random.nextInt(7)];
            z.putScalar(broken, random.nextInt(4), Double.NaN);
            INDArray gradient = new LossPowerGrad(alpha).computeGradient(oneHot(DataType.DOUBLE, 8, 4), z, SOFTMAX, null);
            assertThat(gradient.getRow(3).toDoubleVector()).containsExactly(
                    Reference.gradient(z.getRow(3).toDoubleVector(), new double[] {0, 0, 0, 1}, alpha, null), within(1e-12));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    @DisplayName("views, f order and minibatches of every size give the reference's gradient")
    void layoutsAndSizes(DataType type) {
        double bound = type == DataType.FLOAT ? 2e-6 : 1e-12;
        for (double deviation : new double[] {2, 400}) {
            INDArray wide = logits(type, 120, 90, deviation); // 10,800 numbers: more than BLAS takes on one thread
            INDArray z = wide.get(NDArrayIndex.interval(3, 23), NDArrayIndex.interval(5, 15));
            INDArray rows = wide.get(NDArrayIndex.interval(3, 23));
            wide.getRow(2).assign(Double.NaN); // beside the views: must not be looked at
            wide.getRow(23).assign(1e6);
            for (double alpha : new double[] {ALPHA, 1}) {
                assertGradient(oneHot(type, 20, 10), z, alpha, bound);
                assertGradient(oneHot(type, 20, 10), z.dup('f'), alpha, bound);
                assertGradient(oneHot(type, 20, 90), rows, alpha, bound);
                assertGradient(oneHot(type, 90, 120).transpose(), logits(type, 90, 120, deviation).transpose(), alpha,
                        bound);
                assertGradient(oneHot(type, 120, 90), logits(type, 120, 90, deviation), alpha, bound);
            }
        }
    }

    @Test
    @DisplayName("one row of near ties at 1500 is seen in f order and in views too")
    void oneLargeRowIsSeenInEveryLayout() {
        INDArray q = oneHot(DataType.FLOAT, 16, 8);
        for (int i = 0; i < 30; i++) {
            INDArray z = logits(DataType.FLOAT, 16, 8, 1);
            z.putScalar(11, 1, 1500 - i);
            z.putScalar(11, 2, 1500.371f - i);
            assertGradient(q, z, ALPHA, 2e-6);
            assertGradient(q, z.dup('f'), ALPHA, 2e-6);
            INDArray wide = Nd4j.concat(1, Nd4j.zeros(DataType.FLOAT, 16, 3), z);
            assertGradient(q, wide.get(NDArrayIndex.all(), NDArrayIndex.interval(3, 11)), ALPHA, 2e-6);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE"})
    @DisplayName("a row of NaN hides no near tie of another row, whichever comes first")
    void nanHidesNothing(DataType type) {
        double[] labels = {0, 1, 0, 0};
        for (int broken : new int[] {0, 1, 3}) {
            for (int column = 0; column < 4; column++) {
                INDArray z = logits(type, 4, 4, 1);
                z.getRow(2).assign(Nd4j.createFromArray(1.5, 1500, 1500.371f, -2).castTo(type));
                z.putScalar(broken, column, Double.NaN);
                INDArray q = Nd4j.createFromArray(new double[][] {labels, labels, labels, labels}).castTo(type);
                INDArray gradient = new LossPowerGrad(ALPHA).computeGradient(q, z, SOFTMAX, null);
                double[] expected = Reference.gradient(z.getRow(2).toDoubleVector(), labels, ALPHA, null);
                assertThat(gradient.getRow(2).toDoubleVector())
                        .containsExactly(expected, within(type == DataType.FLOAT ? 2e-6 : 1e-12));
                assertThat(gradient.getRow(broken).toDoubleVector()).containsOnly(Double.NaN);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {2, 30, 180, 900})
    @DisplayName("classes at the edge that are impossible or far behind tell nothing of the others")
    void edgesThatTellNothing(double deviation) {
        for (double edge : new double[] {Double.NEGATIVE_INFINITY, -1e30, -2340, -150, -20}) { // -2340: p is 0
            for (boolean both : new boolean[] {true, false}) {
                INDArray z = logits(DataType.FLOAT, 20, 6, deviation);
                z.putScalar(7, 2, 900 + deviation);
                z.putScalar(7, 3, 900.371f + deviation);
                z.getColumn(0).assign(edge);
                if (both) {
                    z.getColumn(5).assign(edge);
                }
                assertGradient(oneHot(DataType.FLOAT, 20, 6), z, ALPHA, 2e-6);
            }
        }
    }
}
