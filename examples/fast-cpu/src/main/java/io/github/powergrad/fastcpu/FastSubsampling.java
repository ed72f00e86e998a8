package io.github.powergrad.fastcpu;

import java.lang.ref.Reference;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Deeplearning4j's pooling of images, largest number or average, with oneDNN's kernels. */
final class FastSubsampling extends SubsamplingLayer implements FastLayer {

    private static final long serialVersionUID = 1L;

    private final transient Session session;
    private transient INDArray places;

    // Between the forward and the backward pass.
    private transient Pooling pooling;

    FastSubsampling(NeuralNetConfiguration configuration, Session session) {
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
        if (input.rank() != 4 || isLarger(0) || isLarger(1)) {
            return super.activate(training, workspaces); // says what is wrong with the rank
        }
        INDArray x = session.channelsLast(input.castTo(dataType), workspaces, ArrayType.ACTIVATIONS);
        int[] kernel = layerConf().getKernelSize();
        int[] strides = layerConf().getStride();
        boolean same = convolutionMode == ConvolutionMode.Same;
        int[] out = ConvolutionUtils.getOutputSize(x, kernel, strides, same ? null : layerConf().getPadding(), convolutionMode,
                layerConf().getDilation(), CNN2DFormat.NCHW);
        int[] padding = same
                ? ConvolutionUtils.getSameModeTopLeftPadding(out, new int[] {(int) x.size(2), (int) x.size(3)}, kernel, strides,
                        layerConf().getDilation())
                : layerConf().getPadding();
        INDArray y = session.result(this, training, workspaces, x.size(0), x.size(1), out[0], out[1]);
        Pooling operation = session.pooling(layerConf().getPoolingType() == PoolingType.MAX, x.shape(), y.shape(),
                kernel[0], kernel[1], strides[0], strides[1], padding[0], padding[1]);
        if (places == null || places.length() < operation.placesBytes()) {
            places = Nd4j.createUninitializedDetached(DataType.INT8, Math.max(1, operation.placesBytes()));
        }
        operation.forward(session.scratch(), Images.address(x), Images.address(y), Images.address(places));
        Session.done(x);
        pooling = training ? operation : null;
        return y;
    }

    /** Returns whether the window is larger than the image with its padding, as in the zoo's ResNet50 of small images. */
    private boolean isLarger(int axis) {
        return convolutionMode != ConvolutionMode.Same
                && layerConf().getKernelSize()[axis] > input.size(2 + axis) + 2 * layerConf().getPadding()[axis];
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (pooling == null) {
            return super.backpropGradient(epsilon, workspaces);
        }
        INDArray delta = session.channelsLast(epsilon.castTo(dataType), workspaces, ArrayType.BP_WORKING_MEM);
        INDArray gradient = session.gradient(workspaces, input.shape());
        pooling.backward(session.scratch(), Images.address(delta), Images.address(places),
                Images.address(gradient));
        Session.done(delta);
        Reference.reachabilityFence(epsilon);
        pooling = null;
        return new Pair<>(new DefaultGradient(), gradient);
    }

    @Override
    public void clear() {
        super.clear();
        pooling = null;
    }
}
