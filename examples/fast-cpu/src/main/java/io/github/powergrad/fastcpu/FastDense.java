package io.github.powergrad.fastcpu;

import java.lang.ref.Reference;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Deeplearning4j's fully connected layer, with oneDNN's kernels. The activation function stays Deeplearning4j's. */
final class FastDense extends DenseLayer implements FastLayer {

    private static final long serialVersionUID = 1L;

    private final transient Session session;

    FastDense(NeuralNetConfiguration configuration, Session session) {
        super(configuration, DataType.FLOAT);
        this.session = session;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    protected Pair<INDArray, INDArray> preOutputWithPreNorm(
            boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
        assertInputSet(forBackprop);
        if (input.rank() != 2 || input.size(1) != getParam(DefaultParamInitializer.WEIGHT_KEY).size(0)) {
            return super.preOutputWithPreNorm(training, forBackprop, workspaces); // says what is wrong
        }
        applyDropOutIfNecessary(training, workspaces);
        INDArray x = rowByRow(input, workspaces, ArrayType.ACTIVATIONS);
        INDArray w = weights(training, workspaces, ArrayType.ACTIVATIONS);
        INDArray b = hasBias() ? getParamWithNoise(DefaultParamInitializer.BIAS_KEY, training, workspaces) : null;
        INDArray z = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, new long[] {x.size(0), w.size(1)}, 'c');
        product(x, w).forward(session.scratch(), Images.address(x), Images.address(w), b == null ? 0 : Images.address(b),
                Images.address(z));
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(w);
        Reference.reachabilityFence(b);
        if (maskArray != null) {
            applyMask(z);
        }
        return new Pair<>(z, z);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        INDArray delta = epsilon;
        if (!(layerConf().getActivationFn() instanceof ActivationIdentity)) {
            INDArray z = preOutputWithPreNorm(true, true, workspaces).getFirst();
            delta = layerConf().getActivationFn().backprop(z, epsilon).getFirst();
        }
        if (maskArray != null) {
            applyMask(delta);
        }
        INDArray x = rowByRow(input, workspaces, ArrayType.BP_WORKING_MEM);
        INDArray w = weights(true, workspaces, ArrayType.BP_WORKING_MEM);
        INDArray wGradient = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
        INDArray bGradient = hasBias() ? gradientViews.get(DefaultParamInitializer.BIAS_KEY) : null;
        INDArray dense = rowByRow(delta, workspaces, ArrayType.BP_WORKING_MEM);
        INDArray xGradient = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape(), 'c');
        Product product = product(x, w);
        product.backwardWeights(session.scratch(), Images.address(x), Images.address(dense), Images.address(wGradient),
                bGradient == null ? 0 : Images.address(bGradient));
        product.backwardData(session.scratch(), Images.address(dense), Images.address(w), Images.address(xGradient));
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(w);
        Reference.reachabilityFence(dense);
        weightNoiseParams.clear();
        Gradient gradient = new DefaultGradient();
        if (bGradient != null) {
            gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, bGradient);
        }
        gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, wGradient);
        return new Pair<>(gradient, backpropDropOutIfPresent(xGradient));
    }

    private Product product(INDArray x, INDArray w) {
        return session.product(x.size(0), w.size(0), w.size(1), hasBias());
    }

    /** Returns vectors one after the other in memory: the array itself if it is so. */
    private INDArray rowByRow(INDArray vectors, LayerWorkspaceMgr workspaces, ArrayType type) {
        INDArray typed = vectors.castTo(dataType);
        return Images.dense(typed, 1, 0) ? typed : workspaces.dup(type, typed, 'c');
    }

    /** Returns the weights with those of an output next to each other: noise makes them anew, in any order. */
    private INDArray weights(boolean training, LayerWorkspaceMgr workspaces, ArrayType type) {
        INDArray w = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, training, workspaces);
        return Images.dense(w, 0, 1) ? w : workspaces.dup(type, w, 'f');
    }
}
