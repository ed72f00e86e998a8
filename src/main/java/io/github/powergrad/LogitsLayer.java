package io.github.powergrad;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.preprocessor.Cnn3DToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.IWeightNoise;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;

/**
 * The layer whose weights make the logits that a loss sees: logits = W x + b, with nothing behind it that a factor
 * does not pass through. So W and b times &alpha; give &alpha; times the logits.
 */
final class LogitsLayer {

    /** The names that all of these layers have for them; W comes first where two kernels follow one another. */
    private static final Set<String> WEIGHT_AND_BIAS =
            Set.of(DefaultParamInitializer.WEIGHT_KEY, DefaultParamInitializer.BIAS_KEY);

    /** The layers that are W x + b, and not their subclasses. */
    private static final Set<Class<? extends Layer>> LINEAR = Set.of(DenseLayer.class, OutputLayer.class,
            RnnOutputLayer.class, CenterLossOutputLayer.class, ConvolutionLayer.class, Convolution1DLayer.class,
            Convolution1D.class, Convolution2D.class, Convolution3D.class, Deconvolution2D.class, Deconvolution3D.class,
            DepthwiseConvolution2D.class, SeparableConvolution2D.class);

    /** What only changes the shape. */
    private static final List<Class<? extends InputPreProcessor>> RESHAPING = List.of(
            Cnn3DToFeedForwardPreProcessor.class, CnnToFeedForwardPreProcessor.class, CnnToRnnPreProcessor.class,
            FeedForwardToCnn3DPreProcessor.class, FeedForwardToCnnPreProcessor.class,
            FeedForwardToRnnPreProcessor.class, RnnToCnnPreProcessor.class, RnnToFeedForwardPreProcessor.class);

    private static final List<LayerConstraint> NO_CONSTRAINTS = List.of();

    private final NetworkNode node;

    private LogitsLayer(NetworkNode node) {
        this.node = node;
    }

    /**
     * Finds the layer that makes the logits of a loss.
     *
     * @param loss the output or loss layer
     * @throws IllegalArgumentException with the reason, if its weights times a factor would not be that factor times
     *     the logits and nothing else
     */
    static LogitsLayer of(NetworkNode loss) {
        refuseIf(!loss.readers().isEmpty(), "the output of " + loss + " is also read by " + loss.readers());
        return new LogitsLayer(maker(loss)).checked();
    }

    private static NetworkNode maker(NetworkNode loss) {
        IActivation activation = loss.activation();
        if (loss.layer() instanceof BaseOutputLayer) {
            refuseIf(!(activation instanceof ActivationSoftmax) || !isLinear(loss),
                    loss + " with " + activation + " activation is no softmax of W x + b");
            return loss;
        }
        if (activation instanceof ActivationSoftmax) {
            return makerOfLogits(input(loss));
        }
        refuseIf(!(activation instanceof ActivationIdentity),
                loss + " has a " + activation + " activation where the loss needs softmax, or identity behind one");
        return makerOfProbabilities(input(loss));
    }

    /** The layer behind whose softmax these probabilities are handed on. */
    private static NetworkNode makerOfProbabilities(NetworkNode node) {
        boolean softmax = node.activation() instanceof ActivationSoftmax;
        if (softmax && node.layer() instanceof ActivationLayer) {
            return makerOfLogits(input(node));
        }
        if (softmax && isLinear(node)) {
            return node;
        }
        refuseIf(!node.handsOnRows(), node + " stands between the softmax and the loss, or in the softmax's place");
        return makerOfProbabilities(input(node));
    }

    private static NetworkNode makerOfLogits(NetworkNode node) {
        if (isLinear(node)) {
            refuseIf(!takesAFactorThrough(node.activation()),
                    node + " has a " + node.activation() + " activation in front of the softmax");
            return node;
        }
        refuseIf(!takesAFactorThrough(node), node + " makes or changes them");
        return makerOfLogits(input(node));
    }

    /** What a node reads, if a factor passes from there into it and nowhere else. */
    private static NetworkNode input(NetworkNode node) {
        InputPreProcessor preProcessor = node.preProcessor();
        refuseIf(!onlyReshapes(preProcessor),
                "the preprocessor " + preProcessor + " of " + node + " may do more than to change the shape");
        refuseIf(node.inputs().isEmpty(), node + " reads the input of the network");
        NetworkNode input = node.inputs().get(0);
        refuseIf(input.isOutput(), "the output of " + input + " is also an output of the network");
        refuseIf(input.readers().size() > 1,
                "the output of " + input + " is read more than once: by " + input.readers());
        return input;
    }

