package io.github.powergrad.examples.samediff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.LossPowerGrad;
import java.io.File;
import java.nio.file.Path;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

@DisplayName("SoftmaxPowerGradLayer")
class SoftmaxPowerGradLayerTest {

    private static final double ALPHA = 0.25;

    private final DataSet data = data();

    private static DataSet data() {
        Nd4j.getRandom().setSeed(3);
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, 30, 3);
        for (int i = 0; i < 30; i++) {
            labels.putScalar(i, i % 3, 1);
        }
        INDArray features = Nd4j.randn(DataType.DOUBLE, 30, 4).muli(0.3).addi(
                labels.mmul(Nd4j.createFromArray(new double[][] {{1, 0, 0, 1}, {0, 1, 0, -1}, {0, 0, 1, 0}})));
        return new DataSet(features, labels);
    }

    private static MultiLayerNetwork network(Layer outputLayer) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(7).dataType(DataType.DOUBLE).updater(new Nesterovs(0.1, 0.9)).list()
                .layer(new DenseLayer.Builder().nOut(8).activation(Activation.TANH).build())
                .layer(outputLayer)
                .setInputType(InputType.feedForward(4)).build());
        net.init();
        return net;
    }

    /** With the parameters of the other network: the layers keep theirs in different orders. */
    private static MultiLayerNetwork ordinary(MultiLayerNetwork like) {
        MultiLayerNetwork net = network(new OutputLayer.Builder(new LossPowerGrad(ALPHA)).nIn(8).nOut(3)
                .activation(Activation.SOFTMAX).build());
        like.paramTable().forEach(net::setParam);
        return net;
    }

    @Test
    @DisplayName("has the gradients, the score and the output of an OutputLayer with LossPowerGrad")
    void agreesWithLossPowerGrad() {
        MultiLayerNetwork net = network(new SoftmaxPowerGradLayer(8, 3, ALPHA));
        MultiLayerNetwork ordinary = ordinary(net);
        for (MultiLayerNetwork each : new MultiLayerNetwork[] {net, ordinary}) {
            each.setInput(data.getFeatures());
            each.setLabels(data.getLabels());
            each.computeGradientAndScore();
        }
        ordinary.gradient().gradientForVariable().forEach((parameter, gradient) ->
                assertThat(net.gradient().getGradientFor(parameter).distance2(gradient)).as(parameter).isLessThan(1e-12));
        assertThat(net.gradient().gradientForVariable()).hasSameSizeAs(ordinary.gradient().gradientForVariable());
        assertThat(net.score()).isCloseTo(ordinary.score(), within(1e-10));
        assertThat(net.output(data.getFeatures()).distance2(ordinary.output(data.getFeatures()))).isLessThan(1e-12);
    }

    @Test
    @DisplayName("trains to the weights that an OutputLayer with LossPowerGrad trains to, also after save and load")
    void trainsAsLossPowerGradDoes(@TempDir Path folder) throws Exception {
        MultiLayerNetwork net = network(new SoftmaxPowerGradLayer(8, 3, ALPHA));
        MultiLayerNetwork ordinary = ordinary(net);
        double before = net.evaluate(new ListDataSetIterator<>(data.asList(), 30)).accuracy();
        for (int step = 0; step < 10; step++) {
            net.fit(data);
            ordinary.fit(data);
        }
        File file = folder.resolve("net.zip").toFile();
        net.save(file, true);
        MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);
        for (int step = 0; step < 10; step++) {
            loaded.fit(data);
            ordinary.fit(data);
        }
        ordinary.paramTable().forEach((name, parameter) ->
                assertThat(loaded.getParam(name).distance2(parameter)).as(name).isLessThan(1e-10));
        double after = loaded.evaluate(new ListDataSetIterator<>(data.asList(), 30)).accuracy();
        assertThat(after).isGreaterThan(0.95).isGreaterThan(before);
    }
}
