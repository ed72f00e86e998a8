package io.github.powergrad.examples.study;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The filters of a network's convolutions, as far as the study looks at them. */
final class ConvolutionFilters {

    /** A filter counts as zeroed if its norm is below this share of the median norm at initialization. */
    static final double ZEROED = 0.01;

    private ConvolutionFilters() {}

    private static Stream<Layer> convolutions(ComputationGraph network) {
        return Arrays.stream(network.getLayers()).filter(layer -> layer.conf().getLayer() instanceof ConvolutionLayer);
    }

    /** The L2 norm of each filter's weights, layer by layer. */
    static double[] norms(ComputationGraph network) {
        return convolutions(network).flatMapToDouble(layer -> DoubleStream.of(
                layer.getParam(ConvolutionParamInitializer.WEIGHT_KEY).norm2(1, 2, 3).toDoubleVector())).toArray();
    }

    /** How many norms are below {@link #ZEROED} of the median of the initial ones. */
    static int zeroed(double[] norms, double[] initial) {
        double median = new Median().evaluate(initial);
        return (int) Arrays.stream(norms).filter(norm -> norm < ZEROED * median).count();
    }

    /** How many filters of convolutions that end in a ReLU give 0 everywhere, on each of the images. */
    static int silent(ComputationGraph network, INDArray images) {
        Map<String, INDArray> activations = network.feedForward(new INDArray[] {images}, false);
        return (int) convolutions(network).map(layer -> activations.get(layer.conf().getLayer().getLayerName()))
                .flatMapToDouble(output -> DoubleStream.of(output.max(0, 2, 3).toDoubleVector()))
                .filter(largest -> largest <= 0).count();
    }
}
