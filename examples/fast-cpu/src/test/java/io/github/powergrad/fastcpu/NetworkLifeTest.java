package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.ops.transforms.Transforms;

@DisplayName("A fast network in its life")
class NetworkLifeTest {

    private static final int SIZE = 12;

    private static DataSet images(int count, long seed) {
        return Networks.images(count, 3, SIZE, 10, seed);
    }

    /** A residual network whose learning rate is so small that two correct ways stay together. */
    private static ComputationGraph network() {
        ComputationGraph network = Networks.resNet20(SIZE, 10);
        network.setLearningRate(1e-3);
        return network;
    }

    private static ComputationGraph fast() {
        ComputationGraph network = network();
        assertThat(FastCpu.apply(network).isFaster()).isTrue();
        return network;
    }

    private static void assertSame(INDArray actual, INDArray expected) {
        assertThat(SameTrainingTest.difference(actual, expected)).isLessThan(1e-4);
    }

    @Test
    @DisplayName("shows feedForward the same activations of each layer, in training and inference")
    void feedForward() {
        ComputationGraph plain = network();
        ComputationGraph fast = fast();
        for (boolean training : new boolean[] {true, false}) {
            Map<String, INDArray> expected = plain.feedForward(images(4, 1).getFeatures(), training);
            Map<String, INDArray> actual = fast.feedForward(images(4, 1).getFeatures(), training);
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            actual.forEach((name, activations) -> {
                INDArray other = expected.get(name);
                if (!training && activations.rank() == 4) {
                    // For inference Deeplearning4j's ReLU layers write into the array of the layer in front.
                    activations = Transforms.max(activations, 0);
                    other = Transforms.max(other, 0);
                }
                assertThat(SameTrainingTest.difference(activations, other)).as(name).isLessThan(1e-4);
            });
        }
    }

    @Test
    @DisplayName("shows a listener the same activations of each layer, those in front of a ReLU among them")
    void listener() {
        Map<String, INDArray> expected = new HashMap<>();
        Map<String, INDArray> actual = new HashMap<>();
        ComputationGraph plain = network();
        plain.setListeners(new Recorder(expected));
        plain.fit(images(4, 1));
        ComputationGraph fast = fast();
        fast.setListeners(new Recorder(actual));
        fast.fit(images(4, 1));

        assertThat(expected).containsKey("bn1");
        assertThat(expected.get("bn1").minNumber().doubleValue()).isNegative();
        expected.forEach((name, activations) -> assertThat(SameTrainingTest.difference(actual.get(name), activations))
                .as(name).isLessThan(1e-4));
    }

    /** Keeps what it is shown. */
    private static final class Recorder extends BaseTrainingListener {

        private final Map<String, INDArray> seen;

        Recorder(Map<String, INDArray> seen) {
            this.seen = seen;
        }

        @Override
        public void onForwardPass(Model model, Map<String, INDArray> activations) {
            activations.forEach((name, array) -> seen.put(name, array.dup('c').detach()));
        }
    }

    @Test
    @DisplayName("evaluates in mid-training without harm to the training")
    void evaluationInMidTraining() {
        ComputationGraph plain = network();
        ComputationGraph fast = fast();
        for (int step = 0; step < 3; step++) {
            plain.fit(images(6, step));
            fast.fit(images(6, step));
            assertSame(fast.output(images(5, 9).getFeatures())[0], plain.output(images(5, 9).getFeatures())[0]);
            assertThat(fast.score(images(5, 9))).isCloseTo(plain.score(images(5, 9)), org.assertj.core.data.Offset.offset(1e-3));
        }
        assertSame(fast.params(), plain.params());
    }

    @Test
    @DisplayName("keeps an output as it was when it goes on training, with and without workspaces")
    void outputsStay() {
        for (WorkspaceMode mode : WorkspaceMode.values()) {
            ComputationGraph fast = fast();
            fast.getConfiguration().setTrainingWorkspaceMode(mode);
            fast.getConfiguration().setInferenceWorkspaceMode(mode);
            Map<String, INDArray> activations = fast.feedForward(images(4, 1).getFeatures(), false);
            INDArray kept = activations.get("bn1");
            INDArray copy = kept.dup();
            fast.fit(images(4, 2));
            fast.output(images(4, 3).getFeatures());
            assertThat(kept).isEqualTo(copy);
        }
    }

