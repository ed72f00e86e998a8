package io.github.powergrad;

import static io.github.powergrad.SmallNetworks.lossOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.zoo.model.LeNet;
import org.deeplearning4j.zoo.model.ResNet50;
import org.deeplearning4j.zoo.model.SimpleCNN;
import org.deeplearning4j.zoo.model.SqueezeNet;
import org.deeplearning4j.zoo.model.TextGenerationLSTM;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** The zoo's networks, changed and changed back: outputs and parameters to the last bit, NaN included. */
class ZooNetworksTest {

    private static final int CLASSES = 5;

    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(5);
    }

    @Test
    void leNetIsChangedAndChangedBackAndTrains() {
        MultiLayerNetwork network = (MultiLayerNetwork) LeNet.builder().numClasses(CLASSES).build().init();
        changeAndChangeBack(network, Nd4j.rand(2, 28 * 28));
        trains(network, Nd4j.rand(2, 28 * 28), Nd4j.eye(CLASSES).getRows(0, 1));
    }

    @Test
    void simpleCnnEndsInASoftmaxAndIsChangedOnceItHasALossLayer() {
        MultiLayerNetwork zoo = (MultiLayerNetwork)
                SimpleCNN.builder().numClasses(CLASSES).inputShape(new int[] {3, 32, 32}).build().init();
        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(zoo, 0.3))
                .withMessageContaining("found no output or loss layer");

        MultiLayerNetwork network = new TransferLearning.Builder(zoo)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(new Sgd(0.01)).build())
                .addLayer(new LossLayer.Builder(new LossMCXENT()).build()).build();
        changeAndChangeBack(network, Nd4j.rand(2, 3, 32, 32));
        trains(network, Nd4j.rand(2, 3, 32, 32), Nd4j.eye(CLASSES).getRows(0, 1));
    }

    @Test
    void squeezeNetEndsInALossLayerBehindASoftmaxLayer() {
        ComputationGraph network =
                SqueezeNet.builder().numClasses(CLASSES).inputShape(new int[] {3, 48, 48}).build().init();
        changeAndChangeBack(network, Nd4j.rand(2, 3, 48, 48));
        PowerGrad.applyTo(network, 0.3);
        assertThat(lossOf(network, "loss")).isEqualTo(new LossPowerGrad(0.3));
        network.fit(new DataSet(Nd4j.rand(2, 3, 48, 48), Nd4j.eye(CLASSES).getRows(0, 1)));
        assertThat(network.score()).isFinite();
    }

    @Test
    @DisabledOnDl4j(value = "1.0.0-M1.1", reason = "its ResNet50 takes only larger images, which take long")
    void resNet50IsChangedAndChangedBack() {
        ComputationGraph network =
                ResNet50.builder().numClasses(CLASSES).inputShape(new int[] {3, 96, 96}).build().init();
        changeAndChangeBack(network, Nd4j.rand(1, 3, 96, 96));
    }

    @Test
    void textGenerationLstmIsChangedAndChangedBackAndTrains() {
        MultiLayerNetwork network = (MultiLayerNetwork) TextGenerationLSTM.builder()
                .totalUniqueCharacters(CLASSES).inputShape(new int[] {6, CLASSES}).build().init();
        changeAndChangeBack(network, Nd4j.rand(2, CLASSES, 6));
        INDArray labels = Nd4j.zeros(2, CLASSES, 6);
        labels.putScalar(0, 1, 2, 1);
        trains(network, Nd4j.rand(2, CLASSES, 6), labels);
    }

    private static void changeAndChangeBack(MultiLayerNetwork network, INDArray input) {
        float[] params = params(network);
        float[] outputs = values(network.output(input));

        assertThat(PowerGrad.applyTo(network, 0.3)).isEqualTo(1);
        assertThat(lossOf(network)).isEqualTo(new LossPowerGrad(0.3));
        assertThat(params(network)).isEqualTo(params);
        assertThat(values(network.output(input))).isEqualTo(outputs);

        assertThat(PowerGrad.removeFrom(network)).isEqualTo(1);
        assertThat(lossOf(network)).isEqualTo(new LossMCXENT());
        assertThat(params(network)).isEqualTo(params);
        assertThat(values(network.output(input))).isEqualTo(outputs);
    }

    private static void changeAndChangeBack(ComputationGraph network, INDArray input) {
        float[] params = params(network);
        float[] outputs = values(network.outputSingle(input));
        String layer = network.getConfiguration().getNetworkOutputs().get(0);

        assertThat(PowerGrad.applyTo(network, 0.3)).isEqualTo(1);
        assertThat(lossOf(network, layer)).isEqualTo(new LossPowerGrad(0.3));
        assertThat(params(network)).isEqualTo(params);
        assertThat(values(network.outputSingle(input))).isEqualTo(outputs);

        assertThat(PowerGrad.removeFrom(network)).isEqualTo(1);
        assertThat(lossOf(network, layer)).isEqualTo(new LossMCXENT());
        assertThat(params(network)).isEqualTo(params);
        assertThat(values(network.outputSingle(input))).isEqualTo(outputs);
    }

    private static void trains(MultiLayerNetwork network, INDArray features, INDArray labels) {
        PowerGrad.applyTo(network, 0.3);
        network.fit(new DataSet(features, labels));
        assertThat(network.score()).isFinite();
    }

    private static float[] params(Model network) {
        return values(network.params());
    }

    private static float[] values(INDArray array) {
        return array.dup('c').data().asFloat();
    }
}
