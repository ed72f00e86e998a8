package io.github.powergrad.fastcpu;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the convolution nets of Deeplearning4j train faster on the processor, to the same weights but for rounding:
 *
 * <pre>{@code
 * FastCpu.apply(network);
 * }</pre>
 *
 * <p>Configuration, parameters and files stay Deeplearning4j's own; what runs is exchanged, layer by layer, for the kernels
 * of oneDNN. A layer that has none is left as it is, and so is everything on a GPU and where oneDNN is missing.
 *
 * <p>A clone, a replica of a ParallelWrapper and a network from a file are new networks and slow. As a listener, an object
 * of this class makes each network that trains with it fast:
 *
 * <pre>{@code
 * network.addListeners(new FastCpu());
 * }</pre>
 */
public final class FastCpu extends BaseTrainingListener implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(FastCpu.class);

    /**
     * Lets a network train faster from now on. Calling it again does no harm.
     *
     * @param network a MultiLayerNetwork or a ComputationGraph that has been initialized and is not training at the moment
     * @return which layers are faster, and why the others are not; and what became of the updater
     * @throws IllegalArgumentException if it is another kind of network
     * @throws IllegalStateException if it has not been initialized
     */
    public static FastCpuReport apply(Model network) {
        Layer[] layers = layers(network);
        if (layers == null) {
            throw new IllegalStateException("FastCpu.apply needs an initialized network; call init() before");
        }
        String unavailable = Availability.reason();
        if (unavailable != null) {
            LOG.info("FastCpu: all layers are left as they are: {}", unavailable);
            return FastCpuReport.unavailable(unavailable);
        }
        Session session = session(layers, network);
        try {
            List<FastCpuReport.Line> lines = network instanceof ComputationGraph
                    ? apply((ComputationGraph) network, session) : apply((MultiLayerNetwork) network, session);
            return new FastCpuReport(lines, OnePassUpdater.in(network));
        } catch (ReflectiveOperationException | LinkageError otherVersion) {
            String reason = "this Deeplearning4j differs from 1.0.0-M2.1: " + otherVersion;
            LOG.info("FastCpu: layers are left as they are: {}", reason);
            return FastCpuReport.unavailable(reason);
        }
    }

    /** Returns whether networks can be faster here: on a processor that oneDNN has been built for, and not on a GPU. */
    public static boolean isAvailable() {
        return Availability.reason() == null;
    }

    private static Layer[] layers(Model network) {
        if (network instanceof ComputationGraph) {
            return ((ComputationGraph) network).getLayers();
        }
        if (network instanceof MultiLayerNetwork) {
            return ((MultiLayerNetwork) network).getLayers();
        }
        throw new IllegalArgumentException("FastCpu.apply takes a MultiLayerNetwork or a ComputationGraph, got "
                + (network == null ? null : network.getClass().getName()));
    }

    private static Session session(Layer[] layers, Model network) {
        for (Layer layer : layers) {
            if (inner(layer) instanceof FastLayer) {
                return ((FastLayer) inner(layer)).session();
            }
        }
        return new Session(network);
    }

    /** Returns the layer inside of wrappers; Deeplearning4j wraps a frozen layer twice. */
    private static Layer inner(Layer layer) {
        return layer instanceof BaseWrapperLayer ? inner(((BaseWrapperLayer) layer).getUnderlying()) : layer;
    }

    private static List<FastCpuReport.Line> apply(MultiLayerNetwork network, Session session)
            throws ReflectiveOperationException {
        Layer[] layers = network.getLayers();
        Map<String, Layer> byName = field(MultiLayerNetwork.class, "layerMap", network);
        List<FastCpuReport.Line> lines = new ArrayList<>();
        for (int i = 0; i < layers.length; i++) {
            Layer before = layers[i];
            String name = before.conf().getLayer().getLayerName();
            layers[i] = exchanged(before, name == null ? String.valueOf(i) : name, session, lines);
            Layer now = layers[i];
            byName.replaceAll((key, layer) -> layer == before ? now : layer);
        }
        for (int i = 1; i < layers.length; i++) {
            boolean alone = network.getLayerWiseConfigurations().getInputPreProcess(i) == null;
            connect(inner(layers[i - 1]), inner(layers[i]), alone);
        }
        return lines;
    }

    private static List<FastCpuReport.Line> apply(ComputationGraph network, Session session)
            throws ReflectiveOperationException {
        GraphVertex[] vertices = network.getVertices();
        Layer[] layers = network.getLayers();
        Map<String, GraphVertex> byName = field(ComputationGraph.class, "verticesMap", network);
        List<FastCpuReport.Line> lines = new ArrayList<>();
        for (GraphVertex vertex : vertices) {
            if (vertex instanceof LayerVertex) {
                Layer before = vertex.getLayer();
                Layer now = exchanged(before, vertex.getVertexName(), session, lines);
                ((LayerVertex) vertex).setLayer(now);
                for (int i = 0; i < layers.length; i++) {
                    layers[i] = layers[i] == before ? now : layers[i];
                }
            }
        }
        for (int i = 0; i < vertices.length; i++) {
            GraphVertex vertex = vertices[i];
            if (vertex instanceof ElementWiseVertex && vertex.getClass() == ElementWiseVertex.class) {
                String reason = whyNot((ElementWiseVertex) vertex, vertices, network);
                if (reason == null) {
                    vertices[i] = new FastAdd((ElementWiseVertex) vertex, session);
                    byName.put(vertex.getVertexName(), vertices[i]);
                }
                lines.add(new FastCpuReport.Line(vertex.getVertexName(), "ElementWiseVertex", reason));
            } else if (vertex instanceof FastAdd) {
                lines.add(new FastCpuReport.Line(vertex.getVertexName(), "ElementWiseVertex", null));
            } else if (!(vertex instanceof LayerVertex) && !vertex.isInputVertex()) {
                String kind = vertex.getClass().getSimpleName();
                lines.add(new FastCpuReport.Line(vertex.getVertexName(), kind, "there is no faster " + kind));
            }
        }
        for (GraphVertex vertex : vertices) {
            if (vertex instanceof FastAdd) {
                ((FastAdd) vertex).shareGradients(onlyRead(vertex, vertices));
            }
            if (vertex instanceof LayerVertex && vertex.getLayer() instanceof FastConvolution) {
                ((FastConvolution) vertex.getLayer()).firstOfGraph(isFirst((LayerVertex) vertex, network));
            }
            if (vertex instanceof LayerVertex) {
                GraphVertex before = vertices[vertex.getInputVertices()[0].getVertexIndex()];
                boolean alone = ((LayerVertex) vertex).getLayerPreProcessor() == null && !before.isOutputVertex()
                        && before.getOutputVertices() != null && before.getOutputVertices().length == 1;
                connect(before instanceof LayerVertex ? inner(before.getLayer()) : before, inner(vertex.getLayer()), alone);
            }
            if (fast(vertex) != null) {
                session.readers(fast(vertex), fastReaders(vertex, vertices));
            }
        }
        return lines;
    }

    /** Returns the layer that runs in place of another, itself perhaps, and adds the line about it. */
    private static Layer exchanged(Layer layer, String name, Session session, List<FastCpuReport.Line> lines)
            throws ReflectiveOperationException {
        Layer inside = inner(layer);
        String kind = (inside != layer ? layer.getClass().getSimpleName() + " of " : "")
                + (inside instanceof FastLayer ? inside.getClass().getSuperclass() : inside.getClass()).getSimpleName();
        String reason = whyNotInside(layer);
        Layer fast = inside;
        if (reason == null) {
            Exchange exchange = Exchange.of(inside, session);
            reason = exchange.reason();
            fast = reason == null ? exchange.fast() : inside;
        }
        lines.add(new FastCpuReport.Line(name, kind, reason));
        return put(fast, layer);
    }

    /** Returns a layer in place of another, or the wrappers of the other with the layer inside. */
    private static Layer put(Layer layer, Layer place) {
        if (!(place instanceof BaseWrapperLayer)) {
            return layer;
        }
        BaseWrapperLayer wrapper = (BaseWrapperLayer) place;
        wrapper.setUnderlying(put(layer, wrapper.getUnderlying()));
        return wrapper;
    }

    private static String whyNotInside(Layer layer) {
        if (!(layer instanceof BaseWrapperLayer)) {
            return null;
        }
        return layer.getClass() == FrozenLayer.class ? whyNotInside(((BaseWrapperLayer) layer).getUnderlying())
                : layer.getClass() == FrozenLayerWithBackprop.class ? "it is frozen and hands gradients on"
                : "there is no faster " + layer.getClass().getSimpleName();
    }

    private static String whyNot(ElementWiseVertex vertex, GraphVertex[] vertices, ComputationGraph network)
            throws ReflectiveOperationException {
        ElementWiseVertex.Op operation = field(ElementWiseVertex.class, "op", vertex);
        if (operation != ElementWiseVertex.Op.Add) {
            return "its operation is " + operation + ", not Add";
        }
        if (vertex.getInputVertices().length != 2) {
            return "it adds " + vertex.getInputVertices().length + " arrays, not 2";
        }
        DataType type = network.getConfiguration().getDataType();
        return type == DataType.FLOAT ? null : "its data type is " + type + ", not FLOAT";
    }

    /** Returns whether all that is in front of a vertex leaves the gradients that it gets as they are. */
    private static boolean onlyRead(GraphVertex vertex, GraphVertex[] vertices) {
        for (VertexIndices input : vertex.getInputVertices()) {
            GraphVertex before = vertices[input.getVertexIndex()];
            boolean reads = before instanceof FastAdd
                    || before instanceof LayerVertex && before.getLayer() instanceof FastLayer;
            if (!reads) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns whether a layer alone reads an input of the network, and nobody the gradient of that. Without a layer with a
     * loss, gradients come from outside, and that of the input may be asked for.
     */
    private static boolean isFirst(LayerVertex vertex, ComputationGraph network) {
        GraphVertex input = network.getVertices()[vertex.getInputVertices()[0].getVertexIndex()];
        for (String output : network.getConfiguration().getNetworkOutputs()) {
            if (!(inner(network.getLayer(output)) instanceof IOutputLayer)) {
                return false;
            }
        }
        return input.isInputVertex() && input.getOutputVertices().length == 1 && vertex.getLayerPreProcessor() == null;
    }

    /** Returns the layer or vertex of this package in a vertex; null if there is none. */
    private static FastLayer fast(GraphVertex vertex) {
        Object runs = vertex instanceof LayerVertex ? inner(vertex.getLayer()) : vertex;
        return runs instanceof FastLayer ? (FastLayer) runs : null;
    }

    /** Returns how often layers of this package read the result of a vertex; 0 if somebody else reads it too. */
    private static int fastReaders(GraphVertex vertex, GraphVertex[] vertices) {
        if (vertex.isOutputVertex() || vertex.getOutputVertices() == null) {
            return 0;
        }
        for (VertexIndices output : vertex.getOutputVertices()) {
            GraphVertex reader = vertices[output.getVertexIndex()];
            boolean changed = reader instanceof LayerVertex && ((LayerVertex) reader).getLayerPreProcessor() != null;
            if (changed || fast(reader) == null) {
                return 0;
            }
        }
        return vertex.getOutputVertices().length;
    }

    private static void connect(Object before, Layer layer, boolean alone) {
        if (before instanceof FastConvolution) {
            boolean norm = alone && layer instanceof FastBatchNormalization;
            ((FastConvolution) before).normFollows(norm ? (FastBatchNormalization) layer : null);
        }
        if (layer instanceof FastActivation) {
            connect(before, (FastActivation) layer, alone);
        }
    }

    private static void connect(Object before, FastActivation relu, boolean alone) {
        FusesRelu fuses = alone && before instanceof FusesRelu ? (FusesRelu) before : null;
        relu.follows(fuses);
        if (before instanceof FusesRelu) {
            ((FusesRelu) before).reluFollows(fuses != null);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> T field(Class<?> type, String name, Object owner) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return (T) field.get(owner);
    }

    /** Makes the network fast if it is not. */
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        applyIfSlow(model);
    }

    /** Makes the network fast if it is not. */
    @Override
    public void onEpochStart(Model model) {
        applyIfSlow(model);
    }

    /** Makes the network fast if it is not: a clone's optimizer does not know the listeners, the clone does. */
    @Override
    public void onBackwardPass(Model model) {
        applyIfSlow(model);
    }

    private static void applyIfSlow(Model model) {
        if (!(model instanceof ComputationGraph) && !(model instanceof MultiLayerNetwork)) {
            return; // layer-wise pretraining calls listeners with a layer
        }
        for (Layer layer : layers(model)) {
            if (inner(layer) instanceof FastLayer) {
                return;
            }
        }
        if (Availability.reason() == null) {
            apply(model);
        }
    }
}