    @Test
    @DisplayName("trains with weights that were set from outside between two steps")
    void setParams() {
        ComputationGraph plain = network();
        ComputationGraph fast = fast();
        plain.fit(images(4, 1));
        fast.fit(images(4, 1));
        INDArray others = plain.params().mul(0.9);
        plain.setParams(others.dup());
        fast.setParams(others.dup());
        fast.getLayer("conv1").getParam("W").muli(1.1);
        plain.getLayer("conv1").getParam("W").muli(1.1);

        assertSame(fast.output(images(4, 2).getFeatures())[0], plain.output(images(4, 2).getFeatures())[0]);
        plain.fit(images(4, 3));
        fast.fit(images(4, 3));
        assertSame(fast.params(), plain.params());
    }

    @Test
    @DisplayName("sees parameters that were changed in place between two steps, in training and inference")
    void parametersInPlace() {
        MultiLayerNetwork plain = Networks.threeConvolutions(SIZE, 10);
        MultiLayerNetwork fast = Networks.threeConvolutions(SIZE, 10);
        FastCpu.apply(fast);
        DataSet images = Networks.images(4, 1, SIZE, 10, 1);
        for (int step = 0; step < 3; step++) {
            plain.fit(images);
            fast.fit(images);
            assertSame(fast.output(images.getFeatures()), plain.output(images.getFeatures()));
            plain.params().muli(0.9);
            fast.params().muli(0.9);
            assertSame(fast.output(images.getFeatures()), plain.output(images.getFeatures()));
        }
        assertSame(fast.params(), plain.params());
        ComputationGraph plainGraph = network();
        ComputationGraph fastGraph = fast();
        for (ComputationGraph graph : List.of(plainGraph, fastGraph)) {
            graph.fit(images(4, 1));
            graph.output(images(4, 2).getFeatures());
            graph.params().muli(0.9);
        }
        assertSame(fastGraph.output(images(4, 2).getFeatures())[0], plainGraph.output(images(4, 2).getFeatures())[0]);
        fastGraph.fit(images(4, 3));
        plainGraph.fit(images(4, 3));
        assertSame(fastGraph.params(), plainGraph.params());
    }

    @Test
    @DisplayName("is saved as any network, and its file loads as any network")
    void savedAndLoaded(@TempDir Path folder) throws Exception {
        ComputationGraph fast = fast();
        fast.fit(images(4, 1));
        File file = folder.resolve("network.zip").toFile();
        fast.save(file, true);
        ComputationGraph loaded = ComputationGraph.load(file, true);

        assertThat(loaded.params()).isEqualTo(fast.params());
        assertThat(loaded.getLayer("conv1").getClass()).isEqualTo(ConvolutionLayer.class);
        fast.fit(images(4, 2));
        loaded.fit(images(4, 2));
        assertSame(loaded.params(), fast.params());
    }

    @Test
    @DisplayName("has clones that are Deeplearning4j's own, until the listener makes them fast")
    void clonesAndListener() {
        ComputationGraph original = network();
        original.setListeners(new FastCpu());
        original.fit(images(4, 1));
        assertThat(original.getLayer("conv1")).isInstanceOf(FastConvolution.class);
        ComputationGraph clone = original.clone();
        assertThat(clone.getLayer("conv1").getClass()).isEqualTo(ConvolutionLayer.class);
        clone.fit(images(4, 2));
        assertThat(clone.getLayer("conv1")).isInstanceOf(FastConvolution.class);
        original.fit(images(4, 2));
        assertSame(clone.params(), original.params());
    }

