package io.github.powergrad;

import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;

/** Which dimensions of a parameter array tell its output units apart: DL4J's layouts, where they differ by layer. */
final class UnitDimensions {

    private static final Map<Class<?>, int[]> OUTPUTS = Map.of(
            Deconvolution2D.class, new int[] {1}, // nIn, nOut, kH, kW
            Deconvolution3D.class, new int[] {3}, // kD, kH, kW, nOut, nIn
            DepthwiseConvolution2D.class, new int[] {2, 3}, // kH, kW, nIn, multiplier
            SeparableConvolution2D.class, new int[] {0, 1}, // multiplier, nIn, kH, kW
            LocallyConnected1D.class, new int[] {0, 2}, // position, inputs, nOut
            LocallyConnected2D.class, new int[] {0, 2});

    private UnitDimensions() {}

    /** The dimensions within a unit, over which its norm is taken; none where every element is a unit. */
    static int[] of(Layer layer, String parameter, int rank) {
        Class<?> type = layer == null ? null : layer.conf().getLayer().getClass();
        if (type == PReLULayer.class) {
            return new int[0];
        }
        if (rank <= 2) {
            return rank == 2 ? new int[] {0} : new int[0]; // matrices [nIn, nOut]; biases and gains [n]
        }
        // Attention projections are [heads, size, nIn], convolutions [nOut, nIn, k...]
        int[] usual = rank == 3 ? new int[] {0, 1} : new int[] {0};
        boolean pointwise = parameter.equals(SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY);
        int[] outputs = pointwise || type == null ? usual : OUTPUTS.getOrDefault(type, usual);
        return IntStream.range(0, rank).filter(d -> IntStream.of(outputs).noneMatch(o -> o == d)).toArray();
    }
}
