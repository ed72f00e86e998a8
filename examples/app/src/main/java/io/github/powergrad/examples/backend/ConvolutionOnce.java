package io.github.powergrad.examples.backend;

import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.AlgoMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer.FwdAlgo;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A convolution that hands its result back to the layer. Deeplearning4j 1.0.0-M2.1 convolves again in the backward pass,
 * for the derivative of the activation, unless the layer has kept the result of the forward pass. An identity does not
 * even look at it, so it need not outlive the forward pass.
 */
final class ConvolutionOnce extends MKLDNNConvHelper {

    private final Consumer<INDArray> layer;

    /** @param layer keeps the result for the backward pass */
    ConvolutionOnce(Consumer<INDArray> layer) {
        super(DataType.FLOAT);
        this.layer = layer;
    }

    @Override
    public INDArray preOutput(INDArray input, INDArray weights, INDArray bias, int[] kernel, int[] strides, int[] pad,
            AlgoMode mode, FwdAlgo algorithm, ConvolutionMode convolutionMode, int[] dilation, CNN2DFormat format,
            LayerWorkspaceMgr workspaces) {
        INDArray result = super.preOutput(input, weights, bias, kernel, strides, pad, mode, algorithm, convolutionMode,
                dilation, format, workspaces);
        layer.accept(result);
        return result;
    }
}
