package io.github.powergrad;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Switches networks that exist already to the PowerGrad Transform and back: built ones, saved ones, the zoo's, imported
 * Keras models.
 *
 * <pre>{@code
 * ComputationGraph net = ResNet50.builder().numClasses(1000).build().init();
 * PowerGrad.applyTo(net, 0.3);     // returns 1: one output layer changed
 * net.fit(trainingData);
 * PowerGrad.alphaOf(net);          // 0.3, or what an AlphaSchedule has set
 * PowerGrad.foldAlpha(net);        // to predict the calibrated probabilities p', and to save without this library
 * }</pre>
 *
 * <p><b>Which one.</b> applyTo switches the transform on. foldAlpha ends training with it: the network then predicts
 * p' = softmax(&alpha; z), which are calibrated. removeFrom switches it off and leaves the predictions p = softmax(z)
 * as they are.
 *
 * <p><b>What changes.</b> By applyTo and removeFrom only the loss of a layer, in the configuration and in the running
 * layer. Weights, updater state, iteration and epoch counts, listeners and predictions stay. Networks whose
 * {@code init()} has not been called and bare configurations work alike.
 *
 * <table>
 * <caption>Every output and loss layer (OutputLayer, RnnOutputLayer, CenterLossOutputLayer, LossLayer, RnnLossLayer,
 * CnnLossLayer, Cnn3DLossLayer), also inside wrappers such as FrozenLayerWithBackprop</caption>
 * <tr><th>loss found</th><th>after applyTo</th><th>after removeFrom</th></tr>
 * <tr><td>LossMCXENT</td><td>LossPowerGrad</td><td>stays</td></tr>
 * <tr><td>LossNegativeLogLikelihood</td><td>LossPowerGrad</td><td>stays</td></tr>
 * <tr><td>LossSparseMCXENT</td><td>LossSparsePowerGrad</td><td>stays</td></tr>
 * <tr><td>LossPowerGrad</td><td>the same with the new &alpha;</td><td>LossMCXENT</td></tr>
 * <tr><td>LossSparsePowerGrad</td><td>the same with the new &alpha;</td><td>LossSparseMCXENT</td></tr>
 * <tr><td>any other, subclasses included</td><td>stays</td><td>stays</td></tr>
 * </table>
 *
 * <p>Class weights and softmaxClipEps are kept both ways. An ordinary loss is replaced where its activation is softmax,
 * or identity behind a softmax: a loss layer without weights after a layer that ends in softmax, as in every imported
 * Keras classifier. Identity elsewhere is left alone: there the loss does not see a softmax. (For images put the
 * softmax into the CnnLossLayer: at DL4J 1.0.0-M2.1 a ConvolutionLayer with softmax activation normalizes along the
 * width, not the classes, when it trains, whatever the loss.)
 *
 * <p>removeFrom leaves LossMCXENT where LossNegativeLogLikelihood was, which is the same mathematics, and drops label
 * smoothing, which LossMCXENT cannot hold. Losses are replaced by new objects with class weights of their own, so a
 * clone of the network, which shared the old ones, keeps them.
 *
 * <p><b>When.</b> Before or between calls of {@code fit}, not during one. ParallelWrapper copies the network for its
 * workers when its {@code fit} starts, so a change during that call, by a listener for example, reaches the network
 * alone and is averaged with workers that train with the old loss: use an {@link AlphaSchedule}, which sets every
 * worker's. At Deeplearning4j 1.0.0-M2.1 each call of {@code fit} copies anew; after one that threw, call
 * {@code wrapper.shutdown()} or build a new wrapper, as the old copies are still there.
 *
 * <p>Source: arXiv:2111.12495v3, eq. (1) and (2).
 *
 * @see AlphaSchedule to change &alpha; during training
 */
public final class PowerGrad {

    private PowerGrad() {}

    /**
     * Gives the network's cross-entropy outputs the power-transformed gradient: before training, or between calls of
     * {@code fit} to go on with another &alpha;. What the network predicts stays as it is; after training use
     * {@link #foldAlpha(MultiLayerNetwork)} for the calibrated probabilities.
     *
     * @param network initialized or not
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @return how many layers changed, at least 1
     * @throws IllegalArgumentException if alpha is outside [0, 1] or NaN, or no layer can change: then with the losses
     *     found; nothing is changed in either case
     */
    public static int applyTo(MultiLayerNetwork network, double alpha) {
        return apply(OutputLosses.of(network), alpha);
    }