    /** Refuses what would work otherwise on the scaled weights, as soon as they are trained. */
    private LogitsLayer checked() {
        BaseLayer layer = (BaseLayer) node.layer();
        IWeightNoise noise = layer.getWeightNoise();
        boolean multiplies = noise instanceof DropConnect
                || noise instanceof WeightNoise && !((WeightNoise) noise).isAdditive();
        refuseIf(noise != null && !multiplies, "the noise that " + node + " adds to its weights in training, " + noise
                + ", would stay as it is while the weights change; take it away with setWeightNoise(null)");
        for (LayerConstraint constraint : Objects.requireNonNullElse(layer.getConstraints(), NO_CONSTRAINTS)) {
            refuseIf(!(constraint instanceof NonNegativeConstraint), "the constraint of " + node + ", " + constraint
                    + ", would set the norm of the weights anew in the next training step; take it away with "
                    + "setConstraints(null)");
        }
        return this;
    }

    /** What holds the parameters. */
    Trainable running() {
        return node.running();
    }

    /** Whether a parameter of the layer is multiplied. */
    static boolean isScaled(String parameter) {
        return WEIGHT_AND_BIAS.contains(parameter);
    }

    /** Multiplies the weights, and the bias if there is one, in place. */
    void scale(double factor) {
        node.running().paramTable(false).forEach((parameter, values) -> {
            if (isScaled(parameter)) {
                values.muli(factor);
            }
        });
    }

    /** Whether the layer is W x + b, before the activation that it has. */
    static boolean isLinear(NetworkNode node) {
        Layer layer = node.layer();
        boolean normalizes = layer instanceof DenseLayer && ((DenseLayer) layer).hasLayerNorm();
        return layer != null && LINEAR.contains(layer.getClass()) && !normalizes;
    }

    /** Whether f(alpha x) = alpha f(x) for alpha above 0, in training too. */
    private static boolean takesAFactorThrough(NetworkNode node) {
        Layer layer = node.layer();
        return node.handsOnRows() || node.vertex() instanceof ScaleVertex || node.vertex() instanceof SubsetVertex
                || layer instanceof GlobalPoolingLayer
                || layer instanceof ActivationLayer && takesAFactorThrough(node.activation())
                || layer instanceof DropoutLayer && takesAFactorThrough(layer.getIDropout());
    }

    private static boolean takesAFactorThrough(IActivation activation) {
        if (activation instanceof ActivationReLU) {
            ActivationReLU relu = (ActivationReLU) activation;
            return relu.getMax() == null && Objects.requireNonNullElse(relu.getThreshold(), 0.0) == 0;
        }
        return activation instanceof ActivationIdentity;
    }

    /** Dropout multiplies; noise and AlphaDropout add something that does not change with the logits. */
    private static boolean takesAFactorThrough(IDropout dropout) {
        return dropout == null || dropout instanceof Dropout || dropout instanceof GaussianDropout
                || dropout instanceof SpatialDropout;
    }

    private static boolean onlyReshapes(InputPreProcessor preProcessor) {
        if (preProcessor instanceof ComposableInputPreProcessor) {
            return Arrays.stream(((ComposableInputPreProcessor) preProcessor).getInputPreProcessors())
                    .allMatch(LogitsLayer::onlyReshapes);
        }
        return preProcessor == null || RESHAPING.stream().anyMatch(type -> type.isInstance(preProcessor))
                || isOfKerasImport(preProcessor);
    }

    /** Those that imported Keras models bring only reshape and permute; the library does not depend on their module. */
    private static boolean isOfKerasImport(InputPreProcessor preProcessor) {
        String name = preProcessor.getClass().getName();
        return name.startsWith("org.deeplearning4j.nn.modelimport.keras.preprocessors.") // 1.0.0-M1.1
                || name.startsWith("org.deeplearning4j.preprocessors.");
    }

    private static void refuseIf(boolean refused, String reason) {
        if (refused) {
            throw new IllegalArgumentException(reason);
        }
    }
}
