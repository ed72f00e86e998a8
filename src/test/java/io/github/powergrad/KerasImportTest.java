package io.github.powergrad;

import static io.github.powergrad.SmallNetworks.CLASSES;
import static io.github.powergrad.SmallNetworks.INPUTS;
import static io.github.powergrad.SmallNetworks.lossOf;
import static io.github.powergrad.SmallNetworks.minibatch;
import static io.github.powergrad.SmallNetworks.minibatches;
import static io.github.powergrad.SmallNetworks.params;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLossUtils;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Imported Keras models: a softmax layer, then a LossLayer with identity. The files come from make_keras_models.py. */
@DisabledOnOs(value = OS.MAC, architectures = "aarch64", disabledReason = "HDF5 has no binaries for it")
class KerasImportTest {

    @AfterEach
    void forgetCustomLosses() {
        KerasLossUtils.clearCustomLoss();
    }

    @Test
    void importEndsInALossLayerWithIdentityBehindASoftmax() throws Exception {
        MultiLayerNetwork network = sequential("sequential");

        LossLayer last = (LossLayer) network.getLayerWiseConfigurations().getConf(2).getLayer();
        assertThat(last.getActivationFn()).isInstanceOf(ActivationIdentity.class);
        assertThat(last.getLossFn()).isEqualTo(new LossMCXENT());
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.25, 0})
    void aTrainingStepEqualsThatOfTheSameNetworkWithASoftmaxOutputLayer(double alpha) throws Exception {
        MultiLayerNetwork imported = sequential("sequential").convertDataType(DataType.DOUBLE);
        MultiLayerNetwork built = builtWith(new LossPowerGrad(alpha), imported.params());

        assertThat(PowerGrad.applyTo(imported, alpha)).isEqualTo(1);
        imported.fit(minibatch(0));
        built.fit(minibatch(0));

        assertThat(params(imported)).containsExactly(params(built), within(1e-15));
        assertThat(imported.score()).isCloseTo(built.score(), within(1e-14));
    }

    @Test
    void manyTrainingStepsStayEqual() throws Exception {
        MultiLayerNetwork imported = sequential("sequential").convertDataType(DataType.DOUBLE);
        MultiLayerNetwork built = builtWith(new LossPowerGrad(0.25), imported.params());
        MultiLayerNetwork ordinary = builtWith(new LossMCXENT(), imported.params());

        PowerGrad.applyTo(imported, 0.25);
        minibatches(50).forEach(imported::fit);
        minibatches(50).forEach(built::fit);
        minibatches(50).forEach(ordinary::fit);

        assertThat(params(imported)).containsExactly(params(built), within(1e-12));
        assertThat(imported.params().distance2(ordinary.params())).isGreaterThan(0.1);
    }

    @Test
    void sparseCategoricalCrossEntropyTrainsAsOneHotDoes() throws Exception {
        MultiLayerNetwork sparse = sequential("sparse").convertDataType(DataType.DOUBLE);
        MultiLayerNetwork built = builtWith(new LossPowerGrad(0.25), sparse.params());

        PowerGrad.applyTo(sparse, 0.25);
        assertThat(lossOf(sparse)).isEqualTo(new LossSparsePowerGrad(0.25));
        DataSet oneHot = minibatch(0);
        sparse.fit(new DataSet(oneHot.getFeatures(), oneHot.getLabels().argMax(1).castTo(DataType.DOUBLE)
                .reshape(6, 1)));
        built.fit(oneHot);

        assertThat(params(sparse)).containsExactly(params(built), within(1e-15));
    }

    @Test
    void aFunctionalModelWithASoftmaxActivationLayerBecomesAGraphThatTrainsTheSame() throws Exception {
        ComputationGraph imported = KerasModelImport.importKerasModelAndWeights(file("functional"), true)
                .convertDataType(DataType.DOUBLE);
        MultiLayerNetwork built = builtWith(new LossPowerGrad(0.25), imported.params());

        assertThat(PowerGrad.applyTo(imported, 0.25)).isEqualTo(1);
        minibatches(5).forEach(imported::fit);
        minibatches(5).forEach(built::fit);

        assertThat(params(imported)).containsExactly(params(built), within(1e-14));
    }

    @Test
    void savedAndLoadedItGoesOnTraining(@TempDir Path folder) throws Exception {
        MultiLayerNetwork imported = sequential("sequential");
        PowerGrad.applyTo(imported, 0.25);
        imported.fit(minibatch(0));
        File file = folder.resolve("imported.zip").toFile();
        imported.save(file, true);
        MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);

        minibatches(3).forEach(imported::fit);
        minibatches(3).forEach(loaded::fit);

        assertThat(lossOf(loaded)).isEqualTo(new LossPowerGrad(0.25));
        assertThat(params(loaded)).isEqualTo(params(imported));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sequential", "functional"})
    void foldedItPredictsTheCalibratedProbabilities(String name) throws Exception {
        MultiLayerNetwork sequential = sequential("sequential").convertDataType(DataType.DOUBLE);
        ComputationGraph functional = KerasModelImport.importKerasModelAndWeights(file("functional"), true)
                .convertDataType(DataType.DOUBLE);
        boolean isGraph = name.equals("functional");
        INDArray input = minibatch(0).getFeatures();
        INDArray before = isGraph ? functional.outputSingle(input) : sequential.output(input);

        assertThat(isGraph ? PowerGrad.applyTo(functional, 0.25) : PowerGrad.applyTo(sequential, 0.25)).isEqualTo(1);
        assertThat(isGraph ? PowerGrad.foldAlpha(functional) : PowerGrad.foldAlpha(sequential)).isEqualTo(1);

        INDArray after = isGraph ? functional.outputSingle(input) : sequential.output(input);
        assertThat(after.ravel().toDoubleVector()).containsExactly(
                PowerTransform.transform(before, 0.25).ravel().toDoubleVector(), within(1e-12));
    }

    @Test
    void aModelTrainedFromLogitsHasNoSoftmaxAndIsLeftAlone() throws Exception {
        MultiLayerNetwork network = sequential("from-logits");

        assertThatIllegalArgumentException().isThrownBy(() -> PowerGrad.applyTo(network, 0.25))
                .withMessageContaining("'output_loss' (LossLayer): LossMCXENT with identity, not on a softmax");
    }

    @Test
    void aCustomLossNameIsImportedAsARegisteredPowerGradLoss() throws Exception {
        KerasLossUtils.registerCustomLoss("power_grad", new LossPowerGrad(0.25));

        MultiLayerNetwork imported = sequential("custom-loss").convertDataType(DataType.DOUBLE);
        MultiLayerNetwork built = builtWith(new LossPowerGrad(0.25), imported.params());
        imported.fit(minibatch(0));
        built.fit(minibatch(0));

        assertThat(lossOf(imported)).isEqualTo(new LossPowerGrad(0.25));
        assertThat(params(imported)).containsExactly(params(built), within(1e-15));
    }

    @Test
    void aScheduleChangesNeitherTheRegisteredLossNorOtherNetworksWithIt() throws Exception {
        LossPowerGrad registered = new LossPowerGrad(0.25);
        KerasLossUtils.registerCustomLoss("power_grad", registered);
        MultiLayerNetwork scheduled = sequential("custom-loss");
        MultiLayerNetwork other = sequential("custom-loss");
        assertThat(lossOf(scheduled)).isSameAs(registered);

        scheduled.setListeners(AlphaSchedule.warmup(0, 0.75));
        scheduled.fit(minibatch(0));
        other.fit(minibatch(0));

        assertThat(PowerGrad.alphaOf(scheduled)).isEqualTo(0.75);
        assertThat(PowerGrad.alphaOf(other)).isEqualTo(0.25);
        assertThat(PowerGrad.alphaOf(sequential("custom-loss"))).isEqualTo(0.25);
    }

    @Test
    void aCustomLossMustBeRegisteredInLowerCase() {
        KerasLossUtils.registerCustomLoss("Power_Grad", new LossPowerGrad(0.25));

        assertThatThrownBy(() -> sequential("custom-loss"))
                .isInstanceOf(UnsupportedKerasConfigurationException.class)
                .hasMessageContaining("Unknown Keras loss function power_grad");
    }

    private static MultiLayerNetwork sequential(String name) throws IOException, InvalidKerasConfigurationException,
            UnsupportedKerasConfigurationException, URISyntaxException {
        return KerasModelImport.importKerasSequentialModelAndWeights(file(name), true);
    }

    private static String file(String name) throws URISyntaxException {
        return Paths.get(KerasImportTest.class.getResource("keras/" + name + ".h5").toURI()).toString();
    }

    private static MultiLayerNetwork builtWith(ILossFunction loss, INDArray params) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE).updater(new Sgd(0.1)).list(
                        new DenseLayer.Builder().nIn(INPUTS).nOut(5).activation(Activation.RELU).build(),
                        new OutputLayer.Builder(loss).nIn(5).nOut(CLASSES).activation(Activation.SOFTMAX).build())
                .build());
        network.init(params.dup(), false);
        return network;
    }
}
