package io.github.powergrad.examples.model;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The excitation of a squeeze-and-excitation block: y[n,c,h,w] = x[n,c,h,w] · s[n,c], for feature maps x [N, C, H, W] as
 * the first input and gates s [N, C] as the second. It has no parameters; those of the block are in the two fully
 * connected layers that give s, so that their weights decay and are clipped like all others.
 *
 * <p>Deeplearning4j's own ElementWiseVertex multiplies arrays of equal shape only.
 *
 * <p>Source: Hu, Shen, Sun, "Squeeze-and-Excitation Networks", arXiv:1709.01507, eq. (4).
 */
public final class ChannelGateVertex extends GraphVertex {

    @Override
    public GraphVertex clone() {
        return new ChannelGateVertex();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelGateVertex;
    }

    @Override
    public int hashCode() {
        return ChannelGateVertex.class.hashCode();
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 2;
    }

    @Override
    public int maxVertexInputs() {
        return 2;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph, String name, int index, INDArray parametersView, boolean initializeParameters,
            DataType networkType) {
        return new ChannelGate(graph, name, index, networkType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) throws InvalidInputTypeException {
        if (inputs.length != 2 || !(inputs[0] instanceof InputType.InputTypeConvolutional)
                || !(inputs[1] instanceof InputType.InputTypeFeedForward)
                || ((InputType.InputTypeConvolutional) inputs[0]).getChannels()
                        != ((InputType.InputTypeFeedForward) inputs[1]).getSize()) {
            throw new InvalidInputTypeException("a channel gate needs feature maps [N, C, H, W] and gates [N, C] with"
                    + " the same C, got " + Arrays.toString(inputs));
        }
        return inputs[0];
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        return new LayerMemoryReport.Builder(null, ChannelGateVertex.class, inputs[0], getOutputType(-1, inputs))
                .standardMemory(0, 0).workingMemory(0, 0, 0, 0).cacheMemory(0, 0).build();
    }

    @Override
    public String toString() {
        return "ChannelGateVertex()";
    }

    /** The vertex at work: ∂L/∂x = ε · s, ∂L/∂s = Σ over height and width of ε · x. */
    private static final class ChannelGate extends BaseGraphVertex {

        private static final long serialVersionUID = 1L;

        ChannelGate(ComputationGraph graph, String name, int index, DataType type) {
            super(graph, name, index, null, null, type);
        }

        @Override
        public boolean hasLayer() {
            return false;
        }

        @Override
        public Layer getLayer() {
            return null;
        }

        @Override
        public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
            try (MemoryWorkspace ignored = workspaces.notifyScopeBorrowed(ArrayType.ACTIVATIONS)) {
                return inputs[0].mul(gates());
            }
        }

        @Override
        public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
            try (MemoryWorkspace ignored = workspaces.notifyScopeBorrowed(ArrayType.ACTIVATION_GRAD)) {
                INDArray atMaps = epsilon.mul(gates());
                INDArray atGates = epsilon.mul(inputs[0]).sum(2, 3);
                return new Pair<>(null, new INDArray[] {atMaps, atGates});
            }
        }

        private INDArray gates() {
            return inputs[1].reshape(inputs[1].size(0), inputs[1].size(1), 1, 1);
        }

        @Override
        public void setBackpropGradientsViewArray(INDArray view) {
            if (view != null) {
                throw new IllegalStateException("a channel gate has no parameters, got a gradient view for " + getVertexName());
            }
        }

        @Override
        public Pair<INDArray, MaskState> feedForwardMaskArrays(INDArray[] masks, MaskState state, int minibatch) {
            return masks == null || masks.length == 0 ? null : new Pair<>(masks[0], state);
        }

        @Override
        public String toString() {
            return "ChannelGate(id=" + getVertexIndex() + ", name=\"" + getVertexName() + "\")";
        }
    }
}