    /**
     * Gives the graph's cross-entropy outputs the power-transformed gradient.
     *
     * @param graph initialized or not
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @return how many layers changed, at least 1
     * @throws IllegalArgumentException as for {@link #applyTo(MultiLayerNetwork, double)}
     */
    public static int applyTo(ComputationGraph graph, double alpha) {
        return apply(OutputLosses.of(graph), alpha);
    }

    /**
     * Gives the cross-entropy outputs of a configuration the power-transformed gradient. A network that was built from
     * the configuration uses the same object, so it changes with it.
     *
     * @param configuration changed in place
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @return how many layers changed, at least 1
     * @throws IllegalArgumentException as for {@link #applyTo(MultiLayerNetwork, double)}
     */
    public static int applyTo(MultiLayerConfiguration configuration, double alpha) {
        return apply(OutputLosses.of(configuration), alpha);
    }

    /**
     * Gives the cross-entropy outputs of a configuration the power-transformed gradient. A graph that was built from
     * the configuration uses the same object, so it changes with it.
     *
     * @param configuration changed in place
     * @param alpha the exponent, in [0, 1]; 1 is ordinary cross-entropy
     * @return how many layers changed, at least 1
     * @throws IllegalArgumentException as for {@link #applyTo(MultiLayerNetwork, double)}
     */
    public static int applyTo(ComputationGraphConfiguration configuration, double alpha) {
        return apply(OutputLosses.of(configuration), alpha);
    }

    /**
     * Puts ordinary cross-entropy back and leaves the weights, and so the predictions p, as they are: to undo applyTo,
     * or to compare. To go on from a network that was trained with the transform, use
     * {@link #foldAlpha(MultiLayerNetwork)}: to ordinary cross-entropy p looks overconfident, and the first steps would
     * be spent on that.
     *
     * @param network initialized or not
     * @return how many layers changed, at least 1
     * @throws IllegalArgumentException if no layer has a PowerGrad loss, with the losses found
     */
    public static int removeFrom(MultiLayerNetwork network) {
        return remove(OutputLosses.of(network));
    }

    /**
     * Puts ordinary cross-entropy back, for example to fine-tune without the transform.
     *
     * @param graph initialized or not
     * @return how many layers changed, at least 1
     * @throws IllegalArgumentException if no layer has a PowerGrad loss, with the losses found
     */
    public static int removeFrom(ComputationGraph graph) {
        return remove(OutputLosses.of(graph));
    }

    /**
     * Puts ordinary cross-entropy back into a configuration.
     *
     * @param configuration changed in place
     * @return how many layers changed, at least 1
     * @throws IllegalArgumentException if no layer has a PowerGrad loss, with the losses found
     */
    public static int removeFrom(MultiLayerConfiguration configuration) {
        return remove(OutputLosses.of(configuration));
    }

    /**
     * Puts ordinary cross-entropy back into a configuration.
     *
     * @param configuration changed in place
     * @return how many layers changed, at least 1
     * @throws IllegalArgumentException if no layer has a PowerGrad loss, with the losses found
     */
    public static int removeFrom(ComputationGraphConfiguration configuration) {
        return remove(OutputLosses.of(configuration));
    }

    /**
     * The &alpha; in the network's loss: what it was built with, or what applyTo or an {@link AlphaSchedule} has set
     * since. A schedule sets it before each gradient, so between calls of {@code fit} it is that of the last gradient.
     *
     * @param network initialized or not
     * @return the exponent, in [0, 1]
     * @throws IllegalArgumentException if no layer has a PowerGrad loss; or if several have one and differ in &alpha;,
     *     with the &alpha; of each layer
     */
    public static double alphaOf(MultiLayerNetwork network) {
        return alpha(OutputLosses.of(network));
    }

    /**
     * The &alpha; in the graph's losses: what they were built with, or what applyTo or an {@link AlphaSchedule} has set
     * since. A schedule sets it before each gradient, so between calls of {@code fit} it is that of the last gradient.
     *
     * @param graph initialized or not
     * @return the exponent, in [0, 1]
     * @throws IllegalArgumentException as for {@link #alphaOf(MultiLayerNetwork)}; ask for one layer by
     *     {@link #alphaOf(ComputationGraph, String)}
     */
    public static double alphaOf(ComputationGraph graph) {
        return alpha(OutputLosses.of(graph));
    }

    /**
     * The &alpha; in the loss of one layer of a network.
     *
     * @param network initialized or not
     * @param layer the layer's name
     * @return the exponent, in [0, 1]
     * @throws IllegalArgumentException if no layer of this name has a PowerGrad loss, with the losses found
     */
    public static double alphaOf(MultiLayerNetwork network, String layer) {
        return alpha(OutputLosses.of(network), layer);
    }

