package io.github.powergrad.fastcpu;

import java.lang.ref.Reference;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's convolution of images, with oneDNN's kernels. For inference, what a batch normalization and a ReLU behind
 * it do is done in its pass, where nobody asked for the result between: see {@link PassedImages}.
 */
final class FastConvolution extends ConvolutionLayer implements FastLayer, FusesRelu {

    private static final long serialVersionUID = 1L;

    private final transient Session session;
    private final boolean relu;
    private boolean firstOfGraph;
    private boolean reluFollows;
    private transient FastBatchNormalization norm;
    private final transient Object keyOfWeights = new Object();

    // Between the forward and the backward pass.
    private transient Convolution.Shape shape;
    private transient INDArray image;
    private transient INDArray result;

    FastConvolution(NeuralNetConfiguration configuration, Session session) {
        super(configuration, DataType.FLOAT);
        this.session = session;
        relu = FastActivation.isRelu(layerConf().getActivationFn());
    }

    @Override
    public Session session() {
        return session;
    }

    /** Says whether the image comes from outside and nobody asks for its gradient. */
    void firstOfGraph(boolean first) {
        firstOfGraph = first && layerConf().getIDropout() == null;
    }

    /** Names the batch normalization that alone reads the result; null if there is none. */
    void normFollows(FastBatchNormalization layer) {
        norm = relu ? null : layer;
    }

    @Override
    public void reluFollows(boolean only) {
        reluFollows = only;
    }

    @Override
    public INDArray withRelu(INDArray activations) {
        return null;
    }

    @Override
    public INDArray backwardThroughRelu(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        return null;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        if (!training) {
            return infer(workspaces);
        }
        assertInputSet(false);
        applyDropOutIfNecessary(true, workspaces);
        validateInputRank();
        INDArray weights = getParamWithNoise(ConvolutionParamInitializer.WEIGHT_KEY, true, workspaces);
        INDArray bias = hasBias() ? getParamWithNoise(ConvolutionParamInitializer.BIAS_KEY, true, workspaces) : null;
        validateInputDepth(weights.size(1));
        image = session.channelsLast(input.castTo(dataType), workspaces, ArrayType.ACTIVATIONS);
        shape = shape(image, weights, hasBias(), relu);
        result = session.images(workspaces, ArrayType.ACTIVATIONS, shape.result());
        session.convolution(shape).forward(session.scratch(), Images.address(image), Images.address(weights),
                bias == null ? 0 : Images.address(bias), Images.address(result));
        Reference.reachabilityFence(image);
        Reference.reachabilityFence(weights);
        Reference.reachabilityFence(bias);
        return result;
    }

    private INDArray infer(LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        validateInputRank();
        INDArray weights = getParamWithNoise(ConvolutionParamInitializer.WEIGHT_KEY, false, workspaces);
        INDArray bias = hasBias() ? getParamWithNoise(ConvolutionParamInitializer.BIAS_KEY, false, workspaces) : null;
        validateInputDepth(weights.size(1));
        forget();
        INDArray x = session.toRead(input.castTo(dataType), workspaces);
        boolean passes = session.passes(this, false, workspaces);
        boolean normalizes = passes && norm != null && norm.channels() == weights.size(0);
        boolean throughNorm = normalizes && norm.isReluNext() && x instanceof PassedImages;
        boolean rectifies = normalizes ? throughNorm : passes && reluFollows;
        Convolution.Shape kind = shape(x, weights, hasBias() || normalizes, relu || rectifies);
        Images y = session.result(this, false, workspaces, kind.result());
        KeptWeights kept = session.keptWeights(keyOfWeights);
        Convolution operation = session.convolution(kind);
        long own = kept.weights(operation, session.scratch(), weights, bias, normalizes ? norm : null);
        operation.forwardReordered(session.scratch(), Images.address(x), own, kept.bias(weights.size(0)),
                Images.address(y));
        Reference.reachabilityFence(weights);
        Reference.reachabilityFence(bias);
        if (passes) {
            PassedImages ahead = (PassedImages) y;
            if (normalizes) {
                ahead.normalized();
            }
            if (throughNorm) {
                ahead.rectified((PassedImages) x, without -> session.convolution(shape(x, weights, true, false))
                        .forwardReordered(session.scratch(), Images.address(x), own, kept.bias(weights.size(0)),
                                Images.address(without)));
                return y;
            }
            if (rectifies) {
                ahead.rectified();
            }
        }
        Session.done(x);
        return y;
    }

    private Convolution.Shape shape(INDArray image, INDArray weights, boolean bias, boolean relu) {
        int[] kernel = layerConf().getKernelSize();
        int[] strides = layerConf().getStride();
        int[] dilation = layerConf().getDilation();
        boolean same = convolutionMode == ConvolutionMode.Same;
        int[] out = ConvolutionUtils.getOutputSize(image, kernel, strides, same ? null : layerConf().getPadding(),
                convolutionMode, dilation, CNN2DFormat.NCHW);
        int[] in = {(int) image.size(2), (int) image.size(3)};
        int[] padding = same ? ConvolutionUtils.getSameModeTopLeftPadding(out, in, kernel, strides, dilation)
                : layerConf().getPadding();
        return new Convolution.Shape(image.size(0), weights.size(1), weights.size(0),
                new long[] {in[0], in[1], out[0], out[1], kernel[0], kernel[1], strides[0], strides[1], padding[0], padding[1]},
                bias, relu);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (shape == null) { // after a forward pass for inference, as behind FrozenLayerWithBackprop
            activate(true, workspaces);
        }
        INDArray weights = getParamWithNoise(ConvolutionParamInitializer.WEIGHT_KEY, true, workspaces);
        INDArray weightsGradient = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
        INDArray biasGradient = hasBias() ? gradientViews.get(ConvolutionParamInitializer.BIAS_KEY) : null;
        Convolution convolution = session.convolution(shape);
        INDArray delta = session.channelsLast(epsilon.castTo(dataType), workspaces, ArrayType.BP_WORKING_MEM);
        if (relu) {
            INDArray behind = delta;
            delta = session.temporary(workspaces, shape.result());
            session.elementwise(delta.length()).reluBackward(session.scratch(), Images.address(result),
                    Images.address(behind), Images.address(delta));
            Session.done(behind);
        }
        convolution.backwardWeights(session.scratch(), Images.address(image), Images.address(delta),
                Images.address(weightsGradient), biasGradient == null ? 0 : Images.address(biasGradient));
        INDArray imageGradient = null;
        if (!firstOfGraph || !session.gradientsUnseen()) {
            imageGradient = session.gradient(workspaces, shape.image());
            convolution.backwardData(session.scratch(), Images.address(delta), Images.address(weights),
                    Images.address(imageGradient));
        }
        Reference.reachabilityFence(image);
        Reference.reachabilityFence(weights);
        Session.done(delta);
        if (epsilon != delta) {
            Reference.reachabilityFence(epsilon);
        }
        Gradient gradient = new DefaultGradient();
        if (biasGradient != null) {
            gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasGradient);
        }
        gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightsGradient, 'c');
        weightNoiseParams.clear();
        return new Pair<>(gradient, imageGradient == null ? null : backpropDropOutIfPresent(imageGradient));
    }

    @Override
    public void clear() {
        super.clear();
        forget();
    }

    private void forget() {
        shape = null;
        image = null;
        result = null;
    }
}