    @Test
    @DisplayName("trains on after TransferLearning has frozen its first layers")
    void transferLearning() {
        ComputationGraph pretrained = network();
        pretrained.fit(images(4, 1));
        ComputationGraph plain = new TransferLearning.GraphBuilder(pretrained)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(new Sgd(0.01)).build())
                .setFeatureExtractor("1.0").nOutReplace("loss", 4, org.deeplearning4j.nn.weights.WeightInit.XAVIER).build();
        ComputationGraph fast = plain.clone();
        FastCpuReport report = FastCpu.apply(fast);
        assertThat(report.lines()).filteredOn(line -> line.name().equals("conv1")).allMatch(FastCpuReport.Line::isFaster);
        for (int step = 0; step < 3; step++) {
            DataSet images = Networks.images(4, 3, SIZE, 4, step);
            plain.fit(images);
            fast.fit(images);
        }
        assertSame(fast.params(), plain.params());
        assertThat(fast.getLayer("conv1").getParam("W")).isEqualTo(pretrained.getLayer("conv1").getParam("W"));
    }

    @Test
    @DisplayName("trains beside another on another thread, each to its own weights")
    void twoThreads() throws Exception {
        ComputationGraph alone = fast();
        for (int step = 0; step < 8; step++) {
            alone.fit(images(step % 2 == 0 ? 4 : 3, step));
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<ComputationGraph>> both = threads.invokeAll(java.util.Collections.nCopies(2, () -> {
                ComputationGraph network = fast();
                for (int step = 0; step < 8; step++) {
                    network.fit(images(step % 2 == 0 ? 4 : 3, step));
                }
                return network;
            }));
            for (Future<ComputationGraph> network : both) {
                assertSame(network.get().params(), alone.params());
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    @DisplayName("trains beside a network of another kind on another thread, each to the weights of its run alone")
    void twoKindsOnTwoThreads() throws Exception {
        INDArray graphAlone = trainedGraph();
        INDArray layersAlone = trainedLayers();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<INDArray> graph = threads.submit(NetworkLifeTest::trainedGraph);
            Future<INDArray> layers = threads.submit(NetworkLifeTest::trainedLayers);
            assertSame(graph.get(), graphAlone);
            assertSame(layers.get(), layersAlone);
        } finally {
            threads.shutdown();
        }
    }

    private static INDArray trainedGraph() {
        ComputationGraph network = fast();
        for (int step = 0; step < 6; step++) {
            network.fit(images(step % 2 == 0 ? 4 : 3, step));
        }
        return network.params();
    }

    private static INDArray trainedLayers() {
        MultiLayerNetwork network = Networks.threeConvolutions(SIZE, 10);
        FastCpu.apply(network);
        for (int step = 0; step < 30; step++) {
            network.fit(Networks.images(step % 2 == 0 ? 4 : 3, 1, SIZE, 10, step));
        }
        return network.params();
    }

    @Test
    @DisplayName("can be made fast twice, and keeps its layers then")
    void applyTwice() {
        ComputationGraph network = fast();
        Layer[] before = network.getLayers().clone();
        FastCpuReport report = FastCpu.apply(network);
        assertThat(report.isFaster()).isTrue();
        assertThat(network.getLayers()).containsExactly(before);
        assertThat(Arrays.asList(network.getVertices())).allMatch(vertex -> network.getVertex(vertex.getVertexName()) == vertex);
    }

    @Test
    @DisplayName("gives a MultiLayerNetwork's layers by name as by number")
    void layersByName() {
        MultiLayerNetwork network = Networks.threeConvolutions(SIZE, 10);
        FastCpu.apply(network);
        for (Layer layer : network.getLayers()) {
            assertThat(network.getLayer(layer.conf().getLayer().getLayerName())).isSameAs(layer);
        }
    }

    @Test
    @DisplayName("is not made of what has not been initialized")
    void notInitialized() {
        ComputationGraph network = new ComputationGraph(network().getConfiguration());
        assertThatThrownBy(() -> FastCpu.apply(network)).isInstanceOf(IllegalStateException.class).hasMessageContaining("init()");
    }

    @Test
    @DisplayName("names a layer that is left, with the reason")
    void report() {
        assertThat(FastCpu.apply(network()).toString())
                .contains("loss (OutputLayer): left as it is, because there is no faster OutputLayer")
                .contains("conv1 (ConvolutionLayer): faster");
    }
}
