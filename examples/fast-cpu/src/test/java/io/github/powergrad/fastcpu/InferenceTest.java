package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Inference, with the batch normalization in the weights of the convolution. */
@DisplayName("Inference with FastCpu")
class InferenceTest {

    private static final int SIZE = 12;
    private static final double TOLERANCE = 1e-5;

    /** Deeplearning4j's own layers train slowly, so this is done once; each test has copies. */
    private static final ComputationGraph RESIDUAL = trained(residualNetwork());
    private static final ComputationGraph MIXED = trained(mixedNetwork());

    /** Two networks with the same parameters, after some training; one of them is fast. */
    private static final class Pair {

        private final ComputationGraph plain;
        private final ComputationGraph fast;

        Pair(ComputationGraph trained) {
            plain = trained.clone();
            fast = trained.clone();
            assertThat(FastCpu.apply(fast).isFaster()).isTrue();
        }

        void change(Consumer<ComputationGraph> change) {
            change.accept(plain);
            change.accept(fast);
        }

        void assertSameOutput(int images, long seed) {
            INDArray features = Networks.images(images, 3, SIZE, 10, seed).getFeatures();
            assertSame(fast.output(features)[0], plain.output(features)[0]);
        }
    }

    private static void assertSame(INDArray actual, INDArray expected) {
        assertThat(SameTrainingTest.difference(actual, expected)).isLessThan(TOLERANCE);
    }

    private static Pair residual() {
        return new Pair(RESIDUAL);
    }

    private static Pair mixed() {
        return new Pair(MIXED);
    }

    private static ComputationGraph trained(ComputationGraph network) {
        for (int step = 0; step < 3; step++) {
            network.fit(Networks.images(6, 3, SIZE, 10, step));
        }
        return network;
    }

    private static ComputationGraph residualNetwork() {
        ComputationGraph network = Networks.resNet20(SIZE, 10);
        network.setLearningRate(1e-3);
        return network;
    }

