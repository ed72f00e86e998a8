package io.github.powergrad;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The cross-entropy of p' = softmax(&alpha; z) at the outputs of a network that have a PowerGrad loss.
 *
 * <p>The logits come out of a second network on the same parameters, whose configuration has identity in the place of
 * the softmax. The layers' own scores are not used: at Deeplearning4j 1.0.0-M2.1 RnnLossLayer takes its input for the
 * labels, and CnnLossLayer other dimensions for the classes, where the channels come last.
 */
final class CalibratedLoss {

    private final List<Output> outputs;
    private final Function<MultiDataSet, INDArray[]> network;

    private CalibratedLoss(List<Output> outputs, Function<MultiDataSet, INDArray[]> network) {
        this.outputs = outputs;
        this.network = network;
    }

    /**
     * Of a network as it is now.
     *
     * @throws IllegalArgumentException if no output has a PowerGrad loss, or for another model
     */
    static CalibratedLoss of(Model model) {
        if (model instanceof MultiLayerNetwork) {
            return of((MultiLayerNetwork) model);
        }
        if (model instanceof ComputationGraph) {
            return of((ComputationGraph) model);
        }
        throw new IllegalArgumentException("CalibratedLossCalculator scores a MultiLayerNetwork or "
                + "ComputationGraph, got " + model.getClass().getName());
    }

    private static CalibratedLoss of(MultiLayerNetwork original) {
        MultiLayerConfiguration configuration = original.getLayerWiseConfigurations().clone();
        configuration.getConfs().forEach(layer -> cloneInside(layer.getLayer()));
        List<NetworkNode> layers = NetworkNode.of(configuration);
        NetworkNode last = layers.get(layers.size() - 1);
        List<Output> outputs = outputs(List.of(last), OutputLosses.of(configuration));
        MultiLayerNetwork network = new MultiLayerNetwork(configuration);
        network.init(original.params(), false);
        return new CalibratedLoss(outputs, data -> new INDArray[] {
            network.output(data.getFeatures(0), false, first(data.getFeaturesMaskArrays()), null)});
    }

    private static INDArray first(INDArray[] masks) {
        return masks == null ? null : masks[0];
    }

    private static CalibratedLoss of(ComputationGraph original) {
        ComputationGraphConfiguration configuration = original.getConfiguration().clone();
        for (String name : configuration.getVertices().keySet()) {
            GraphVertex vertex = OutputLosses.vertex(configuration, name);
            if (vertex instanceof LayerVertex) {
                cloneInside(((LayerVertex) vertex).getLayerConf().getLayer());
            }
        }
        Map<String, NetworkNode> vertices = NetworkNode.of(configuration).stream()
                .collect(Collectors.toMap(NetworkNode::name, node -> node));
        List<Output> outputs = outputs(configuration.getNetworkOutputs().stream().map(vertices::get)
                .collect(Collectors.toList()), OutputLosses.of(configuration));
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init(original.params(), false);
        return new CalibratedLoss(outputs,
                data -> graph.output(false, data.getFeatures(), data.getFeaturesMaskArrays()));
    }

    /** Up to DL4J 1.0.0-M2.1 a clone of a wrapper such as TimeDistributed shares the layer inside with the original. */
    private static void cloneInside(Layer layer) {
        if (layer instanceof FrozenLayer) {
            cloneInside(((FrozenLayer) layer).getLayer());
        } else if (layer instanceof BaseWrapperLayer) {
            BaseWrapperLayer wrapper = (BaseWrapperLayer) layer;
            wrapper.setUnderlying(wrapper.getUnderlying().clone());
            cloneInside(wrapper.getUnderlying());
        }
    }

    /** Those with a PowerGrad loss; in the configuration they get identity for the softmax before the loss. */
    private static List<Output> outputs(List<NetworkNode> ofNetwork, List<OutputLoss> losses) {
        List<Output> outputs = new ArrayList<>();
        for (int i = 0; i < ofNetwork.size(); i++) {
            NetworkNode node = ofNetwork.get(i);
            for (OutputLoss loss : losses) {
                if (loss.configuration() == node.layer() && loss.get() instanceof LossPowerGrad) {
                    outputs.add(new Output(i, node, (LossPowerGrad) loss.get()));
                }
            }
        }
        if (outputs.isEmpty()) {
            throw new IllegalArgumentException("No output to score: CalibratedLossCalculator needs one with a "
                    + "PowerGrad loss; found " + OutputLosses.describe(losses)
                    + "; DataSetLossCalculator scores other losses");
        }
        return outputs;
    }

