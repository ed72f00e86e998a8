package io.github.powergrad;

import static io.github.powergrad.LossPowerGradTest.IDENTITY;
import static io.github.powergrad.LossPowerGradTest.SOFTMAX;
import static io.github.powergrad.SmallNetworks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("LossSparsePowerGrad")
class LossSparsePowerGradTest {

    private final INDArray logits = Nd4j.createFromArray(new double[][] {
        {1, 2, 3}, {-4, 0.5, 0.25}, {30, -60, 10}, {0, 0, 0}});
    private final INDArray oneHot = Nd4j.createFromArray(new double[][] {
        {0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 1, 0}});
    private final INDArray indices = Nd4j.createFromArray(2, 0, 1, 1);

    @ParameterizedTest
    @EnumSource(value = DataType.class,
            names = {"DOUBLE", "FLOAT", "HALF", "BFLOAT16", "BYTE", "SHORT", "INT", "LONG", "UBYTE"})
    @DisplayName("is LossPowerGrad on the one-hot labels, for [N] and [N, 1] of any numeric type")
    void isTheDenseLossOnOneHotLabels(DataType type) {
        INDArray weights = Nd4j.createFromArray(0.5, 2.0, 1.0);
        INDArray mask = Nd4j.createFromArray(new double[][] {{1}, {1}, {0}, {1}});
        for (IActivation activation : new IActivation[] {SOFTMAX, IDENTITY}) {
            INDArray preOutput = activation == SOFTMAX ? logits : PowerTransform.ofLogits(logits, 1);
            LossPowerGrad dense = LossPowerGrad.builder().alpha(0.4).labelSmoothing(0.1).weights(weights)
                    .softmaxClipEps(1e-7).build();
            LossSparsePowerGrad sparse = LossSparsePowerGrad.builder().alpha(0.4).labelSmoothing(0.1).weights(weights)
                    .softmaxClipEps(1e-7).build();
            for (INDArray labels : new INDArray[] {indices.castTo(type), indices.castTo(type).reshape(4, 1)}) {
                assertThat(sparse.computeGradient(labels, preOutput, activation, mask))
                        .isEqualTo(dense.computeGradient(oneHot, preOutput, activation, mask));
                assertThat(sparse.computeScore(labels, preOutput, activation, mask, true))
                        .isEqualTo(dense.computeScore(oneHot, preOutput, activation, mask, true));
                assertThat(sparse.computeScoreArray(labels, preOutput, activation, mask))
                        .isEqualTo(dense.computeScoreArray(oneHot, preOutput, activation, mask));
                Pair<Double, INDArray> both =
                        sparse.computeGradientAndScore(labels, preOutput, activation, mask, false);
                assertThat(both.getFirst()).isEqualTo(dense.computeScore(oneHot, preOutput, activation, mask, false));
                assertThat(both.getSecond()).isEqualTo(dense.computeGradient(oneHot, preOutput, activation, mask));
            }
        }
    }

    @Test
    void hasTheConstructionOptionsOfTheDenseLoss() {
        INDArray weights = Nd4j.createFromArray(1.0, 2.0, 3.0);

        assertThat(new LossSparsePowerGrad().getAlpha()).isEqualTo(LossPowerGrad.DEFAULT_ALPHA);
        assertThat(new LossSparsePowerGrad(0.1).getAlpha()).isEqualTo(0.1);
        assertThat(new LossSparsePowerGrad(weights).getWeights()).isEqualTo(weights);
        LossSparsePowerGrad built = LossSparsePowerGrad.builder().alpha(0.2).weights(weights).labelSmoothing(0.3)
                .softmaxClipEps(0).build();
        assertThat(built.getAlpha()).isEqualTo(0.2);
        assertThat(built.getLabelSmoothing()).isEqualTo(0.3);
        assertThat(built.getSoftmaxClipEps()).isZero();
        assertThat(built.getWeights()).isEqualTo(weights);
    }

    @Test
    void refusesALabelThatIsNoClassWithItsValueAndRow() {
        LossSparsePowerGrad loss = new LossSparsePowerGrad(0.3);

        assertRefused(loss, Nd4j.createFromArray(2, 0, 3, 1), "0 to 2, got 3 in row 2");
        assertRefused(loss, Nd4j.createFromArray(2, -1, 2, 1), "0 to 2, got -1 in row 1");
        assertRefused(loss, Nd4j.createFromArray(2.0, 0, 1, 0.5), "0 to 2, got 0.5 in row 3");
        assertRefused(loss, Nd4j.createFromArray(Double.NaN, 0, 1, 1), "0 to 2, got NaN in row 0");
    }

    private void assertRefused(LossSparsePowerGrad loss, INDArray labels, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> loss.computeScore(labels, logits, SOFTMAX, null, true))
                .withMessageContaining(message);
        assertThatIllegalArgumentException().isThrownBy(() -> loss.computeScoreArray(labels, logits, SOFTMAX, null))
                .withMessageContaining(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loss.computeGradientAndScore(labels, logits, SOFTMAX, null, true))
                .withMessageContaining(message);
        INDArray mask = Nd4j.ones(4, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> loss.computeScore(labels, logits, SOFTMAX, mask, true))
                .withMessageContaining(message);
    }

    @Test
    void doesNotLookAtLabelsThatTheMaskLeavesOut() {
        INDArray mask = Nd4j.createFromArray(new double[][] {{1}, {0}, {1}, {1}});
        INDArray padded = Nd4j.createFromArray(2, -100, 1, 1);
        LossSparsePowerGrad loss = new LossSparsePowerGrad(0.3);

        assertThat(loss.computeScore(padded, logits, SOFTMAX, mask, false))
                .isEqualTo(new LossPowerGrad(0.3).computeScore(oneHot, logits, SOFTMAX, mask, false));
        assertThat(loss.computeGradient(padded, logits, SOFTMAX, mask))
                .isEqualTo(new LossPowerGrad(0.3).computeGradient(oneHot, logits, SOFTMAX, mask));
    }

    @Test
    void refusesLabelsOfAnotherShape() {
        LossSparsePowerGrad loss = new LossSparsePowerGrad(0.3);
        for (INDArray labels : new INDArray[] {oneHot, Nd4j.zeros(3, 1), Nd4j.zeros(3), Nd4j.zeros(1, 4),
            Nd4j.zeros(4, 1, 1)}) {
            assertThatIllegalArgumentException().isThrownBy(() -> loss.computeGradient(labels, logits, SOFTMAX, null))
                    .withMessageContaining("class indices, shapes [4, 1] or [4]").withMessageContaining("LossPowerGrad")
                    .withMessageContaining(Arrays.toString(labels.shape()));
        }
    }

    @Test
    @DisplayName("in a CnnLossLayer DL4J refuses index labels, and the loss refuses one-hot ones and says what to use")
    void cannotWorkInACnnLossLayer() {
        MultiLayerNetwork network = new MultiLayerNetwork(settings().list(
                new ConvolutionLayer.Builder(1, 1).nOut(3).activation(Activation.IDENTITY).build(),
                new CnnLossLayer.Builder(new LossSparsePowerGrad()).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(4, 4, 2)).build());
        network.init();
        INDArray images = Nd4j.ones(DataType.DOUBLE, 2, 2, 4, 4);

        assertThatThrownBy(() -> network.fit(images, Nd4j.zeros(DataType.DOUBLE, 2, 1, 4, 4)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("do not have same shape");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.fit(images, Nd4j.zeros(DataType.DOUBLE, 2, 3, 4, 4)))
                .withMessageEndingWith("for one-hot or soft labels, and in every CnnLossLayer, use LossPowerGrad");
    }
}
