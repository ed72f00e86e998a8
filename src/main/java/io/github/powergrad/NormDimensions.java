package io.github.powergrad;

import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffVertex;
import org.deeplearning4j.nn.params.CenterLossParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;

/**
 * The dimensions of a parameter array that one norm sums over: all of them for a vector, the inputs of an output unit
 * for a matrix or a convolution. Here are DL4J's layouts, where they differ by layer.
 *
 * <p>What is a vector follows from what a parameter is for. Its rank does not tell: biases are [n] in 1.0.0-M2.1, but
 * [1, n] in the versions before, and [1, n] is a dense layer of one input, too.
 */
final class NormDimensions {

    /** The dimensions that tell units apart, of layers whose weights are laid out in a way of their own. */
    private static final Map<Class<?>, int[]> UNITS = Map.of(
            Deconvolution2D.class, new int[] {1}, // nIn, nOut, kH, kW
            Deconvolution3D.class, new int[] {3}, // kD, kH, kW, nOut, nIn
            DepthwiseConvolution2D.class, new int[] {2, 3}, // kH, kW, nIn, multiplier
            SeparableConvolution2D.class, new int[] {0, 1}, // multiplier, nIn, kH, kW
            LocallyConnected1D.class, new int[] {0, 2}, // position, inputs, nOut
            LocallyConnected2D.class, new int[] {0, 2},
            PrimaryCapsules.class, new int[] {3}, // kH, kW, nIn, nOut
            CapsuleLayer.class, new int[] {2}); // 1, input capsules, outputs, input size, 1

    /** LearnedSelfAttentionLayer's queries [1, nIn, queries], a name that it keeps private. */
    private static final String LEARNED_QUERIES = "Q";

    private NormDimensions() {}

    /**
     * The dimensions that the norm sums over: all of a vector, else all but those that tell the units apart.
     *
     * @param owner configuration of the layer or vertex with the parameter; null where it has none
     * @param parameter the parameter's key in that layer, such as W
     * @param rank of the parameter array
     * @return indices of dimensions, ascending, as {@code norm2} takes them
     */
    static int[] of(TrainingConfig owner, String parameter, int rank) {
        if (owner instanceof Bidirectional) {
            // Both directions are layers of the same kind, told apart by the first letter of the key
            return of(((Bidirectional) owner).getFwd(), parameter.substring(1), rank);
        }
        int[] units = isVector(owner, parameter, rank) ? new int[0] : units(owner, parameter, rank);
        return IntStream.range(0, rank).filter(d -> IntStream.of(units).noneMatch(unit -> unit == d)).toArray();
    }

    private static boolean isVector(TrainingConfig owner, String parameter, int rank) {
        if (rank <= 1 || owner instanceof BatchNormalization || owner instanceof PReLULayer
                || owner instanceof ElementWiseMultiplicationLayer) {
            return true;
        }
        if (owner instanceof SameDiffVertex) {
            return ((SameDiffVertex) owner).getVertexParams().isBiasParam(parameter);
        }
        if (owner instanceof FeedForwardLayer && parameter.equals(DefaultParamInitializer.GAIN_KEY)) {
            return true; // of layer normalization, a weight to DL4J
        }
        return owner instanceof Layer && ((Layer) owner).initializer().isBiasParam((Layer) owner, parameter);
    }

    /** The dimensions that tell the units of a matrix or convolution apart. */
    private static int[] units(TrainingConfig owner, String parameter, int rank) {
        if (rank == 2) {
            // Matrices are [nIn, nOut], but for the centers [nOut, nIn] of a center loss
            return new int[] {parameter.equals(CenterLossParamInitializer.CENTER_KEY) ? 0 : 1};
        }
        if (owner instanceof LearnedSelfAttentionLayer && parameter.equals(LEARNED_QUERIES)) {
            return new int[] {2};
        }
        boolean sameDiff = owner instanceof AbstractSameDiffLayer || owner instanceof SameDiffVertex;
        // Attention projections are [heads, size, nIn]; convolutions are [nOut, nIn, k...]
        int[] usual = rank == 3 && sameDiff ? new int[] {0, 1} : new int[] {0};
        boolean pointwise = parameter.equals(SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY);
        return pointwise || owner == null ? usual : UNITS.getOrDefault(owner.getClass(), usual);
    }
}
