package io.github.powergrad;

import static io.github.powergrad.BitwiseEquality.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.serde.json.JsonMappers;

@DisplayName("With alpha, weights, clipping and smoothing, the loss survives")
class SerializationTest {

    static List<LossPowerGrad> losses() {
        List<LossPowerGrad> losses = new ArrayList<>(List.of(new LossPowerGrad(), new LossPowerGrad(0),
                new LossSparsePowerGrad(1)));
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT, DataType.HALF, DataType.BFLOAT16,
            DataType.INT}) {
            INDArray weights = Nd4j.createFromArray(0.5, 2.0, 3.0).castTo(type);
            losses.add(LossPowerGrad.builder().alpha(0.1).labelSmoothing(0.2).softmaxClipEps(1e-7)
                    .weights(weights).build());
            losses.add(LossSparsePowerGrad.builder().alpha(1 / 3.0).labelSmoothing(0.05).softmaxClipEps(0)
                    .weights(weights.reshape(1, 3)).build());
        }
        return losses;
    }

    private static MultiLayerConfiguration configuration(ILossFunction loss) {
        return new NeuralNetConfiguration.Builder().seed(1).updater(new Nesterovs(0.1, 0.9)).list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.RELU).build())
                .layer(new OutputLayer.Builder(loss).nIn(5).nOut(3).activation(Activation.SOFTMAX).build()).build();
    }

    private static ComputationGraphConfiguration graphConfiguration(ILossFunction loss) {
        return new NeuralNetConfiguration.Builder().seed(1).updater(new Nesterovs(0.1, 0.9)).graphBuilder()
                .addInputs("in")
                .addLayer("out", new OutputLayer.Builder(loss).nIn(4).nOut(3).activation(Activation.SOFTMAX).build(), "in")
                .setOutputs("out").build();
    }

    private static ILossFunction lossOf(MultiLayerConfiguration configuration) {
        return ((BaseOutputLayer) configuration.getConf(1).getLayer()).getLossFn();
    }

    private static ILossFunction lossOf(ComputationGraphConfiguration configuration) {
        LayerVertex vertex = (LayerVertex) configuration.getVertices().get("out");
        return ((BaseOutputLayer) vertex.getLayerConf().getLayer()).getLossFn();
    }

    @ParameterizedTest
    @MethodSource("losses")
    @DisplayName("MultiLayerConfiguration JSON, YAML and clone")
    void multiLayerConfiguration(LossPowerGrad loss) {
        MultiLayerConfiguration configuration = configuration(loss);

        assertThat(lossOf(MultiLayerConfiguration.fromJson(configuration.toJson()))).isEqualTo(loss)
                .hasSameClassAs(loss);
        assertThat(lossOf(MultiLayerConfiguration.fromYaml(configuration.toYaml()))).isEqualTo(loss)
                .hasSameClassAs(loss);
        assertThat(lossOf(configuration.clone())).isEqualTo(loss).hasSameClassAs(loss);
        assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    }

    @ParameterizedTest
    @MethodSource("losses")
    @DisplayName("ComputationGraphConfiguration JSON, YAML and clone")
    void computationGraphConfiguration(LossPowerGrad loss) {
        ComputationGraphConfiguration configuration = graphConfiguration(loss);

        assertThat(lossOf(ComputationGraphConfiguration.fromJson(configuration.toJson()))).isEqualTo(loss);
        assertThat(lossOf(ComputationGraphConfiguration.fromYaml(configuration.toYaml()))).isEqualTo(loss);
        assertThat(lossOf(configuration.clone())).isEqualTo(loss);
    }

    @ParameterizedTest
    @MethodSource("losses")
    @DisplayName("Java serialization")
    void javaSerialization(LossPowerGrad loss) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(loss);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(loss).hasSameClassAs(loss);
        }
    }

    @Test
    @DisplayName("ModelSerializer, and training goes on as if nothing had happened")
    void modelSerializer(@TempDir Path folder) throws IOException {
        LossPowerGrad loss = LossPowerGrad.builder().alpha(0.25).labelSmoothing(0.1).softmaxClipEps(1e-6)
                .weights(Nd4j.createFromArray(0.5, 1.0, 2.0)).build();
        DataSet data = new DataSet(Nd4j.rand(6, 4), Nd4j.eye(3).repeat(0, 2));
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(loss));
        network.init();
        network.fit(data);
        ModelSerializer.writeModel(network, folder.resolve("network.zip").toFile(), true);
        MultiLayerNetwork restored =
                ModelSerializer.restoreMultiLayerNetwork(folder.resolve("network.zip").toFile(), true);
        assertThat(lossOf(restored.getLayerWiseConfigurations())).isEqualTo(loss);
        network.fit(data);
        restored.fit(data);
        assertSameBits(restored.params(), network.params());

        ComputationGraph graph = new ComputationGraph(graphConfiguration(loss));
        graph.init();
        graph.fit(data);
        ModelSerializer.writeModel(graph, folder.resolve("graph.zip").toFile(), true);
        ComputationGraph restoredGraph =
                ModelSerializer.restoreComputationGraph(folder.resolve("graph.zip").toFile(), true);
        assertThat(lossOf(restoredGraph.getConfiguration())).isEqualTo(loss);
        graph.fit(data);
        restoredGraph.fit(data);
        assertSameBits(restoredGraph.params(), graph.params());
    }

    @Test
    @DisplayName("a change by setAlpha, which the saved model keeps")
    void setAlphaReachesTheSavedModel() {
        LossPowerGrad loss = new LossPowerGrad(1);
        MultiLayerConfiguration configuration = configuration(loss);
        loss.setAlpha(0.25);

        assertThat(lossOf(MultiLayerConfiguration.fromJson(configuration.toJson()))).isEqualTo(new LossPowerGrad(0.25));
    }

    @Test
    @DisplayName("JSON with fields left out: they are at their defaults, not at zero")
    void missingFieldsAreDefaults() throws IOException {
        String json = "{\"@class\":\"io.github.powergrad.LossPowerGrad\"}";

        assertThat(JsonMappers.getMapper().readValue(json, ILossFunction.class)).isEqualTo(new LossPowerGrad());
    }
}
