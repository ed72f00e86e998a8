package io.github.powergrad.fastcpu;

import java.lang.ref.Reference;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Deeplearning4j's sum of two arrays of images, with oneDNN's kernels, and the ReLU behind it in the same pass. */
final class FastAdd extends ElementWiseVertex implements FastLayer, FusesRelu {

    private static final long serialVersionUID = 1L;

    private final transient Session session;
    private boolean gradientsShared;
    private boolean reluFollows;

    // Between the forward and the backward pass.
    private transient INDArray fused;
    private transient boolean fast;

    /** @param original the vertex in whose place this one runs */
    FastAdd(ElementWiseVertex original, Session session) {
        super(original.getGraph(), original.getVertexName(), original.getVertexIndex(), original.getInputVertices(),
                original.getOutputVertices(), Op.Add, DataType.FLOAT);
        setOutputVertex(original.isOutputVertex());
        this.session = session;
    }

    @Override
    public Session session() {
        return session;
    }

    /** Says whether both layers in front only read the gradients that they get. */
    void shareGradients(boolean onlyRead) {
        gradientsShared = onlyRead;
    }

    @Override
    public void reluFollows(boolean only) {
        reluFollows = only;
    }

    @Override
    public INDArray withRelu(INDArray activations) {
        return fused == activations ? fused : null;
    }

    @Override
    public INDArray backwardThroughRelu(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        return null;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        fused = null;
        fast = canDoForward() && inputs.length == 2 && isImage(inputs[0]) && isImage(inputs[1])
                && inputs[0].equalShapes(inputs[1]);
        if (!fast) {
            return super.doForward(training, workspaces);
        }
        INDArray a = session.channelsLast(inputs[0], workspaces, ArrayType.ACTIVATIONS);
        INDArray b = session.channelsLast(inputs[1], workspaces, ArrayType.ACTIVATIONS);
        INDArray sum = session.result(this, training, workspaces, a.shape());
        Elementwise numbers = session.elementwise(sum.length());
        boolean passes = session.passes(this, training, workspaces);
        if (reluFollows && (passes || session.unseen(training, workspaces))) {
            numbers.addRelu(session.scratch(), Images.address(a), Images.address(b), Images.address(sum));
            if (passes) {
                ((PassedImages) sum).rectified();
            } else {
                fused = sum;
            }
        } else {
            numbers.add(session.scratch(), Images.address(a), Images.address(b), Images.address(sum));
        }
        Session.done(a);
        Session.done(b);
        return sum;
    }

    private static boolean isImage(INDArray array) {
        return array.rank() == 4 && array.dataType() == DataType.FLOAT;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        if (!fast || !canDoBackward()) {
            return super.doBackward(tbptt, workspaces);
        }
        INDArray[] gradients = new INDArray[2];
        if (epsilon instanceof GradientArray && gradientsShared) {
            gradients[0] = epsilon;
            gradients[1] = ((GradientArray) epsilon).share();
        } else {
            INDArray dense = session.channelsLast(epsilon, workspaces, ArrayType.BP_WORKING_MEM);
            for (int i = 0; i < 2; i++) {
                gradients[i] = session.gradient(workspaces, dense.shape());
                Numbers.copy(Images.address(dense), Images.address(gradients[i]), dense.length());
            }
            Session.done(dense);
            Reference.reachabilityFence(epsilon);
        }
        return new Pair<>(null, gradients);
    }

    @Override
    public void clear() {
        super.clear();
        fused = null;
    }
}
