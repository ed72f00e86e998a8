package io.github.powergrad.examples.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
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
        List<INDArray> gradients = gradients((ComputationGraph) model);
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

    /** Leaves out running means and variances: they come as gradients too, but are not divided by the batch. */
    private static List<INDArray> gradients(ComputationGraph graph) {
        List<INDArray> gradients = new ArrayList<>();
        for (GraphVertex vertex : graph.getVertices()) {
            Map<String, INDArray> parameters = vertex.paramTable(false);
            for (String key : parameters == null ? Set.<String>of() : parameters.keySet()) {
                INDArray gradient = graph.gradient().getGradientFor(vertex.getVertexName() + "_" + key);
                if (gradient != null && vertex.updaterDivideByMinibatch(key)) {
                    gradients.add(gradient);
                }
            }
        }
        return gradients;
    }
}
