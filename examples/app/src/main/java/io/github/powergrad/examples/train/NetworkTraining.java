package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.ImageSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;

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
    private final EpochTraining training;

    /**
     * A training on one device.
     *
     * @param plan what decides the training
     * @param images the images to train and test on
     * @param network the network, new or restored
     * @param observer is told how the training goes on
     */
    public NetworkTraining(TrainingPlan plan, ImageSource images, ComputationGraph network, TrainingObserver observer) {
        this(plan, images, network, new OneDeviceTraining(network), observer);
    }

    /**
     * A training on whatever devices.
     *
     * @param plan what decides the training
     * @param images the images to train and test on
     * @param network the network, new or restored
     * @param training trains that network
     * @param observer is told how the training goes on
     */
    public NetworkTraining(
            TrainingPlan plan, ImageSource images, ComputationGraph network, EpochTraining training,
            TrainingObserver observer) {
        this.plan = plan;
        this.images = images;
        this.network = network;
        this.training = training;
        this.observer = observer;
        network.setListeners(PlannedNetwork.listeners(plan));
    }

    /** Returns the number of iterations an epoch. */
    public static int iterationsPerEpoch(TrainingPlan plan, ImageSource images) {
        return iterationsPerEpoch(plan, images.trainingImages());
    }

    /** Returns the number of iterations an epoch of that many images. */
    public static int iterationsPerEpoch(TrainingPlan plan, int trainingImages) {
        return (trainingImages + plan.batch() - 1) / plan.batch();
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
        // What measures an epoch listens in it alone.
        List<TrainingListener> listeners = new ArrayList<>(network.getListeners());
        EpochMeasures measures = new EpochMeasures(images.classNames().size(), training.replicas(), observer);
        long start = System.nanoTime();
        try (BatchStream batches = images.training(epoch, plan.batch())) {
            training.train(batches, measures);
        }
        network.setListeners(listeners);
        LogitMeasures seen = measures.total();
        if (measures.isFinite() && seen.images() == 0) {
            throw new DataException("none of the " + images.trainingImages() + " training images of "
                    + images.description() + " can be used; repair or restore them");
        }
        double imagesPerSecond = seen.images() / ((System.nanoTime() - start) / 1e9);
        // Not left to the evaluation: a ReLU can turn what is not a number into a harmless zero.
        boolean finite = measures.isFinite() && Double.isFinite(network.params().norm1Number().doubleValue());
        network.incrementEpochCount();
        double learningRate = ProtocolSchedule.of(plan, iterationsPerEpoch(plan, images))
                .valueAt(network.getIterationCount() - 1, epoch);
        return EpochResult.of(plan, epoch + 1, learningRate, finite ? seen : null,
                finite ? GraphEvaluator.evaluate(network, images) : null, imagesPerSecond);
    }
}