    /**
     * The &alpha; in the loss of one layer of a graph.
     *
     * @param graph initialized or not
     * @param layer the layer's name
     * @return the exponent, in [0, 1]
     * @throws IllegalArgumentException if no layer of this name has a PowerGrad loss, with the losses found
     */
    public static double alphaOf(ComputationGraph graph, String layer) {
        return alpha(OutputLosses.of(graph), layer);
    }

    /**
     * Makes the calibrated probabilities the network's own predictions: multiplies the layer that makes the logits by
     * &alpha; and puts ordinary cross-entropy in the place of the PowerGrad loss.
     *
     * <p>Training with the transform drives p' = softmax(&alpha; z) to the labels, not p = softmax(z). So p' is
     * calibrated where p is overconfident. With W and b of the last layer times &alpha; the network predicts p'; the
     * class in front stays the same. Nothing of this library is left in the network, and its file loads without the
     * jar:
     *
     * <pre>{@code
     * PowerGrad.foldAlpha(net);                  // when training is over
     * net.save(new File("calibrated.zip"));
     * }</pre>
     *
     * <p>Each output is folded by the &alpha; that its loss has at this moment, such as an {@link AlphaSchedule} has
     * reached. (Take the schedule off before you train on.) Class weights and softmaxClipEps are kept. LossMCXENT holds
     * no label smoothing: to train on with it, smooth the labels.
     *
     * <p><b>Which networks.</b> The logits must be W x + b of one layer, which may be frozen. It is the OutputLayer,
     * RnnOutputLayer or CenterLossOutputLayer, or the dense or convolution layer before a LossLayer, RnnLossLayer,
     * CnnLossLayer or Cnn3DLossLayer. The softmax may be in the loss layer, in a layer of its own, or in the layer with
     * the weights, as in imported Keras models. Between that layer and the softmax may stand what a factor passes
     * through: a change of shape, dropout, ReLU, global pooling, ScaleVertex, SubsetVertex.
     *
     * <p><b>Training on.</b> The folded network goes on by ordinary cross-entropy, with the rates and decays that it
     * has. It goes on exactly as it would have with the transform if the last layer's rate is multiplied by &alpha; and
     * its decay divided by it, and all other layers have, for Sgd and Nesterovs, their rate divided by &alpha; and
     * their decay multiplied by it, or, for Adam and its relatives, the same rate, and decay and epsilon multiplied by
     * &alpha;. The project's docs/theory.md has the whole table.
     *
     * <p>The updater's state is scaled to fit: momentum of the scaled weights by &alpha;, and what Adam and its
     * relatives remember of gradients as those gradients change. Clearing it would make Adam's next steps several times
     * too long, as it corrects for an empty state only at iteration 0. Layers that lead to outputs of different &alpha;
     * keep their state as it is.
     *
     * @param network initialized
     * @return how many outputs changed, at least 1
     * @throws IllegalArgumentException with the reason and what to do: init() has not been called; no layer has a
     *     PowerGrad loss; &alpha; is 0, so nothing would be left to predict; no single layer makes the logits, or
     *     something else reads what is between it and the loss; it trains with added weight noise or a constraint of
     *     its norm, which would act otherwise on the scaled weights. Nothing is changed then: with several outputs, not
     *     one of them
     */
    public static int foldAlpha(MultiLayerNetwork network) {
        checkInitialized(network.getLayers());
        return fold(OutputLosses.of(network), () -> AlphaFolding.of(network));
    }

    /**
     * Makes the calibrated probabilities the graph's own predictions: multiplies the layers that make the logits by the
     * &alpha; of their output and puts ordinary cross-entropy in the place of the PowerGrad losses, as
     * {@link #foldAlpha(MultiLayerNetwork)} tells. Other outputs stay.
     *
     * @param graph initialized
     * @return how many outputs changed, at least 1
     * @throws IllegalArgumentException as for {@link #foldAlpha(MultiLayerNetwork)}
     */
    public static int foldAlpha(ComputationGraph graph) {
        checkInitialized(graph.getVertices());
        return fold(OutputLosses.of(graph), () -> AlphaFolding.of(graph));
    }

    private static void checkInitialized(Object layers) {
        if (layers == null) {
            throw new IllegalArgumentException("The network has no weights yet to fold alpha into; call init() and "
                    + "train it first");
        }
    }

    private static int fold(List<OutputLoss> losses, Supplier<AlphaFolding> network) {
        List<OutputLoss> transformed = losses.stream().filter(layer -> layer.get() instanceof LossPowerGrad)
                .collect(Collectors.toList());
        if (!transformed.isEmpty()) {
            network.get().scaleLogits(transformed);
        }
        return replace(losses, PowerGrad::ordinary, "No loss to change: PowerGrad.foldAlpha replaces LossPowerGrad and "
                + "LossSparsePowerGrad");
    }

