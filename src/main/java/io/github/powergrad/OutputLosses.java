package io.github.powergrad;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/** Finds the losses of a network or configuration, and which of them stand behind a softmax. */
final class OutputLosses {

    /** Layers whose output does not end in the activation function that every BaseLayer has. */
    @SuppressWarnings("deprecation") // GravesBidirectionalLSTM is deprecated, but saved networks have it
    private static final List<Class<? extends BaseLayer>> ACTIVATION_NOT_LAST = List.of(AbstractLSTM.class,
            GravesBidirectionalLSTM.class, BatchNormalization.class, DropoutLayer.class, PReLULayer.class,
            RepeatVector.class, VariationalAutoencoder.class);

    /** Vertices that hand on the rows they are given. */
    private static final List<Class<? extends GraphVertex>> PASSING_ON = List.of(PreprocessorVertex.class,
            ReshapeVertex.class, UnstackVertex.class, LastTimeStepVertex.class);

    private OutputLosses() {}

    static List<OutputLoss> of(MultiLayerConfiguration configuration) {
        return of(configuration, null);
    }

    /** Also of a network whose init() has not been called yet. */
    static List<OutputLoss> of(MultiLayerNetwork network) {
        return of(network.getLayerWiseConfigurations(), network.getLayers());
    }

    private static List<OutputLoss> of(MultiLayerConfiguration configuration,
            org.deeplearning4j.nn.api.Layer[] running) {
        List<OutputLoss> losses = new ArrayList<>();
        for (int i = 0; i < configuration.getConfs().size(); i++) {
            Layer saved = layer(configuration, i);
            if (OutputLoss.isComputedBy(saved)) {
                int before = i - 1;
                losses.add(new OutputLoss(name(saved, i), copies(saved, running == null ? null : running[i]),
                        () -> softmaxUpTo(configuration, before)));
            }
        }
        return losses;
    }

    /** Also of a graph whose init() has not been called yet. Its layers read the configuration that is saved. */
    static List<OutputLoss> of(ComputationGraph graph) {
        return of(graph.getConfiguration());
    }

    static List<OutputLoss> of(ComputationGraphConfiguration configuration) {
        List<OutputLoss> losses = new ArrayList<>();
        configuration.getVertices().keySet().forEach(name -> {
            GraphVertex vertex = vertex(configuration, name);
            if (vertex instanceof LayerVertex && OutputLoss.isComputedBy(layer(vertex))) {
                losses.add(new OutputLoss(name, List.of(layer(vertex)), () -> softmaxBefore(configuration, name)));
            }
        });
        return losses;
    }

    /** What messages call a layer of a MultiLayerNetwork. */
    static String name(Layer layer, int index) {
        return layer.getLayerName() == null ? "layer " + index : layer.getLayerName();
    }

    /** What messages say was found. */
    static String describe(List<OutputLoss> losses) {
        return losses.isEmpty() ? "no output or loss layer (add one, such as a LossLayer behind the softmax)"
                : losses.stream().map(OutputLoss::toString).collect(Collectors.joining(", "));
    }

    private static List<Layer> copies(Layer saved, org.deeplearning4j.nn.api.Layer running) {
        return running == null ? List.of(saved) : List.of(saved, unwrapped(running.conf().getLayer()));
    }

    private static boolean softmaxUpTo(MultiLayerConfiguration configuration, int last) {
        int i = last;
        while (i >= 0 && passesOn(layer(configuration, i))) {
            i--;
        }
        return i >= 0 && endsInSoftmax(layer(configuration, i));
    }

    private static boolean softmaxBefore(ComputationGraphConfiguration configuration, String name) {
        // Layers and the vertices that pass on have one input: DL4J puts a MergeVertex before them if there are more
        String input = configuration.getVertexInputs().get(name).get(0);
        GraphVertex vertex = vertex(configuration, input);
        if (vertex instanceof LayerVertex && endsInSoftmax(layer(vertex))) {
            return true;
        }
        boolean passesOn = vertex instanceof LayerVertex ? passesOn(layer(vertex)) : passesOn(vertex);
        return passesOn && softmaxBefore(configuration, input);
    }

    private static boolean endsInSoftmax(Layer layer) {
        if (layer instanceof ActivationLayer) {
            return ((ActivationLayer) layer).getActivationFn() instanceof ActivationSoftmax;
        }
        return layer instanceof BaseLayer && ((BaseLayer) layer).getActivationFn() instanceof ActivationSoftmax
                && ACTIVATION_NOT_LAST.stream().noneMatch(type -> type.isInstance(layer));
    }

    /** Whether each row of a vertex's output is a row of its input: the layer of a LayerVertex is not looked at. */
    static boolean passesOn(GraphVertex vertex) {
        return PASSING_ON.stream().anyMatch(type -> type.isInstance(vertex));
    }

    static boolean passesOn(Layer layer) {
        return layer instanceof MaskLayer || layer instanceof RepeatVector || layer instanceof ActivationLayer
                && ((ActivationLayer) layer).getActivationFn() instanceof ActivationIdentity;
    }

    static Layer layer(MultiLayerConfiguration configuration, int index) {
        return unwrapped(configuration.getConf(index).getLayer());
    }

    static Layer layer(GraphVertex vertex) {
        return unwrapped(((LayerVertex) vertex).getLayerConf().getLayer());
    }

    /** The vertex, without what freezes it; null for an input of the graph. */
    static GraphVertex vertex(ComputationGraphConfiguration configuration, String name) {
        GraphVertex vertex = configuration.getVertices().get(name);
        return vertex instanceof FrozenVertex ? ((FrozenVertex) vertex).getUnderlying() : vertex;
    }

    static Layer unwrapped(Layer layer) {
        if (layer instanceof FrozenLayer) {
            return unwrapped(((FrozenLayer) layer).getLayer());
        }
        return layer instanceof BaseWrapperLayer ? unwrapped(((BaseWrapperLayer) layer).getUnderlying()) : layer;
    }
}
