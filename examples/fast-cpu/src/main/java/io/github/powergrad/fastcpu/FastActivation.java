package io.github.powergrad.fastcpu;

import java.lang.ref.Reference;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Deeplearning4j's ReLU layer behind layers of images, with oneDNN's kernels. */
final class FastActivation extends ActivationLayer implements FastLayer {

    private static final long serialVersionUID = 1L;

    private final transient Session session;
    private transient FusesRelu before;

    // Between the forward and the backward pass.
    private transient INDArray result;
    private transient boolean fused;

    FastActivation(NeuralNetConfiguration configuration, Session session) {
        super(configuration, DataType.FLOAT);
        this.session = session;
    }

    /** Returns whether an activation function is the plain ReLU. */
    static boolean isRelu(IActivation function) {
        return function instanceof ActivationReLU && function.equals(new ActivationReLU());
    }

    @Override
    public Session session() {
        return session;
    }

    /** Names the layer whose only reader this is. */
    void follows(FusesRelu layer) {
        before = layer;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        forget();
        if (PassedImages.areRectified(input)) {
            return session.passOn(this, (PassedImages) input, workspaces);
        }
        if (before != null) {
            result = before.withRelu(input);
            if (result != null) {
                fused = true;
                return result;
            }
        }
        if (input.rank() != 4 || input.dataType() != DataType.FLOAT) {
            return super.activate(training, workspaces);
        }
        INDArray x = session.channelsLast(input, workspaces, ArrayType.ACTIVATIONS);
        INDArray y = session.result(this, training, workspaces, x.shape());
        session.elementwise(x.length()).relu(session.scratch(), Images.address(x), Images.address(y));
        Session.done(x);
        result = training ? y : null;
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (result == null) {
            return super.backpropGradient(epsilon, workspaces);
        }
        INDArray gradient = null;
        if (fused) {
            gradient = before.backwardThroughRelu(epsilon, workspaces);
        }
        if (gradient == null) {
            INDArray delta = session.channelsLast(epsilon.castTo(dataType), workspaces, ArrayType.BP_WORKING_MEM);
            gradient = session.gradient(workspaces, result.shape());
            session.elementwise(result.length()).reluBackward(session.scratch(), Images.address(result),
                    Images.address(delta), Images.address(gradient));
            Session.done(delta);
            Reference.reachabilityFence(result);
        }
        Reference.reachabilityFence(epsilon);
        forget();
        return new Pair<>(new DefaultGradient(), gradient);
    }

    @Override
    public void clear() {
        super.clear();
        forget();
    }

    private void forget() {
        result = null;
        fused = false;
    }
}