    private static double alpha(List<OutputLoss> losses) {
        Map<String, Double> alphas = alphasByLayer(losses);
        if (alphas.isEmpty()) {
            throw new IllegalArgumentException("No alpha: no layer has a PowerGrad loss; found "
                    + OutputLosses.describe(losses) + "; call PowerGrad.applyTo first");
        }
        if (new HashSet<>(alphas.values()).size() > 1) {
            throw new IllegalArgumentException("No single alpha: layers differ, " + alphas
                    + "; ask for one with PowerGrad.alphaOf(network, layer)");
        }
        return alphas.values().iterator().next();
    }

    private static double alpha(List<OutputLoss> losses, String layer) {
        Double alpha = alphasByLayer(losses).get(layer);
        if (alpha == null) {
            throw new IllegalArgumentException("No layer '" + layer + "' with a PowerGrad loss; found "
                    + OutputLosses.describe(losses));
        }
        return alpha;
    }

    private static Map<String, Double> alphasByLayer(List<OutputLoss> losses) {
        Map<String, Double> alphas = new LinkedHashMap<>();
        for (OutputLoss layer : losses) {
            if (layer.get() instanceof LossPowerGrad) {
                alphas.put(layer.name(), ((LossPowerGrad) layer.get()).getAlpha());
            }
        }
        return alphas;
    }

    private static int apply(List<OutputLoss> losses, double alpha) {
        PowerTransform.checkAlpha(alpha);
        return replace(losses, loss -> powered(loss, alpha), "No loss to change: PowerGrad.applyTo replaces "
                + "LossMCXENT, LossNegativeLogLikelihood and LossSparseMCXENT where the activation is softmax, or identity "
                + "behind a softmax");
    }

    private static int remove(List<OutputLoss> losses) {
        return replace(losses, PowerGrad::ordinary, "No loss to change: PowerGrad.removeFrom replaces LossPowerGrad "
                + "and LossSparsePowerGrad");
    }

    /** All or nothing: every new loss is made before the first is set. */
    private static int replace(List<OutputLoss> losses, Function<OutputLoss, ILossFunction> replacement,
            String nothingToChange) {
        Map<OutputLoss, ILossFunction> changes = new LinkedHashMap<>();
        for (OutputLoss loss : losses) {
            ILossFunction changed = replacement.apply(loss);
            if (changed != null) {
                changes.put(loss, changed);
            }
        }
        if (changes.isEmpty()) {
            throw new IllegalArgumentException(nothingToChange + "; found " + OutputLosses.describe(losses));
        }
        changes.forEach(OutputLoss::set);
        return changes.size();
    }

    /** The loss with the transform, or null where the layer is to stay as it is. */
    private static ILossFunction powered(OutputLoss layer, double alpha) {
        ILossFunction loss = layer.get();
        if (loss instanceof LossPowerGrad) {
            return ((LossPowerGrad) loss).withAlpha(alpha);
        }
        boolean sparse = isExactly(LossSparseMCXENT.class, loss);
        boolean dense = isExactly(LossMCXENT.class, loss) || isExactly(LossNegativeLogLikelihood.class, loss);
        if (!layer.isOnSoftmax() || !sparse && !dense) {
            return null;
        }
        LossMCXENT ordinary = (LossMCXENT) loss;
        LossPowerGrad.Builder builder = sparse ? LossSparsePowerGrad.builder() : LossPowerGrad.builder();
        return builder.alpha(alpha).weights(ordinary.getWeights()).softmaxClipEps(ordinary.getSoftmaxClipEps()).build();
    }

    /** The loss without the transform, or null where there is none to take away. */
    private static ILossFunction ordinary(OutputLoss layer) {
        if (!(layer.get() instanceof LossPowerGrad)) {
            return null;
        }
        LossPowerGrad loss = (LossPowerGrad) layer.get();
        LossMCXENT ordinary = loss instanceof LossSparsePowerGrad ? new LossSparseMCXENT() : new LossMCXENT();
        ordinary.setSoftmaxClipEps(loss.getSoftmaxClipEps());
        ordinary.setWeights(loss.copyOfWeights()); // the constructor refuses the weight of a single class in 1.0.0-M1.1
        return ordinary;
    }

    /** A subclass may compute something else, so it is not taken for the loss itself. */
    private static boolean isExactly(Class<? extends LossMCXENT> type, ILossFunction loss) {
        return loss != null && loss.getClass() == type;
    }
}
