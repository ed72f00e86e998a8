package io.github.powergrad;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Adaptive gradient clipping (AGC): bounds the gradient of each unit by the size of that unit's weights, so that
 * networks without normalization train at higher learning rates. With {@link LossPowerGrad} it makes the paper's best
 * network without batch normalization (ResNet-18 on ImageNet: 66.8 % plain, 67.3 % with AGC, 68.9 % with both).
 *
 * <p>For each output unit i of each parameter, with weights W<sub>i</sub> and the mean gradient over the minibatch
 * G<sub>i</sub>:
 *
 * <pre>
 * G_i := clip &middot; max(&#8214;W_i&#8214;, eps) / &#8214;G_i&#8214; &middot; G_i
 *     where &#8214;G_i&#8214; &gt; clip &middot; max(&#8214;W_i&#8214;, eps)
 * </pre>
 *
 * <pre>{@code
 * net.addListeners(new AdaptiveGradientClipping());
 *
 * net.addListeners(AdaptiveGradientClipping.builder().clip(0.02).exempt("stem").build());
 * }</pre>
 *
 * <p><b>Units.</b> A column of a dense, embedding or recurrent weight matrix [nIn, nOut] (for an LSTM, of one gate); an
 * output channel of a convolution kernel, whatever the order of its dimensions (deconvolution, depthwise and both parts
 * of separable convolution included); an output position and channel of a locally connected layer; a row of an
 * attention projection [heads, size, nIn]; a learned query; an output of a capsule layer, over all its input capsules.
 *
 * <p>What is added to the outputs or multiplied with them one by one has no inputs to sum over. It is a vector, and the
 * whole vector is one unit: the biases of a layer (of an LSTM, those of all gates), gamma and beta of batch
 * normalization, the gains of layer normalization, the slopes of a PReLU layer (a vector in PyTorch; DL4J may store
 * them with more dimensions) and the weights of an element-wise multiplication layer. A matrix with one row is a
 * matrix: in a dense layer with nIn = 1 each weight is a unit.
 *
 * <p>The weights of other SameDiff layers and vertices count as matrices [nIn, nOut] at rank 2, as projections at rank
 * 3, with the outputs first at a higher rank; where that does not fit, exempt the layer. Parameters that they declare
 * as biases, and those of rank 1, are vectors.
 *
 * <p><b>Layers.</b> Every layer and vertex with parameters, but by default those that make the logits: layers with a
 * loss, such as OutputLayer, and where the loss stands in a layer without parameters of its own (LossLayer, every
 * imported Keras model), the last layer with parameters before it. That is looked for through layers, preprocessors and
 * vertices without parameters; in a ComputationGraph along each path, so that where a vertex adds or merges the outputs
 * of several layers in front of the loss, all of these are exempt. More layers are exempt by name
 * ({@link Builder#exempt exempt}). Frozen layers are left alone, and so are the mean and variance estimates of batch
 * normalization, which are no gradients.
 *
 * <p><b>When.</b> After the backward pass, before regularization, DL4J's own gradient normalization and the updater.
 * Gradients are then still sums over the minibatch; their norms are divided by what the updater will divide by (nothing
 * under {@code miniBatch(false)}). Layerwise pretraining is not clipped. Gradients change in place, on the device that
 * holds them; HALF and BFLOAT16 norms are computed in FLOAT.
 *
 * <p>Immutable and without state of a network's own: one instance may serve several networks and threads.
 *
 * <p>Source: A. Brock, S. De, S. L. Smith, K. Simonyan, "High-Performance Large-Scale Image Recognition Without
 * Normalization", 2021, eq. (3). Norms are those of timm's {@code agc.py}, where the number of dimensions decides: one
 * norm for a vector, one for each output unit of anything else. The authors' own code takes one norm for a matrix with
 * one row or column as well.
 */
public final class AdaptiveGradientClipping extends BaseTrainingListener implements Serializable {

    /** The published clipping factor for large batches. */
    public static final double DEFAULT_CLIP = 0.01;

    /** The published floor under the norm of the weights, which lets weights that start at zero train. */
    public static final double DEFAULT_EPS = 1e-3;

    private static final long serialVersionUID = 1L;

    /** Positive and finite. */
    private final double clip;
    /** Positive and finite. */
    private final double eps;
    /** Whether the layers that make the logits are left alone. */
    private final boolean exemptOutputLayers;
    /** Names of further layers to leave alone. */
    private final Set<String> exempt;

    /** Clipping with the defaults: clip {@value #DEFAULT_CLIP}, eps {@value #DEFAULT_EPS}, output layers exempt. */
    public AdaptiveGradientClipping() {
        this(DEFAULT_CLIP);
    }

    /**
     * Clipping with a chosen factor; eps is {@value #DEFAULT_EPS}, output layers are exempt.
     *
     * @param clip largest ratio of the norm of a gradient to that of its weights, positive; the smaller the batch, the
     *        larger it may be
     * @throws IllegalArgumentException if clip is not a positive finite number
     */
    public AdaptiveGradientClipping(double clip) {
        this(builder().clip(clip));
    }

    private AdaptiveGradientClipping(Builder builder) {
        clip = checkedPositive("clip", builder.clip, "0.01 is usual, up to 0.16 for small batches");
        eps = checkedPositive("eps", builder.eps, "0.001 is usual");
        exemptOutputLayers = builder.exemptOutputLayers;
        exempt = Collections.unmodifiableSet(new LinkedHashSet<>(builder.exempt));
    }

    private static double checkedPositive(String name, double value, String usual) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be positive and finite, got " + value + "; " + usual);
        }
        return value;
    }

    /**
     * Starts from the defaults: clip {@value #DEFAULT_CLIP}, eps {@value #DEFAULT_EPS}, output layers exempt.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The largest ratio of the norm of a gradient to that of its weights.
     *
     * @return clip, positive
     */
    public double getClip() {
        return clip;
    }

    /**
     * The floor under the norm of the weights.
     *
     * @return eps, positive
     */
    public double getEps() {
        return eps;
    }

    /**
     * Whether the layers that make the logits are left alone.
     *
     * @return true by default
     */
    public boolean exemptsOutputLayers() {
        return exemptOutputLayers;
    }

    /**
     * The layers and vertices that are left alone by name.
     *
     * @return their names, unmodifiable
     */
    public Set<String> getExempt() {
        return exempt;
    }

    /**
     * Clips the gradients of a network in place. DL4J calls it between backward pass and update.
     *
     * @param model a MultiLayerNetwork or ComputationGraph; anything else is left alone
     * @throws IllegalArgumentException if a name to exempt is no layer of the network, with the names that are
     */
    @Override
    public void onGradientCalculation(Model model) {
        if (model instanceof MultiLayerNetwork) {
            MultiLayerNetwork net = (MultiLayerNetwork) model;
            checkExempt(net.getLayerNames());
            clipLayers(net);
        } else if (model instanceof ComputationGraph) {
            ComputationGraph graph = (ComputationGraph) model;
            checkExempt(graph.getConfiguration().getVertices().keySet());
            clipVertices(graph);
        }
    }

    private void clipLayers(MultiLayerNetwork net) {
        Layer[] layers = net.getLayers();
        boolean leadsToLoss = false;
        for (int i = layers.length - 1; i >= 0; i--) {
            leadsToLoss |= layers[i] instanceof IOutputLayer;
            String name = net.getLayerWiseConfigurations().getConf(i).getLayer().getLayerName();
            clip(net, layers[i], leadsToLoss, name, String.valueOf(i));
            leadsToLoss &= layers[i].numParams() == 0;
        }
    }

    private void clipVertices(ComputationGraph graph) {
        GraphVertex[] vertices = graph.getVertices();
        int[] order = graph.topologicalSortOrder();
        boolean[] leadsToLoss = new boolean[vertices.length];
        for (int i = order.length - 1; i >= 0; i--) {
            GraphVertex vertex = vertices[order[i]];
            boolean output = leadsToLoss[order[i]] || vertex.getLayer() instanceof IOutputLayer;
            clip(graph, vertex, output, vertex.getVertexName(), vertex.getVertexName());
            if (output && vertex.numParams() == 0 && vertex.getInputVertices() != null) {
                for (VertexIndices input : vertex.getInputVertices()) {
                    leadsToLoss[input.getVertexIndex()] = true;
                }
            }
        }
    }

    private void checkExempt(Collection<String> names) {
        Set<String> unknown = new LinkedHashSet<>(exempt);
        unknown.removeAll(names);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("No layer is named " + unknown + ", which adaptive gradient clipping is to "
                    + "exempt; the layers of this network are " + names);
        }
    }

    /** Clips what one layer or vertex learns; without parameters of its own, nothing. */
    private void clip(Model model, Trainable owner, boolean leadsToLoss, String name, String gradientPrefix) {
        if (exempt.contains(name) || exemptOutputLayers && leadsToLoss) {
            return;
        }
        double divisor = model.conf().isMiniBatch() ? model.batchSize() : 1;
        owner.paramTable(false).forEach((key, weight) -> {
            INDArray gradient = model.gradient().getGradientFor(gradientPrefix + "_" + key);
            // None for a frozen layer; a moving average, not a gradient, where the updater would not divide
            if (gradient != null && owner.updaterDivideByMinibatch(key)) {
                clip(weight, gradient, NormDimensions.of(owner.getConfig(), key, weight.rank()), divisor);
            }
        });
    }

    private void clip(INDArray weight, INDArray gradientSum, int[] dimensions, double divisor) {
        INDArray limit = Transforms.max(norms(weight, dimensions), eps, false).muli(clip);
        // Convolution1D's gradient lacks the last dimension, a 1. Only ever a view: clipping a copy would do nothing
        INDArray gradient = gradientSum.reshape('c', true, weight.shape());
        INDArray norm = norms(gradient, dimensions).divi(divisor);
        INDArray scale = limit.div(Transforms.max(norm, limit, false));
        gradient.muli(scale.castTo(gradient.dataType()));
    }

    /** The norms of the units, in the shape of the array with 1 for each dimension that is summed over. */
    private static INDArray norms(INDArray array, int[] dimensions) {
        INDArray working = array.castTo(WorkingType.of(array, "parameters"));
        return working.norm2(true, dimensions);
    }

    /**
     * Names the settings.
     *
     * @return such as {@code AdaptiveGradientClipping(clip=0.01, eps=0.001, exemptOutputLayers=true, exempt=[])}
     */
    @Override
    public String toString() {
        return "AdaptiveGradientClipping(clip=" + clip + ", eps=" + eps + ", exemptOutputLayers=" + exemptOutputLayers
                + ", exempt=" + exempt + ")";
    }

    /** Settings of {@link AdaptiveGradientClipping}; a value out of range is refused by {@link #build()}. */
    public static final class Builder {

        private double clip = DEFAULT_CLIP;
        private double eps = DEFAULT_EPS;
        private boolean exemptOutputLayers = true;
        private final Set<String> exempt = new LinkedHashSet<>();

        private Builder() {}

        /**
         * Sets the largest ratio of the norm of a gradient to that of its weights.
         *
         * @param clip positive
         * @return this builder
         */
        public Builder clip(double clip) {
            this.clip = clip;
            return this;
        }

        /**
         * Sets the floor under the norm of the weights.
         *
         * @param eps positive
         * @return this builder
         */
        public Builder eps(double eps) {
            this.eps = eps;
            return this;
        }

        /**
         * Sets whether the layers that make the logits are left alone, as they are by default.
         *
         * @param exemptOutputLayers false to clip them too
         * @return this builder
         */
        public Builder exemptOutputLayers(boolean exemptOutputLayers) {
            this.exemptOutputLayers = exemptOutputLayers;
            return this;
        }

        /**
         * Adds layers (or vertices of a graph) to leave alone. The layers that make the logits need not be named. A name
         * that no layer of the network has is refused at the first training step:
         * {@link AdaptiveGradientClipping#onGradientCalculation} throws an IllegalArgumentException with the names that
         * there are.
         *
         * @param layerNames names as in the network's configuration; DL4J names the layers of a MultiLayerNetwork that
         *        have none layer0, layer1, ...
         * @return this builder
         */
        public Builder exempt(String... layerNames) {
            exempt.addAll(Arrays.asList(layerNames));
            return this;
        }

        /**
         * Builds the listener.
         *
         * @return a new listener
         * @throws IllegalArgumentException naming the setting that is out of range
         */
        public AdaptiveGradientClipping build() {
            return new AdaptiveGradientClipping(this);
        }
    }
}
