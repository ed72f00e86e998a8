package io.github.powergrad.fastcpu;

import java.lang.ref.Reference;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Deeplearning4j's average of each channel of an image, with oneDNN's kernels. */
final class FastGlobalPooling extends GlobalPoolingLayer implements FastLayer {

    private static final long serialVersionUID = 1L;

    private final transient Session session;

    // Between the forward and the backward pass.
    private transient Pooling pooling;
    private transient long[] shape;

    FastGlobalPooling(NeuralNetConfiguration configuration, Session session) {
        super(configuration, DataType.FLOAT);
        this.session = session;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        pooling = null;
        if (input.rank() != 4 || maskArray != null || input.dataType() != DataType.FLOAT) {
            return super.activate(training, workspaces);
        }
        INDArray x = session.channelsLast(input, workspaces, ArrayType.ACTIVATIONS);
        long[] image = x.shape();
        INDArray y = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, layerConf().isCollapseDimensions()
                ? new long[] {image[0], image[1]} : new long[] {image[0], image[1], 1, 1}, 'c');
        Pooling operation = session.pooling(false, image, new long[] {image[0], image[1], 1, 1}, image[2], image[3], 1, 1, 0, 0);
        operation.forward(session.scratch(), Images.address(x), Images.address(y), 0);
        Session.done(x);
        if (training) {
            pooling = operation;
            shape = image;
        }
        return y;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (pooling == null) {
            return super.backpropGradient(epsilon, workspaces);
        }
        INDArray delta = epsilon.castTo(dataType).reshape('c', shape[0], shape[1], 1, 1);
        delta = session.channelsLast(delta, workspaces, ArrayType.BP_WORKING_MEM);
        INDArray gradient = session.gradient(workspaces, shape);
        pooling.backward(session.scratch(), Images.address(delta), 0, Images.address(gradient));
        Reference.reachabilityFence(delta);
        Session.done(epsilon);
        pooling = null;
        return new Pair<>(new DefaultGradient(), gradient);
    }

    @Override
    public void clear() {
        super.clear();
        pooling = null;
    }
}
