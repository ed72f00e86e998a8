package io.github.powergrad;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * A listener that sets the &alpha; of every PowerGrad loss of a network from a schedule, before each gradient is
 * computed: &alpha; = schedule(iteration, epoch).
 *
 * <pre>{@code
 * net.setListeners(AlphaSchedule.warmup(1, 0.3));             // alpha 1 in the first epoch, then 0.3
 *
 * net.setListeners(new AlphaSchedule(new MapSchedule.Builder(ScheduleType.ITERATION)
 *         .add(0, 1.0).add(500, 0.5).add(1000, 0.25).build()));
 * }</pre>
 *
 * <p><b>Which iteration and epoch.</b> The network's own counters, both from 0, as learning rate schedules see them.
 * They are saved with the network, so training that goes on after a restart goes on in the schedule; the listener
 * itself is not saved: set it again. (CheckpointListener saves at the end of an epoch before DL4J counts it, so
 * training from such a file repeats that epoch, with its &alpha;.) DL4J counts epochs in {@code fit(iterator)}. In a
 * loop over {@code fit(DataSet)}, and after {@code ParallelWrapper.fit(iterator)}, it does not: call
 * {@code net.incrementEpochCount()} at the end of each epoch, or use a schedule per iteration.
 *
 * <p><b>What is changed.</b> At each change of &alpha; the network gets a new loss, which differs in &alpha; alone;
 * while &alpha; stays, so does the loss. No loss object is changed, so whatever else holds the old one keeps its
 * &alpha;: another network, a clone such as the best model that InMemoryModelSaver keeps, a custom loss registered for
 * Keras models, the object that was passed to a builder. Read &alpha; from the network:
 * {@link PowerGrad#alphaOf(MultiLayerNetwork)}. (Networks made from one configuration object share its counters and its
 * losses: make each from a clone of it.)
 *
 * <p><b>Copies that train.</b> ParallelWrapper hands the listeners that the network has when the wrapper is
 * <em>built</em> to every worker's copy (or use {@code wrapper.setListeners}). On Spark set it with
 * {@code SparkDl4jMultiLayer.setListeners} or {@code SparkComputationGraph.setListeners}, which send it to the
 * executors; it is Serializable. One listener may serve several networks and threads.
 *
 * <p><b>Clones.</b> A clone has the &alpha; of its moment. That of a MultiLayerNetwork has the counters too, and no
 * listeners: set the schedule again to go on in it. That of a ComputationGraph has, at DL4J 1.0.0-M2.1, the original's
 * own list of listeners, so that {@code setListeners} on one sets them on both, and counters at 0, so that the schedule
 * starts anew if the clone trains: set them with {@code clone.getConfiguration().setIterationCount} and
 * {@code setEpochCount}.
 *
 * <p>Source: arXiv:2111.12495v3, the first-epoch rule: where a network is unstable, train the first epoch with
 * &alpha; = 1, then switch the transform on.
 *
 * @see PowerGrad#applyTo(MultiLayerNetwork, double) to give an existing network a PowerGrad loss
 */
public final class AlphaSchedule extends BaseTrainingListener implements Serializable {

    private static final long serialVersionUID = 1L;

    /** What alpha is taken from. */
    private final ISchedule schedule;

    /**
     * Sets &alpha; from a schedule. Values are checked when they are reached: one outside [0, 1] or NaN stops training
     * with an IllegalArgumentException that names iteration and epoch. A network without a PowerGrad loss stops with an
     * IllegalStateException that lists its losses.
     *
     * @param schedule &alpha; by iteration or by epoch
     * @throws NullPointerException if schedule is null
     */
    public AlphaSchedule(ISchedule schedule) {
        this.schedule = Objects.requireNonNull(schedule, "schedule");
    }

    /**
     * The paper's first-epoch rule: &alpha; = 1, ordinary cross-entropy, in the first epochs, then a constant.
     *
     * @param epochs how many epochs to train with &alpha; = 1, 0 or more
     * @param alpha the exponent from then on, in [0, 1]
     * @return a listener for {@code net.setListeners} or {@code net.addListeners}
     * @throws IllegalArgumentException if epochs is negative, or alpha is outside [0, 1] or NaN
     */
    public static AlphaSchedule warmup(int epochs, double alpha) {
        if (epochs < 0) {
            throw new IllegalArgumentException("epochs must be 0 or more, got " + epochs + "; 1 is the paper's rule");
        }
        PowerTransform.checkAlpha(alpha);
        return new AlphaSchedule(epochs == 0 ? new FixedSchedule(alpha)
                : new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 1.0).add(epochs, alpha).build());
    }

    /**
     * The schedule that &alpha; is taken from.
     *
     * @return &alpha; by iteration or by epoch
     */
    public ISchedule getSchedule() {
        return schedule;
    }

    /**
     * Sets &alpha;: DL4J calls this in each iteration of a MultiLayerNetwork, after the forward pass and before the
     * loss computes its gradient.
     *
     * @param model the network
     * @param activations not looked at
     * @throws IllegalArgumentException if the schedule gives a value outside [0, 1] or NaN
     * @throws IllegalStateException if no layer has a PowerGrad loss
     */
    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
        // Layer-wise pretraining calls listeners with a layer: it has no PowerGrad loss and no counters of its own
        if (model instanceof MultiLayerNetwork) {
            MultiLayerNetwork network = (MultiLayerNetwork) model;
            set(OutputLosses.of(network), network.getIterationCount(), network.getEpochCount());
        }
    }

    /**
     * Sets &alpha;: DL4J calls this in each iteration of a ComputationGraph, after the forward pass and before the
     * losses compute their gradients.
     *
     * @param model the graph
     * @param activations not looked at
     * @throws IllegalArgumentException if the schedule gives a value outside [0, 1] or NaN
     * @throws IllegalStateException if no layer has a PowerGrad loss
     */
    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
        ComputationGraph graph = (ComputationGraph) model;
        set(OutputLosses.of(graph), graph.getIterationCount(), graph.getEpochCount());
    }

    private void set(List<OutputLoss> losses, int iteration, int epoch) {
        double alpha = alphaAt(iteration, epoch);
        boolean found = false;
        for (OutputLoss layer : losses) {
            if (layer.get() instanceof LossPowerGrad) {
                LossPowerGrad loss = (LossPowerGrad) layer.get();
                if (loss.getAlpha() != alpha) {
                    layer.set(loss.withAlpha(alpha));
                }
                found = true;
            }
        }
        if (!found) {
            throw new IllegalStateException("AlphaSchedule needs a network with a PowerGrad loss, found "
                    + OutputLosses.describe(losses) + "; call PowerGrad.applyTo(network, alpha) before fit");
        }
    }

    private double alphaAt(int iteration, int epoch) {
        double alpha = schedule.valueAt(iteration, epoch);
        try {
            PowerTransform.checkAlpha(alpha);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("At iteration " + iteration + ", epoch " + epoch + " of " + this + ": "
                    + e.getMessage(), e);
        }
        return alpha;
    }

    /**
     * Names the listener and its schedule.
     *
     * @return such as {@code AlphaSchedule(FixedSchedule(value=0.3))}
     */
    @Override
    public String toString() {
        return "AlphaSchedule(" + schedule + ")";
    }
}
