package io.github.powergrad;

import java.util.Objects;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * The score by which to stop early with the transform: the mean cross-entropy of the calibrated probabilities
 * p' = softmax(&alpha; z) on a data set.
 *
 * <p>The cross-entropy of p = softmax(z), which DataSetLossCalculator takes, rises with a low &alpha; while the network
 * still learns, as p grows overconfident; that of p' falls with the training loss. So only p' shows the best epoch.
 *
 * <pre>{@code
 * EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
 *         new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
 *         .epochTerminationConditions(new MaxEpochsTerminationCondition(30))
 *         .scoreCalculator(new CalibratedLossCalculator(validationData))
 *         .modelSaver(new InMemoryModelSaver<>()).build();
 * MultiLayerNetwork best = new EarlyStoppingTrainer(configuration, net, trainingData).fit().getBestModel();
 * PowerGrad.foldAlpha(best);   // to predict p'
 * }</pre>
 *
 * <p>The sum over all outputs with a PowerGrad loss, each with the &alpha; that its loss has at that moment, divided by
 * the number of examples, as DataSetLossCalculator does; sequences and images count the sum over their steps and
 * pixels. Label masks, class weights and label smoothing count as in training; other losses and the penalty of l1, l2
 * and weight decay do not. With &alpha; = 1 it is the ordinary cross-entropy. (An {@link AlphaSchedule} changes what is
 * measured when it changes &alpha;.)
 *
 * <p>Computed from the logits in DOUBLE without clipping, so no probability underflows; where the loss has identity
 * behind a softmax too, as in imported Keras models, unless something else reads those probabilities, and then from
 * them. The network is read, not changed.
 */
public final class CalibratedLossCalculator implements ScoreCalculator<Model> {

    private static final long serialVersionUID = 1L;

    /** What is scored, if it has one input and one output; null otherwise. */
    private final DataSetIterator data;
    /** What is scored, if it has several; null otherwise. */
    private final MultiDataSetIterator multiData;

    /**
     * Scores on data with one input and one output.
     *
     * @param data read from its start each time
     * @throws NullPointerException if data is null
     */
    public CalibratedLossCalculator(DataSetIterator data) {
        this.data = Objects.requireNonNull(data, "data");
        this.multiData = null;
    }

    /**
     * Scores a ComputationGraph on data with several inputs or outputs.
     *
     * @param data read from its start each time
     * @throws NullPointerException if data is null
     */
    public CalibratedLossCalculator(MultiDataSetIterator data) {
        this.data = null;
        this.multiData = Objects.requireNonNull(data, "data");
    }

    /**
     * The mean cross-entropy of p'.
     *
     * @param network a MultiLayerNetwork or ComputationGraph
     * @return the sum over the outputs with a PowerGrad loss, per example
     * @throws IllegalArgumentException if no output has a PowerGrad loss, with the losses found, or for another model
     * @throws IllegalStateException if there are no examples
     */
    @Override
    public double calculateScore(Model network) {
        CalibratedLoss loss = CalibratedLoss.of(network);
        double sum = 0;
        long examples = 0;
        rewind();
        while (data == null ? multiData.hasNext() : data.hasNext()) {
            MultiDataSet minibatch = data == null ? multiData.next() : data.next().toMultiDataSet();
            sum += loss.sum(minibatch);
            examples += minibatch.getFeatures(0).size(0);
        }
        if (examples == 0) {
            throw new IllegalStateException("No examples to score: the iterator was empty after its reset()");
        }
        return sum / examples;
    }

    private void rewind() {
        if (data == null) {
            multiData.reset();
        } else {
            data.reset();
        }
    }

    /**
     * The lower, the better.
     *
     * @return true
     */
    @Override
    public boolean minimizeScore() {
        return true;
    }

    /**
     * Names the calculator.
     *
     * @return {@code CalibratedLossCalculator()}
     */
    @Override
    public String toString() {
        return "CalibratedLossCalculator()";
    }
}
