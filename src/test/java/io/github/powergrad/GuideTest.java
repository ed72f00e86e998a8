package io.github.powergrad;

import static io.github.powergrad.SmallNetworks.lossOf;
import static io.github.powergrad.SmallNetworks.minibatches;
import static io.github.powergrad.SmallNetworks.perceptron;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasLossUtils;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** The lines of docs/guide.md on networks that exist, calibration, schedules, clipping and Keras; {@link DocumentationTest} compares. */
class GuideTest {

    private final DataSetIterator trainingData = new ExistingDataSetIterator(minibatches(4));

    @Test
    void existingNetworks(@TempDir Path folder) throws Exception {
        File file = folder.resolve("model.zip").toFile();
        perceptron(new LossMCXENT()).save(file, true);

        MultiLayerNetwork net = MultiLayerNetwork.load(file, true);
        PowerGrad.applyTo(net, 0.3);   // every cross-entropy output; returns how many
        net.fit(trainingData);
        PowerGrad.removeFrom(net);     // ordinary cross-entropy again

        assertThat(lossOf(net)).isEqualTo(new LossMCXENT());
        assertThat(net.getIterationCount()).isEqualTo(4);
    }

    @Test
    void calibratedProbabilities(@TempDir Path folder) throws Exception {
        File file = folder.resolve("model.zip").toFile();
        MultiLayerNetwork net = perceptron(new LossPowerGrad(0.3));
        INDArray features = trainingData.next().getFeatures();
        INDArray expected = PowerTransform.transform(net.output(features), 0.3);

        PowerGrad.foldAlpha(net);                                           // from here on the network predicts p'
        net.save(file);
        MultiLayerNetwork served = MultiLayerNetwork.load(file, false);     // also where this library is missing

        assertThat(lossOf(served)).isEqualTo(new LossMCXENT());
        assertThat(served.output(features).sub(expected).ameanNumber().doubleValue()).isLessThan(1e-6);
    }

    @Test
    void alphaSchedules() {
        MultiLayerNetwork net = perceptron(new LossPowerGrad());

        net.addListeners(AlphaSchedule.warmup(1, 0.3));   // the first epoch without the transform, then alpha = 0.3
        net.fit(trainingData, 2);
        assertThat(lossOf(net)).isEqualTo(new LossPowerGrad(0.3));

        net = perceptron(new LossPowerGrad());
        net.addListeners(new AlphaSchedule(new MapSchedule.Builder(ScheduleType.ITERATION)
                .add(0, 1.0).add(500, 0.5).add(1000, 0.25).build()));
        trainingData.reset();
        net.fit(trainingData);
        assertThat(lossOf(net)).isEqualTo(new LossPowerGrad(1));
    }

    @Test
    void adaptiveClipping() {
        MultiLayerNetwork net = perceptron(new LossPowerGrad());

        net.addListeners(new AdaptiveGradientClipping());
        net.addListeners(AdaptiveGradientClipping.builder().clip(0.02).exempt("stem").build());  // or, with settings

        assertThat(net.getListeners()).map(Object::toString).containsExactly(
                "AdaptiveGradientClipping(clip=0.01, eps=0.001, exemptOutputLayers=true, exempt=[])",
                "AdaptiveGradientClipping(clip=0.02, eps=0.001, exemptOutputLayers=true, exempt=[stem])");
    }

    @Test
    void alphaSchedulesOnReplicas() {
        MultiLayerNetwork net = perceptron(new LossPowerGrad());

        net.addListeners(AlphaSchedule.warmup(1, 0.3));   // before build(), which hands the listeners to the workers
        ParallelWrapper wrapper = new ParallelWrapper.Builder<>(net).workers(2).build();
        for (int epoch = 0; epoch < 2; epoch++) {
            wrapper.fit(trainingData);
            net.incrementEpochCount();                    // ParallelWrapper does not count epochs
        }

        assertThat(lossOf(net)).isEqualTo(new LossPowerGrad(0.3));
    }

    @Test
    @DisabledOnOs(value = OS.MAC, architectures = "aarch64", disabledReason = "HDF5 has no binaries for it")
    void kerasModels() throws Exception {
        String model = Paths.get(getClass().getResource("keras/sequential.h5").toURI()).toString();
        String compiledWithPowerGrad = Paths.get(getClass().getResource("keras/custom-loss.h5").toURI()).toString();

        MultiLayerNetwork net = KerasModelImport.importKerasSequentialModelAndWeights(model);   // the path of model.h5
        PowerGrad.applyTo(net, 0.3);
        net.fit(trainingData);
        assertThat(lossOf(net)).isEqualTo(new LossPowerGrad(0.3));

        KerasLossUtils.registerCustomLoss("power_grad", new LossPowerGrad(0.3));   // the name in lower case
        MultiLayerNetwork custom = KerasModelImport.importKerasSequentialModelAndWeights(compiledWithPowerGrad);
        KerasLossUtils.clearCustomLoss();
        assertThat(lossOf(custom)).isEqualTo(new LossPowerGrad(0.3));
    }
}