    /** All kinds of neighbours: pooling, a convolution with bias, ReLU behind it, layers that are left as they are. */
    private static ComputationGraph mixedNetwork() {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().seed(5)
                .updater(new Nesterovs(1e-3, 0.9)).graphBuilder().addInputs("in")
                .setInputTypes(InputType.convolutional(SIZE, SIZE, 3))
                .addLayer("norm0", new BatchNormalization.Builder().useLogStd(true).build(), "in")
                .addLayer("relu0", new ActivationLayer(Activation.RELU), "norm0")
                .addLayer("conv1", new ConvolutionLayer.Builder(3, 3).nOut(6).activation(Activation.RELU).build(), "relu0")
                .addLayer("norm1", new BatchNormalization(), "conv1")
                .addLayer("pool", new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build(), "norm1")
                .addLayer("conv2", new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.IDENTITY)
                        .convolutionMode(ConvolutionMode.Same).build(), "pool")
                .addLayer("norm2", new BatchNormalization.Builder().useLogStd(false).build(), "conv2")
                .addLayer("relu2", new ActivationLayer(Activation.RELU), "norm2")
                .addLayer("tanh", new ActivationLayer(Activation.TANH), "relu2")
                .addLayer("conv3", new ConvolutionLayer.Builder(1, 1).nOut(5).activation(Activation.IDENTITY).build(), "relu2")
                .addLayer("relu3", new ActivationLayer(Activation.RELU), "conv3")
                .addLayer("conv4", new ConvolutionLayer.Builder(1, 1).nOut(5).activation(Activation.IDENTITY).build(), "relu3")
                .addLayer("norm4", new BatchNormalization(), "conv4")
                .addVertex("twice", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm4", "norm4")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "twice", "tanh")
                .addLayer("relu4", new ActivationLayer(Activation.RELU), "sum")
                .addLayer("average", new GlobalPoolingLayer(PoolingType.AVG), "relu4")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MCXENT).nOut(10).activation(Activation.SOFTMAX).build(),
                        "average").setOutputs("out").build());
        network.init();
        return network;
    }

    @Test
    @DisplayName("gives the same output, for minibatches of changing sizes")
    void output() {
        for (Pair pair : List.of(residual(), mixed())) {
            for (int images : new int[] {5, 1, 5, 8, 8}) {
                pair.assertSameOutput(images, images);
            }
        }
    }

    @Test
    @DisplayName("does the batch normalization and the ReLU in the pass of the convolution")
    void inOnePass() {
        INDArray features = Networks.images(4, 3, SIZE, 10, 1).getFeatures();
        Layer convolution = residual().fast.getLayer("conv1");
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.builder()
                .with(ArrayType.ACTIVATIONS, "WS_LAYER_ACT_0", WorkspaceConfiguration.builder().build())
                .with(ArrayType.INPUT, "WS_LAYER_ACT_0", WorkspaceConfiguration.builder().build()).build();
        try (MemoryWorkspace open = workspaces.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
            INDArray activations = convolution.activate(features, false, workspaces);
            assertThat(PassedImages.areNormalized(activations)).isTrue();
            assertThat(PassedImages.areRectified(activations)).isTrue();
        }
    }

    @Test
    @DisplayName("gives a layer that is asked for by name its own activations")
    void outputOfLayers() {
        // Deeplearning4j itself throws for layers that are not here: it leaves a workspace open.
        Pair residual = residual();
        for (String name : List.of("bn1", "relu1", "1.0.c1", "1.0.add", "2.2.bn2")) {
            assertSameActivations(residual, name);
        }
        Pair mixed = mixed();
        for (String name : List.of("norm2", "relu2", "relu4", "average")) {
            assertSameActivations(mixed, name);
        }
    }

    private static void assertSameActivations(Pair pair, String name) {
        INDArray features = Networks.images(4, 3, SIZE, 10, 1).getFeatures();
        INDArray actual = pair.fast.output(List.of(name), false, new INDArray[] {features}, null)[0];
        assertThat(SameTrainingTest.difference(actual, activations(pair.plain, features, name))).as(name).isLessThan(TOLERANCE);
    }

    /** Vertex by vertex, on copies: Deeplearning4j's own passes write the ReLU over what they have given out. */
    private static INDArray activations(ComputationGraph network, INDArray features, String name) {
        GraphVertex[] vertices = network.getVertices();
        INDArray[] all = new INDArray[vertices.length];
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        for (int index : network.topologicalSortOrder()) {
            GraphVertex vertex = vertices[index];
            if (vertex.isInputVertex()) {
                all[index] = features;
                continue;
            }
            VertexIndices[] inputs = vertex.getInputVertices();
            for (int i = 0; i < inputs.length; i++) {
                vertex.setInput(i, all[inputs[i].getVertexIndex()].dup(), workspaces);
            }
            all[index] = vertex.doForward(false, workspaces).dup();
            vertex.clear();
        }
        return all[network.getVertex(name).getVertexIndex()];
    }

    @Test
    @DisplayName("shows feedForward what each layer gives")
    void feedForward() {
        Pair pair = residual();
        INDArray features = Networks.images(4, 3, SIZE, 10, 1).getFeatures();
        Map<String, INDArray> actual = pair.fast.feedForward(features, false);
        assertThat(actual.get("bn1").minNumber().doubleValue()).isNegative();
        for (String name : new String[] {"bn1", "relu1", "1.0.c1", "1.0.add", "2.2.bn2"}) {
            INDArray expected = pair.plain.output(List.of(name), false, new INDArray[] {features}, null)[0];
            assertThat(SameTrainingTest.difference(actual.get(name), expected)).as(name).isLessThan(TOLERANCE);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"W", "b"})
    @DisplayName("sees that somebody has written into a parameter of a convolution")
    void writtenInPlace(String parameter) {
        seesWriting("conv2", parameter, 3, 0.75);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {BatchNormalizationParamInitializer.GAMMA, BatchNormalizationParamInitializer.BETA,
        BatchNormalizationParamInitializer.GLOBAL_MEAN, BatchNormalizationParamInitializer.GLOBAL_VAR})
    @DisplayName("sees that somebody has written into a parameter of a batch normalization")
    void writtenIntoNorm(String parameter) {
        seesWriting("norm2", parameter, 2, 0.25);
    }

    private static void seesWriting(String layer, String parameter, int index, double value) {
        Pair pair = mixed();
        pair.assertSameOutput(4, 1);
        pair.change(network -> network.getLayer(layer).getParam(parameter).putScalar(index, value));
        pair.assertSameOutput(4, 1);
    }

    @Test
    @DisplayName("sees all parameters that were set or written at once, and those after a step of training")
    void allParameters() {
        for (Pair pair : List.of(residual(), mixed())) {
            pair.assertSameOutput(4, 1);
            INDArray others = pair.plain.params().mul(0.9);
            pair.change(network -> network.setParams(others.dup()));
            pair.assertSameOutput(4, 1);
            pair.change(network -> network.params().muli(1.05));
            pair.assertSameOutput(4, 1);
            pair.fast.fit(Networks.images(4, 3, SIZE, 10, 2));
            pair.plain.setParams(pair.fast.params().dup());
            pair.assertSameOutput(4, 1);
        }
    }

    @Test
    @DisplayName("leaves the parameters as they are")
    void parametersStay() {
        Pair pair = residual();
        INDArray before = pair.fast.params().dup();
        pair.fast.output(Networks.images(4, 3, SIZE, 10, 1).getFeatures());
        assertThat(pair.fast.params()).isEqualTo(before);
    }

    @Test
    @DisplayName("gives outputs that stay as they are, and leaves the images as they are")
    void outputsStay() {
        for (Pair pair : List.of(residual(), mixed())) {
            INDArray features = Networks.images(4, 3, SIZE, 10, 1).getFeatures();
            INDArray images = features.dup();
            Layer[] layers = pair.fast.getLayers();
            String last = layers[layers.length - 3].conf().getLayer().getLayerName();
            INDArray kept = pair.fast.output(List.of(last), false, new INDArray[] {features}, null)[0];
            INDArray copy = kept.dup();
            pair.fast.output(Networks.images(4, 3, SIZE, 10, 2).getFeatures());
            assertThat(kept).isEqualTo(copy);
            assertThat(features).isEqualTo(images);
        }
    }

    @Test
    @DisplayName("evaluates to the same figures in mid-training, and training goes on to the same weights")
    void evaluation() {
        Pair pair = residual();
        List<DataSet> data = List.of(Networks.images(6, 3, SIZE, 10, 7), Networks.images(6, 3, SIZE, 10, 8),
                Networks.images(2, 3, SIZE, 10, 9));
        for (int step = 0; step < 3; step++) {
            pair.plain.fit(data.get(0));
            pair.fast.fit(data.get(0));
            assertThat(pair.fast.evaluate(new ListDataSetIterator<>(data, 6)).accuracy())
                    .isEqualTo(pair.plain.evaluate(new ListDataSetIterator<>(data, 6)).accuracy());
            assertThat(pair.fast.score(data.get(1))).isCloseTo(pair.plain.score(data.get(1)),
                    org.assertj.core.data.Offset.offset(1e-3));
        }
        assertThat(SameTrainingTest.difference(pair.fast.params(), pair.plain.params())).isLessThan(1e-4);
    }

    @Test
    @DisplayName("gives the same output of a MultiLayerNetwork, at each layer")
    void layers() {
        MultiLayerNetwork plain = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(3)
                .updater(new Nesterovs(1e-2, 0.9)).list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(10).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(SIZE, SIZE, 3)).build());
        plain.init();
        plain.fit(Networks.images(6, 3, SIZE, 10, 1));
        MultiLayerNetwork fast = plain.clone();
        FastCpu.apply(fast);
        DataSet images = Networks.images(5, 3, SIZE, 10, 2);
        for (int repeat = 0; repeat < 2; repeat++) {
            assertSame(fast.output(images.getFeatures()), plain.output(images.getFeatures()));
            assertThat(fast.score(images)).isCloseTo(plain.score(images), org.assertj.core.data.Offset.offset(1e-5));
            for (int layer = 0; layer < 5; layer++) {
                assertSame(fast.feedForwardToLayer(layer, images.getFeatures()).get(layer + 1),
                        plain.feedForwardToLayer(layer, images.getFeatures()).get(layer + 1));
            }
            fast.getLayer(4).getParam(BatchNormalizationParamInitializer.BETA).putScalar(1, 0.5);
            plain.getLayer(4).getParam(BatchNormalizationParamInitializer.BETA).putScalar(1, 0.5);
        }
    }

    @Test
    @DisplayName("gives the same output of a network with frozen layers")
    void frozen() {
        ComputationGraph plain = new TransferLearning.GraphBuilder(residual().plain).setFeatureExtractor("1.0").build();
        ComputationGraph fast = plain.clone();
        FastCpu.apply(fast);
        INDArray features = Networks.images(5, 3, SIZE, 10, 2).getFeatures();
        assertSame(fast.output(features)[0], plain.output(features)[0]);
        fast.getLayer("bn1").getParam(BatchNormalizationParamInitializer.BETA).putScalar(1, 0.5);
        plain.getLayer("bn1").getParam(BatchNormalizationParamInitializer.BETA).putScalar(1, 0.5);
        assertSame(fast.output(features)[0], plain.output(features)[0]);
    }
}
