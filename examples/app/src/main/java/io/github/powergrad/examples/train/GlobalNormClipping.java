package io.github.powergrad.examples.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scales the whole gradient down to a norm where its norm is larger, as PyTorch's {@code clip_grad_norm_} does:
 * Deeplearning4j's own clipping looks at one layer at a time.
 *
 * <p>Listeners see gradients as sums over the minibatch; the norm is that of their mean.
 */
final class GlobalNormClipping extends BaseTrainingListener implements Serializable {

    private static final long serialVersionUID = 1L;

    private final double largestNorm;

    GlobalNormClipping(double largestNorm) {
        this.largestNorm = largestNorm;
    }

    @Override
    public void onGradientCalculation(Model model) {
        List<INDArray> gradients = model instanceof MultiLayerNetwork
                ? gradients((MultiLayerNetwork) model)
                : gradients((ComputationGraph) model);
        double squares = 0;
        for (INDArray gradient : gradients) {
            double norm = gradient.norm2Number().doubleValue();
            squares += norm * norm;
        }
        double norm = Math.sqrt(squares) / model.batchSize();
        if (norm > largestNorm) {
            gradients.forEach(gradient -> gradient.muli(largestNorm / norm));
        }
    }

    private static List<INDArray> gradients(ComputationGraph graph) {
        List<INDArray> gradients = new ArrayList<>();
        for (GraphVertex vertex : graph.getVertices()) {
            addGradients(graph, vertex, vertex.getVertexName(), gradients);
        }
        return gradients;
    }

    private static List<INDArray> gradients(MultiLayerNetwork network) {
        List<INDArray> gradients = new ArrayList<>();
        Layer[] layers = network.getLayers();
        for (int i = 0; i < layers.length; i++) {
            addGradients(network, layers[i], String.valueOf(i), gradients);
        }
        return gradients;
    }

    /** Running means and variances come as gradients too, and are told by not being divided by the batch. */
    private static void addGradients(Model model, Trainable parameters, String prefix, List<INDArray> gradients) {
        Map<String, INDArray> table = parameters.paramTable(false);
        if (table == null) {
            return;
        }
        for (String key : table.keySet()) {
            INDArray gradient = model.gradient().getGradientFor(prefix + "_" + key);
            if (gradient != null && parameters.updaterDivideByMinibatch(key)) {
                gradients.add(gradient);
            }
        }
    }
}
