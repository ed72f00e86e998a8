package io.github.powergrad;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;

/** A layer or vertex of a network, with what it reads and who reads it: both kinds of network in one form. */
final class NetworkNode {

    private final String name;
    private final Layer layer;
    private final GraphVertex vertex;
    private final InputPreProcessor preProcessor;
    private final Trainable running;
    private final boolean isOutput;
    private final List<NetworkNode> inputs = new ArrayList<>();
    private final List<NetworkNode> readers = new ArrayList<>();

    private NetworkNode(String name, Layer layer, GraphVertex vertex, InputPreProcessor preProcessor, Trainable running,
            boolean isOutput) {
        this.name = name;
        this.layer = layer;
        this.vertex = vertex;
        this.preProcessor = preProcessor;
        this.running = running;
        this.isOutput = isOutput;
    }

    /** The layers of an initialized network in their order. */
    static List<NetworkNode> of(MultiLayerNetwork network) {
        return of(network.getLayerWiseConfigurations(), network::getLayer);
    }

    /** The layers of a network yet to be built, in their order; none of them runs. */
    static List<NetworkNode> of(MultiLayerConfiguration configuration) {
        return of(configuration, index -> null);
    }

    private static List<NetworkNode> of(MultiLayerConfiguration configuration, IntFunction<Trainable> running) {
        List<NetworkNode> nodes = new ArrayList<>();
        int last = configuration.getConfs().size() - 1;
        for (int i = 0; i <= last; i++) {
            Layer layer = OutputLosses.layer(configuration, i);
            NetworkNode node = new NetworkNode(OutputLosses.name(layer, i), layer, null,
                    configuration.getInputPreProcess(i), running.apply(i), i == last);
            if (i > 0) {
                node.reads(nodes.get(i - 1));
            }
            nodes.add(node);
        }
        return nodes;
    }

    /** The layers and vertices of an initialized graph; its inputs are none of them. */
    static List<NetworkNode> of(ComputationGraph graph) {
        return of(graph.getConfiguration(), graph::getVertex);
    }

    /** The layers and vertices of a graph yet to be built; none of them runs. */
    static List<NetworkNode> of(ComputationGraphConfiguration configuration) {
        return of(configuration, name -> null);
    }

    private static List<NetworkNode> of(ComputationGraphConfiguration configuration,
            Function<String, Trainable> running) {
        Map<String, NetworkNode> nodes = new LinkedHashMap<>();
        for (String name : configuration.getVertices().keySet()) {
            GraphVertex vertex = OutputLosses.vertex(configuration, name);
            boolean hasLayer = vertex instanceof LayerVertex;
            nodes.put(name, new NetworkNode(name, hasLayer ? OutputLosses.layer(vertex) : null, vertex,
                    hasLayer ? ((LayerVertex) vertex).getPreProcessor() : null, running.apply(name),
                    configuration.getNetworkOutputs().contains(name)));
        }
        nodes.forEach((name, node) -> configuration.getVertexInputs().get(name).stream()
                .filter(nodes::containsKey).map(nodes::get).forEach(node::reads));
        return new ArrayList<>(nodes.values());
    }

    private void reads(NetworkNode input) {
        inputs.add(input);
        input.readers.add(this);
    }

    /** What messages call it, and in a graph what its outputs and labels go by. */
    String name() {
        return name;
    }

    /** The layer's configuration, unwrapped; null for a vertex without a layer. */
    Layer layer() {
        return layer;
    }

    /** Null for a layer of a MultiLayerNetwork. */
    GraphVertex vertex() {
        return vertex;
    }

    /** What its input goes through first, or null. */
    InputPreProcessor preProcessor() {
        return preProcessor;
    }

    /** What holds the parameters; null in a network yet to be built. */
    Trainable running() {
        return running;
    }

    /** What the layer applies last, or null. */
    IActivation activation() {
        if (layer instanceof ActivationLayer) {
            return ((ActivationLayer) layer).getActivationFn();
        }
        return layer instanceof BaseLayer ? ((BaseLayer) layer).getActivationFn() : null;
    }

    /** Whether each row of its output is a row of its input. */
    boolean handsOnRows() {
        return layer == null ? OutputLosses.passesOn(vertex) : OutputLosses.passesOn(layer);
    }

    boolean isOutput() {
        return isOutput;
    }

    /** What it reads, without inputs of the network. */
    List<NetworkNode> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /** Who reads its output. */
    List<NetworkNode> readers() {
        return Collections.unmodifiableList(readers);
    }

    /** The node, and every other that its output depends on. */
    Set<NetworkNode> andAllBefore() {
        Set<NetworkNode> found = new LinkedHashSet<>();
        addTo(found);
        return found;
    }

    private void addTo(Set<NetworkNode> found) {
        if (found.add(this)) {
            inputs.forEach(input -> input.addTo(found));
        }
    }

    /** Name and kind, such as {@code 'out' (OutputLayer)}. */
    @Override
    public String toString() {
        return "'" + name + "' (" + (layer == null ? vertex : layer).getClass().getSimpleName() + ")";
    }
}
