package io.github.powergrad.examples.study;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The filters of a network's convolutions, as far as the study looks at them. */
final class ConvolutionFilters {

    /** A filter counts as zeroed if its norm is below this share of the median norm at initialization. */
    static final double ZEROED = 0.01;

    private ConvolutionFilters() {}

    /** The L2 norm of each filter's weights, layer by layer. */
    static double[] norms(MultiLayerNetwork network) {
        return Arrays.stream(network.getLayers())
                .filter(layer -> layer.conf().getLayer() instanceof ConvolutionLayer)
                .flatMapToDouble(layer -> DoubleStream.of(
                        layer.getParam(ConvolutionParamInitializer.WEIGHT_KEY).norm2(1, 2, 3).toDoubleVector()))
                .toArray();
    }

    /** How many norms are below {@link #ZEROED} of the median of the initial ones. */
    static int zeroed(double[] norms, double[] initial) {
        double[] sorted = initial.clone();
        Arrays.sort(sorted);
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return (int) Arrays.stream(norms).filter(norm -> norm < ZEROED * median).count();
    }

    /** How many filters of convolutions that end in a ReLU give 0 everywhere, on each of the images. */
    static int silent(MultiLayerNetwork network, INDArray images) {
        int silent = 0;
        List<INDArray> activations = network.feedForward(images, false);
        for (int i = 0; i < network.getLayers().length; i++) {
            INDArray output = activations.get(i + 1);
            if (network.getLayers()[i].conf().getLayer() instanceof ConvolutionLayer) {
                silent += (int) Arrays.stream(output.max(0, 2, 3).toDoubleVector()).filter(max -> max <= 0).count();
            }
        }
        return silent;
    }
}
