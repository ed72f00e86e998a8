package io.github.powergrad.examples.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Builds networks as ComputationGraphs: the layers of an architecture, the last of which, {@value #LOGITS}, gives the
 * logits, and the loss on top of their softmax.
 */
public final class NetworkBuilder {

    /** The layer whose output are the logits. */
    public static final String LOGITS = "fc";

    /** The layer that holds the loss. */
    public static final String LOSS = "loss";

    /** The input. */
    static final String IMAGES = "images";

    private NetworkBuilder() {}

    /**
     * Returns the configuration of a network.
     *
     * @param architecture which network
     * @param input channels and size of the images, and how many classes there are
     * @param fitting loss, updater, weight decay, data type and seed
     */
    public static ComputationGraphConfiguration configuration(
            Architecture architecture, NetworkShape input, Fitting fitting) {
        ComputationGraphConfiguration.GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(fitting.seed)
                .dataType(fitting.type)
                .updater(fitting.updater)
                .l2(fitting.weightDecay)
                .l2Bias(architecture.decaysBiases() ? fitting.weightDecay : 0)
                .convolutionMode(ConvolutionMode.Truncate)
                .trainingWorkspaceMode(WorkspaceMode.ENABLED)
                .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
                .graphBuilder()
                .addInputs(IMAGES)
                .setInputTypes(InputType.convolutional(input.height(), input.width(), input.channels()));
        if (architecture.isResidual()) {
            ResNet.addLayers(graph, architecture, input.classes(), fitting.zeroLastGamma);
        } else {
            ThreeConvolutions.addLayers(graph, architecture, input.classes());
        }
        return graph.addLayer(LOSS, new LossLayer.Builder(fitting.loss).activation(Activation.SOFTMAX).build(), LOGITS)
                .setOutputs(LOSS).build();
    }

    /** Returns a configuration that is good for its shapes and parameters alone. */
    public static ComputationGraphConfiguration untrained(Architecture architecture, NetworkShape input) {
        return configuration(architecture, input, new Fitting());
    }

    /**
     * Returns the number of parameters that training changes by gradients. Deeplearning4j's {@code numParams} also counts
     * the running means and variances of batch normalization.
     */
    public static long trainableParameters(ComputationGraphConfiguration graph) {
        long count = 0;
        for (GraphVertex vertex : graph.getVertices().values()) {
            count += vertex.numParams(true);
            if (vertex instanceof LayerVertex) {
                Layer layer = ((LayerVertex) vertex).getLayerConf().getLayer();
                if (layer instanceof BatchNormalization) {
                    count -= 2 * ((BatchNormalization) layer).getNOut();
                }
            }
        }
        return count;
    }

    /** How a network is to be trained: everything that its configuration holds besides its layers. */
    public static final class Fitting {

        private ILossFunction loss = new LossMCXENT();
        private IUpdater updater = new NoOp();
        private double weightDecay;
        private DataType type = DataType.FLOAT;
        private long seed = 1;
        private boolean zeroLastGamma;

        /** Sets the loss on top of the softmax. */
        public Fitting loss(ILossFunction value) {
            loss = value;
            return this;
        }

        /** Sets the updater of all parameters. */
        public Fitting updater(IUpdater value) {
            updater = value;
            return this;
        }

        /** Sets the weight decay of weights. */
        public Fitting weightDecay(double value) {
            weightDecay = value;
            return this;
        }

        /** Sets the type of parameters and activations. */
        public Fitting type(DataType value) {
            type = value;
            return this;
        }

        /** Sets the seed of the initial weights. */
        public Fitting seed(long value) {
            seed = value;
            return this;
        }

        /** Sets whether the last scale of each residual branch starts at 0. */
        public Fitting zeroLastGamma(boolean value) {
            zeroLastGamma = value;
            return this;
        }
    }
}
