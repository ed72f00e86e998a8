package io.github.powergrad.examples.model;

import java.util.ArrayList;
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
     * @param training updater, weight decay as {@code l2}, data type and seed; is changed
     * @param loss what stands on top of the softmax
     * @param zeroLastGamma whether the last scale of each residual branch starts at 0
     */
    public static ComputationGraphConfiguration configuration(Architecture architecture, NetworkShape input,
            NeuralNetConfiguration.Builder training, ILossFunction loss, boolean zeroLastGamma) {
        if (architecture.decaysBiases()) {
            training.regularizationBias(new ArrayList<>(training.getRegularization()));
        }
        ComputationGraphConfiguration.GraphBuilder graph = training
                .convolutionMode(ConvolutionMode.Truncate)
                .trainingWorkspaceMode(WorkspaceMode.ENABLED)
                .inferenceWorkspaceMode(WorkspaceMode.ENABLED)
                .graphBuilder()
                .addInputs(IMAGES)
                .setInputTypes(InputType.convolutional(input.height, input.width, input.channels));
        if (architecture.isResidual()) {
            ResNet.addLayers(graph, architecture, input.classes, zeroLastGamma);
        } else {
            ThreeConvolutions.addLayers(graph, architecture, input.classes);
        }
        return graph.addLayer(LOSS, new LossLayer.Builder(loss).activation(Activation.SOFTMAX).build(), LOGITS)
                .setOutputs(LOSS).build();
    }

    /** Returns a configuration that is good for its shapes and parameters alone. */
    public static ComputationGraphConfiguration untrained(Architecture architecture, NetworkShape input) {
        return configuration(
                architecture, input, new NeuralNetConfiguration.Builder().updater(new NoOp()), new LossMCXENT(), false);
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
}
