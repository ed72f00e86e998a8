package io.github.powergrad.examples.model;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InvalidInputTypeException;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
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
public final class ChannelGateVertex extends ElementWiseVertex {

    public ChannelGateVertex() {
        super(Op.Product);
    }

    @Override
    public ElementWiseVertex clone() {
        return new ChannelGateVertex();
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

    /** The vertex at work: ∂L/∂x = ε · s, ∂L/∂s = Σ over height and width of ε · x. */
    private static final class ChannelGate extends org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex {

        private static final long serialVersionUID = 1L;

        ChannelGate(ComputationGraph graph, String name, int index, DataType type) {
            super(graph, name, index, Op.Product, type);
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
    }
}
