package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@DisplayName("Training with a listener that is shown the activations")
class ObservedTrainingTest {

    private static final int SIZE = 12;

    private static DataSet images(long seed) {
        return Networks.images(4, 3, SIZE, 10, seed);
    }

    private static ComputationGraph residual() {
        ComputationGraph network = Networks.resNet20(SIZE, 10);
        network.setLearningRate(1e-3);
        return network;
    }

    private static MultiLayerNetwork list() {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(1e-3)).list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(10).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(SIZE, SIZE, 3)).build());
        network.init();
        return network;
    }

    @Test
    @DisplayName("shows it what each layer and vertex of a graph gives without FastCpu, and ends in the same weights")
    void graph() {
        showsTheSame(residual(), residual(), "bn1");
    }

    @Test
    @DisplayName("shows it what each layer of a MultiLayerNetwork gives without FastCpu, and ends in the same weights")
    void layers() {
        showsTheSame(list(), list(), "2"); // 0 is the image
    }

    /** @param norm the name of a batch normalization in front of a ReLU */
    private static <N extends Model & NeuralNetwork> void showsTheSame(N plain, N fast, String norm) {
        FastCpu.apply(fast);
        Recorder expected = new Recorder();
        Recorder actual = new Recorder();
        plain.setListeners(expected);
        fast.setListeners(actual);
        for (int step = 0; step < 3; step++) {
            plain.fit(images(step));
            fast.fit(images(step));
            assertThat(expected.seen.get(norm).minNumber().doubleValue()).isNegative();
            actual.assertSame(expected);
        }
        assertThat(SameTrainingTest.difference(fast.params(), plain.params())).isLessThan(1e-4);
    }

    @Test
    @DisplayName("computes ReLU and batch normalization in one pass all the same")
    void fused() {
        ComputationGraph fast = residual();
        FastCpu.apply(fast);
        Map<String, Boolean> inOnePass = new HashMap<>();
        fast.setListeners(new BaseTrainingListener() {
            @Override
            public void onForwardPass(Model model, Map<String, INDArray> activations) {
                FusesRelu norm = (FusesRelu) fast.getLayer("bn1");
                inOnePass.put("bn1", norm.withRelu(activations.get("bn1")) == activations.get("relu1"));
            }
        });
        fast.fit(images(1));
        assertThat(inOnePass).containsEntry("bn1", true);
    }

    /** Keeps what it is shown. */
    private static final class Recorder extends BaseTrainingListener {

        private final Map<String, INDArray> seen = new HashMap<>();

        @Override
        public void onForwardPass(Model model, Map<String, INDArray> activations) {
            activations.forEach(this::keep);
        }

        @Override
        public void onForwardPass(Model model, List<INDArray> activations) {
            for (int i = 0; i < activations.size(); i++) {
                keep(String.valueOf(i), activations.get(i));
            }
        }

        private void keep(String name, INDArray activations) {
            seen.put(name, activations.dup('c').detach());
        }

        void assertSame(Recorder expected) {
            assertThat(seen.keySet()).isEqualTo(expected.seen.keySet());
            expected.seen.forEach((name, activations) ->
                    assertThat(SameTrainingTest.difference(seen.get(name), activations)).as(name).isLessThan(1e-4));
        }
    }
}