    /** The sum over the minibatch and the outputs. */
    double sum(MultiDataSet minibatch) {
        INDArray[] predictions = network.apply(minibatch);
        double sum = 0;
        for (Output output : outputs) {
            INDArray mask = minibatch.getLabelsMaskArrays() == null ? null
                    : minibatch.getLabelsMaskArray(output.index);
            sum += output.loss(predictions[output.index], minibatch.getLabels(output.index), mask);
        }
        return sum;
    }

    /** One output of the network, with its loss. */
    private static final class Output {

        private final int index;
        private final double alpha;
        private final LossPowerGrad exact;
        private final boolean givesLogits;
        private final IActivation activation;
        private final boolean classesLast;

        Output(int index, NetworkNode node, LossPowerGrad loss) {
            this.index = index;
            this.alpha = loss.getAlpha();
            this.exact = loss.withAlpha(1);
            exact.setSoftmaxClipEps(0);
            this.classesLast = classesLast(node.layer());
            NetworkNode softmax = softmaxOf(node);
            this.givesLogits = softmax != null;
            this.activation = givesLogits == node.activation() instanceof ActivationSoftmax ? node.activation()
                    : givesLogits ? new ActivationSoftmax() : new ActivationIdentity();
            if (givesLogits) {
                takeSoftmaxFrom(softmax.layer());
            }
        }

        /** The layer that applies the softmax for this loss and no one else, or null. */
        private static NetworkNode softmaxOf(NetworkNode loss) {
            if (loss.activation() instanceof ActivationSoftmax) {
                return loss.readers().isEmpty() ? loss : null;
            }
            NetworkNode node = loss;
            while (node.inputs().size() == 1 && (node == loss ? !LogitsLayer.isLinear(loss) : node.handsOnRows())) {
                node = node.inputs().get(0);
                if (node.readers().size() > 1 || node.isOutput()) {
                    return null;
                }
                boolean appliesItLast = node.layer() instanceof ActivationLayer || LogitsLayer.isLinear(node);
                if (appliesItLast && node.activation() instanceof ActivationSoftmax) {
                    return node;
                }
            }
            return null;
        }

        private static void takeSoftmaxFrom(Layer layer) {
            if (layer instanceof ActivationLayer) {
                ((ActivationLayer) layer).setActivationFn(new ActivationIdentity());
            } else {
                ((BaseLayer) layer).setActivationFn(new ActivationIdentity());
            }
        }

        private static boolean classesLast(Layer layer) {
            return layer instanceof RnnOutputLayer && ((RnnOutputLayer) layer).getRnnDataFormat() == RNNFormat.NWC
                    || layer instanceof RnnLossLayer && ((RnnLossLayer) layer).getRnnDataFormat() == RNNFormat.NWC
                    || layer instanceof CnnLossLayer && ((CnnLossLayer) layer).getFormat() == CNN2DFormat.NHWC
                    || layer instanceof Cnn3DLossLayer
                            && ((Cnn3DLossLayer) layer).getDataFormat() == Convolution3D.DataFormat.NDHWC;
        }

        double loss(INDArray prediction, INDArray labels, INDArray mask) {
            INDArray rows = rows(prediction).castTo(DataType.DOUBLE);
            INDArray calibrated = givesLogits ? rows.mul(alpha) : PowerTransform.transform(rows, alpha);
            return exact.computeScore(rows(labels), calibrated, activation,
                    mask == null ? null : maskRows(mask, prediction), false);
        }

        /** [N, C, ...] or [N, ..., C] as [N ..., C]; what has one or two dimensions stays. */
        private INDArray rows(INDArray array) {
            if (array.rank() <= 2) {
                return array;
            }
            IntStream others = IntStream.range(0, array.rank()).filter(i -> i != 1);
            INDArray last = classesLast ? array
                    : array.permute(IntStream.concat(others, IntStream.of(1)).toArray());
            return last.dup('c').reshape('c', -1, last.size(last.rank() - 1));
        }

        /** The mask for the rows: given for each output, for each step or pixel, or for each example. */
        private INDArray maskRows(INDArray mask, INDArray prediction) {
            if (mask.rank() == prediction.rank()) {
                return rows(mask);
            }
            if (mask.rank() == prediction.rank() - 1) {
                return mask.dup('c').reshape('c', -1, 1);
            }
            long examples = prediction.size(0);
            long rowsOfOne = prediction.length() / examples / prediction.size(classesLast ? prediction.rank() - 1 : 1);
            return Nd4j.ones(mask.dataType(), examples, rowsOfOne).muliColumnVector(mask).reshape('c', -1, 1);
        }
    }
}
