package io.github.powergrad;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;

/** Multiplies the layers that make the logits by &alpha;, and the state of the updater with them. */
final class AlphaFolding {

    private final List<NetworkNode> nodes;
    private final Object updater;

    private AlphaFolding(List<NetworkNode> nodes, Object updater) {
        this.nodes = nodes;
        this.updater = updater;
    }

    /** For a network whose init() has been called. */
    static AlphaFolding of(MultiLayerNetwork network) {
        return new AlphaFolding(NetworkNode.of(network), network.getUpdater(false));
    }

    /** For a graph whose init() has been called. */
    static AlphaFolding of(ComputationGraph graph) {
        return new AlphaFolding(NetworkNode.of(graph), graph.getUpdater(false));
    }

    /**
     * Scales the logits of each loss by its alpha. All or nothing.
     *
     * @param losses those of the network that have the transform
     * @throws IllegalArgumentException if that is not possible for one of them
     */
    void scaleLogits(List<OutputLoss> losses) {
        Map<NetworkNode, Double> alphas = new HashMap<>();
        Map<LogitsLayer, Double> changes = new LinkedHashMap<>();
        for (OutputLoss loss : losses) {
            NetworkNode node = nodeOf(loss);
            double alpha = ((LossPowerGrad) loss.get()).getAlpha();
            alphas.put(node, alpha);
            changes.put(logitsLayer(node, alpha), alpha);
        }
        UpdaterState state = new UpdaterState(changes.keySet(), lossFactors(alphas));
        changes.forEach(LogitsLayer::scale);
        if (updater instanceof BaseMultiLayerUpdater) {
            state.scale(((BaseMultiLayerUpdater<?>) updater).getUpdaterBlocks());
        }
    }

    private NetworkNode nodeOf(OutputLoss loss) {
        return nodes.stream().filter(node -> node.layer() == loss.configuration()).findFirst().orElseThrow();
    }

    private static LogitsLayer logitsLayer(NetworkNode loss, double alpha) {
        if (alpha == 0) {
            throw new IllegalArgumentException("Cannot fold alpha of " + loss + ": it is 0, where p' = 1/C for every "
                    + "class, so nothing would be left to predict; PowerGrad.removeFrom(network) keeps the predictions "
                    + "p");
        }
        try {
            return LogitsLayer.of(loss);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Cannot fold alpha = " + alpha + " of " + loss + " into the layer that "
                    + "makes the logits: " + e.getMessage() + ". Nothing is changed; PowerTransform.transform(p, "
                    + "alpha) gives the calibrated probabilities of what the network predicts as it is", e);
        }
    }

    /** By how much the loss changes that each layer leads to: NaN where it leads to losses that change differently. */
    private Map<Trainable, Double> lossFactors(Map<NetworkNode, Double> alphas) {
        Map<Trainable, Double> factors = new IdentityHashMap<>();
        for (NetworkNode node : nodes) {
            if (node.isOutput() || alphas.containsKey(node)) {
                double factor = alphas.getOrDefault(node, 1.0);
                node.andAllBefore().forEach(before -> factors.merge(before.running(), factor,
                        (one, other) -> one.equals(other) ? one : Double.NaN));
            }
        }
        return factors;
    }
}
