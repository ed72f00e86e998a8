package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.ObjectMapper;

@DisplayName("Against golden.json, made in 60-digit arithmetic by golden.py, LossPowerGrad")
class GoldenVectorsTest {

    private static final Map<DataType, Double> GRADIENT_ERROR = Map.of(
            DataType.DOUBLE, 1e-12, DataType.FLOAT, 2e-6, DataType.HALF, 1e-3, DataType.BFLOAT16, 8e-3);
    /** What rounding a result of computeScoreArray to the type costs. */
    private static final Map<DataType, Double> ROUNDING = Map.of(
            DataType.DOUBLE, 0x1p-53, DataType.FLOAT, 0x1p-24, DataType.HALF, 0x1p-11, DataType.BFLOAT16, 0x1p-8);

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> cases() throws IOException {
        try (InputStream in = GoldenVectorsTest.class.getResourceAsStream("golden.json")) {
            return new ObjectMapper().readValue(in, List.class);
        }
    }

    static Stream<Arguments> casesAndTypes() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (Map<String, Object> golden : cases()) {
            for (String type : strings(golden.get("types"))) {
                all.add(Arguments.of(golden.get("name"), DataType.valueOf(type), golden));
            }
        }
        return all.stream();
    }

    @Test
    void atLeastTwentyCasesAreThere() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(20);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("casesAndTypes")
    @DisplayName("has its gradient within the type's bound")
    void gradientIsWithinTheBoundOfItsType(String name, DataType type, Map<String, Object> golden) {
        INDArray gradient = loss(golden, 0).computeGradient(labels(golden, type), logits(golden, type),
                new ActivationSoftmax(), mask(golden));

        assertThat(gradient.dataType()).isEqualTo(type);
        assertRows(gradient, matrix(golden.get("gradient")), GRADIENT_ERROR.get(type), 0);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("casesAndTypes")
    @DisplayName("has the exact cross-entropy at softmaxClipEps 0")
    void unclippedScoreIsTheCrossEntropy(String name, DataType type, Map<String, Object> golden) {
        checkScores(golden, type, 0, "scores", 1e-12);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("casesAndTypes")
    @DisplayName("has the clipped cross-entropy at the default softmaxClipEps")
    void defaultScoreIsClipped(String name, DataType type, Map<String, Object> golden) {
        checkScores(golden, type, 1e-10, "clippedScores", type == DataType.DOUBLE ? 1e-10 : 2e-5);
    }

    private static void checkScores(Map<String, Object> golden, DataType type, double clipEps, String expected,
            double tolerance) {
        double[] scores = vector(golden.get(expected));
        LossPowerGrad loss = loss(golden, clipEps);

        INDArray perExample = loss.computeScoreArray(labels(golden, type), logits(golden, type),
                new ActivationSoftmax(), mask(golden));
        double sum = loss.computeScore(labels(golden, type), logits(golden, type), new ActivationSoftmax(),
                mask(golden), false);

        assertThat(perExample.dataType()).isEqualTo(type);
        assertRows(perExample, column(scores), tolerance, tolerance + ROUNDING.get(type));
        double total = Arrays.stream(scores).sum();
        assertThat(sum).isCloseTo(total, within(tolerance * Math.max(1, total)));
    }

    static LossPowerGrad loss(Map<String, Object> golden, double clipEps) {
        return LossPowerGrad.builder()
                .alpha((Double) golden.get("alpha"))
                .labelSmoothing((Double) golden.get("labelSmoothing"))
                .softmaxClipEps(clipEps)
                .weights(golden.get("weights") == null ? null : Nd4j.createFromArray(vector(golden.get("weights"))))
                .build();
    }

    static INDArray logits(Map<String, Object> golden, DataType type) {
        return Reference.array(type, matrix(golden.get("logits")));
    }

    static INDArray labels(Map<String, Object> golden, DataType type) {
        return Reference.array(type, matrix(golden.get("labels")));
    }

    static INDArray mask(Map<String, Object> golden) {
        return golden.get("mask") == null ? null
                : Reference.array(DataType.FLOAT, column(vector(golden.get("mask"))));
    }

    private static void assertRows(INDArray actual, double[][] expected, double absolute, double relative) {
        double[][] rows = Reference.rows(actual);
        assertThat(rows.length).isEqualTo(expected.length);
        for (int n = 0; n < rows.length; n++) {
            for (int c = 0; c < rows[n].length; c++) {
                double bound = absolute + relative * Math.abs(expected[n][c]);
                assertThat(rows[n][c]).as("row %d, column %d", n, c).isCloseTo(expected[n][c], within(bound));
            }
        }
    }

    private static double[][] column(double[] values) {
        return Arrays.stream(values).mapToObj(v -> new double[] {v}).toArray(double[][]::new);
    }

    @SuppressWarnings("unchecked")
    private static List<String> strings(Object list) {
        return (List<String>) list;
    }

    @SuppressWarnings("unchecked")
    private static double[] vector(Object list) {
        return ((List<Number>) list).stream().mapToDouble(Number::doubleValue).toArray();
    }

    @SuppressWarnings("unchecked")
    private static double[][] matrix(Object list) {
        return ((List<Object>) list).stream().map(GoldenVectorsTest::vector).toArray(double[][]::new);
    }
}
