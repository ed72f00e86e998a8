package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.samediff.SDVertexParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What AdaptiveGradientClippingTest cannot show: ranks of other versions, layers that do not train at M2.1. */
@DisplayName("A norm")
class NormDimensionsTest {

    /** A vertex with a matrix and a row of biases. */
    private static final class VertexWithBiases extends SameDiffVertex {

        @Override
        public void defineParametersAndInputs(SDVertexParams params) {
            params.clear();
            params.defineInputs("in");
            params.addWeightParam("w", 4, 3);
            params.addBiasParam("offset", 1, 3);
        }

        @Override
        public SDVariable defineVertex(SameDiff sameDiff, Map<String, SDVariable> inputs,
                Map<String, SDVariable> parameters, Map<String, SDVariable> masks) {
            return inputs.get("in").mmul(parameters.get("w")).add(parameters.get("offset"));
        }

        @Override
        public void initializeParameters(Map<String, INDArray> params) {
            params.values().forEach(p -> p.assign(1));
        }

        @Override
        public GraphVertex clone() {
            return new VertexWithBiases();
        }
    }

    static Stream<Arguments> vectors() {
        DenseLayer dense = new DenseLayer.Builder().nIn(1).nOut(3).hasLayerNorm(true).build();
        LSTM lstm = new LSTM.Builder().nIn(1).nOut(3).build();
        SimpleRnn normalized = new SimpleRnn.Builder().nIn(1).nOut(3).hasLayerNorm(true).build();
        return Stream.of(
                Arguments.of("biases [n]", dense, "b", 1),
                Arguments.of("biases [1, n], as before M2.1", dense, "b", 2),
                Arguments.of("gains of layer normalization [1, n], as before M2.1", dense, "g", 2),
                Arguments.of("gains of a recurrent layer [1, 2n], as before M2.1", normalized, "g", 2),
                Arguments.of("gains in a bidirectional layer", new Bidirectional(normalized), "bg", 2),
                Arguments.of("biases in a bidirectional layer", new Bidirectional(lstm), "fb", 2),
                Arguments.of("biases of a convolution [1, n]", new ConvolutionLayer.Builder(3, 3).build(), "b", 2),
                Arguments.of("biases of an encoder [1, n]", new VariationalAutoencoder.Builder().nIn(2).nOut(2).build(),
                        "e0b", 2),
                Arguments.of("gamma [1, n], as before M2.1", new BatchNormalization(), "gamma", 2),
                Arguments.of("beta [1, n], as before M2.1", new BatchNormalization(), "beta", 2),
                Arguments.of("slopes with shared axes [n, 1, 1]",
                        new PReLULayer.Builder().inputShape(2, 6, 6).sharedAxes(2, 3).build(), "W", 3),
                Arguments.of("slopes of an image [n, h, w]",
                        new PReLULayer.Builder().inputShape(2, 6, 6).build(), "W", 3),
                Arguments.of("element-wise weights [1, n]",
                        new ElementWiseMultiplicationLayer.Builder().nIn(3).nOut(3).build(), "W", 2),
                Arguments.of("biases of a SameDiff layer",
                        new RecurrentAttentionLayer.Builder().nIn(1).nOut(3).nHeads(1).build(), "b", 2),
                Arguments.of("biases of a SameDiff vertex [1, n]", new VertexWithBiases(), "offset", 2),
                Arguments.of("a number by itself", null, "scale", 0),
                Arguments.of("an array of rank 1 of an unknown vertex", null, "scale", 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    @DisplayName("sums over all of a vector:")
    void sumsOverAllOfAVector(String description, TrainingConfig owner, String parameter, int rank) {
        int[] all = new int[rank];
        Arrays.setAll(all, d -> d);
        assertThat(NormDimensions.of(owner, parameter, rank)).containsExactly(all);
    }

    static Stream<Arguments> units() {
        DenseLayer dense = new DenseLayer.Builder().nIn(1).nOut(3).hasLayerNorm(true).build();
        return Stream.of(
                Arguments.of("dense weights [nIn, nOut]", dense, "W", 2, new int[] {0}),
                Arguments.of("weights in a bidirectional layer", new Bidirectional(new LSTM.Builder().nOut(3).build()),
                        "bRW", 2, new int[] {0}),
                Arguments.of("a convolution 1D [nOut, nIn, k], as in M2",
                        new Convolution1DLayer.Builder(3).build(), "W", 3, new int[] {1, 2}),
                Arguments.of("centers [nOut, nIn]",
                        new CenterLossOutputLayer.Builder().build(), "cL", 2, new int[] {1}),
                Arguments.of("capsules [1, input capsules, outputs, input size, 1]",
                        new CapsuleLayer.Builder(3, 2).build(), "weight", 5, new int[] {0, 1, 3, 4}),
                Arguments.of("recurrent attention, projections [heads, size, nIn]",
                        new RecurrentAttentionLayer.Builder().nIn(1).nOut(3).nHeads(1).build(), "Wq", 3, new int[] {2}),
                Arguments.of("a matrix of a SameDiff vertex [nIn, nOut]",
                        new VertexWithBiases(), "w", 2, new int[] {0}),
                Arguments.of("a matrix of an unknown vertex", null, "w", 2, new int[] {0}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("units")
    @DisplayName("sums over the inputs of a unit:")
    void sumsOverTheInputs(String description, TrainingConfig owner, String parameter, int rank, int[] inputs) {
        assertThat(NormDimensions.of(owner, parameter, rank)).containsExactly(inputs);
    }
}
