package io.github.powergrad.examples.model;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The working side of {@link ChannelGateVertex}: ∂L/∂x = ε · s, ∂L/∂s = Σ over height and width of ε · x. */
final class ChannelGate extends BaseGraphVertex {

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
