package io.github.powergrad.examples.training;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.model.ResNet;
import io.github.powergrad.examples.recipe.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Trains one network by a plan, from the epoch that it has reached to the last, and measures it after each. Everything
 * that decides the numbers is in the plan and in the network's own counters, so that a network that was saved after an
 * epoch goes on as if it had not been.
 *
 * <p>Loss and top-1 of training are those of the minibatches as they were trained on, as timm reports them.
 */
public final class NetworkTraining {

    private final TrainingPlan plan;
    private final ImageSource images;
    private final ComputationGraph network;
    private final TrainingObserver observer;

    private LogitMeasures soFar;
    private INDArray labels;
    private boolean finite;

    /**
     * @param plan what decides the training
     * @param images the images to train and test on
     * @param network the network, new or restored
     * @param observer is told how the training goes on
     */
    public NetworkTraining(TrainingPlan plan, ImageSource images, ComputationGraph network, TrainingObserver observer) {
        this.plan = plan;
        this.images = images;
        this.network = network;
        this.observer = observer;
        List<TrainingListener> listeners = new ArrayList<>(PlannedNetwork.listeners(plan));
        listeners.add(new LogitListener());
        network.setListeners(listeners);
    }

    /** Returns the number of iterations an epoch. */
    public static int iterationsPerEpoch(TrainingPlan plan, ImageSource images) {
        return (images.trainingImages() + plan.batch() - 1) / plan.batch();
    }

    /**
     * Trains the epochs that are left, or until loss or weights are no longer finite.
     *
     * @return whether it got to the end
     * @throws IOException if no image can be used, or the observer cannot keep a result
     */
    public boolean run() throws IOException {
        while (network.getEpochCount() < plan.epochs()) {
            EpochResult result = epoch(network.getEpochCount());
            observer.epochEnded(result);
            if (!result.isFinite()) {
                return false;
            }
        }
        return true;
    }

    private EpochResult epoch(int epoch) throws DataException {
        soFar = new LogitMeasures(images.classNames().size());
        finite = true;
        long start = System.nanoTime();
        try (BatchStream batches = images.training(epoch, plan.batch())) {
            while (finite && batches.hasNext()) {
                train(batches.next());
            }
        }
        if (finite && soFar.images() == 0) {
            throw new DataException("none of the " + images.trainingImages() + " training images of "
                    + images.description() + " can be used; repair or restore them");
        }
        double imagesPerSecond = soFar.images() / ((System.nanoTime() - start) / 1e9);
        // Not left to the evaluation: a ReLU can turn what is not a number into a harmless zero.
        finite = finite && Double.isFinite(network.params().norm1Number().doubleValue());
        network.incrementEpochCount();
        double learningRate = ProtocolSchedule.of(plan, iterationsPerEpoch(plan, images))
                .valueAt(network.getIterationCount() - 1, epoch);
        return new EpochResult(ComparedLoss.powerGrad(plan.alpha()), plan.seed(), epoch + 1, learningRate,
                finite ? soFar.evaluation() : Evaluation.NONE,
                finite ? GraphEvaluator.evaluate(network, images).evaluation() : Evaluation.NONE, imagesPerSecond);
    }

    private void train(DataSet batch) {
        labels = batch.getLabels();
        int size = batch.numExamples();
        network.fit(new INDArray[] {batch.getFeatures().castTo(network.getConfiguration().getDataType())},
                new INDArray[] {labels.castTo(network.getConfiguration().getDataType())});
        observer.measured(soFar.crossEntropy(), soFar.top1());
        observer.trained(size);
    }

    /** Reads the logits of each minibatch on their way to the loss. */
    private final class LogitListener extends BaseTrainingListener {

        @Override
        public void onForwardPass(Model model, Map<String, INDArray> activations) {
            finite = soFar.add(activations.get(ResNet.LOGITS), labels) && finite;
        }
    }
}
