package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.data.LabelledImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * Trains one network by a plan, from the epoch that it has reached to the last, and measures it after each epoch. The plan
 * and the network's own counters decide all numbers, so a network that was saved and read again trains as if it had not.
 *
 * <p>Loss and top-1 of training are measured on each minibatch as it is trained on, as in timm, unless {@link
 * #measuringTrainingImages} asks for an evaluation.
 */
public final class TrainingLoop {

    private final TrainingPlan plan;
    private final LabelledImages images;
    private final ComputationGraph network;
    private final EpochTraining training;
    private final TrainingObserver observer;
    private ImageSource trainingAsTest;
    private IntPredicate measuredEpochs;
    private LogitMeasures onTest;
    private long trained;
    private long nanos;

    /**
     * @param plan what decides the training
     * @param images the images to train and test on
     * @param network the network, new or restored
     * @param training trains that network, wherever that is
     * @param observer is told how the training goes on
     */
    public TrainingLoop(
            TrainingPlan plan, LabelledImages images, ComputationGraph network, EpochTraining training,
            TrainingObserver observer) {
        this.plan = plan;
        this.images = images;
        this.network = network;
        this.training = training;
        this.observer = observer;
        network.setListeners(PlannedNetwork.listeners(plan));
    }

    /**
     * Measures the training images after an epoch, as the test images are, instead of while they are trained on.
     *
     * @param asTest a source whose test images are the training images
     * @param epochs says after which epochs, counted from 1; after the others they are not measured at all
     */
    public TrainingLoop measuringTrainingImages(ImageSource asTest, IntPredicate epochs) {
        trainingAsTest = asTest;
        measuredEpochs = epochs;
        return this;
    }

    /** Returns the number of iterations per epoch of that many images. */
    public static int iterationsPerEpoch(TrainingPlan plan, int trainingImages) {
        return (trainingImages + plan.batch() - 1) / plan.batch();
    }

    /**
     * Trains the epochs that are left, or until loss or weights are no longer finite.
     *
     * @throws IOException if no image can be used, or the observer cannot keep a result
     */
    public RunResult run() throws IOException {
        long planned = (long) (plan.epochs() - network.getEpochCount()) * images.trainingImages();
        EpochResult last = null;
        while (network.getEpochCount() < plan.epochs() && (last == null || last.isFinite())) {
            last = epoch(network.getEpochCount());
            observer.epochEnded(last);
        }
        if (last != null && !last.isFinite()) {
            observer.skipped(planned - trained);
        }
        return new RunResult(last, onTest, nanos / 1e9, perSecond(trained, nanos));
    }

    private EpochResult epoch(int epoch) throws DataException {
        // The listeners that measure this epoch are taken away after it.
        List<TrainingListener> listeners = new ArrayList<>(network.getListeners());
        EpochMeasures measures = new EpochMeasures(images.classNames().size(), training.replicas(), observer);
        long start = System.nanoTime();
        training.train(epoch, measures);
        network.setListeners(listeners);
        // The evaluation would not always notice: a ReLU can turn NaN into 0.
        boolean finite = measures.isFinite() && Double.isFinite(network.params().norm1Number().doubleValue());
        long elapsed = System.nanoTime() - start;
        LogitMeasures seen = measures.total();
        if (measures.isFinite() && seen.images() == 0) {
            throw new DataException("none of the " + images.trainingImages() + " training images of "
                    + images.description() + " can be used; repair or restore them");
        }
        nanos += elapsed;
        trained += seen.images();
        network.incrementEpochCount();
        return result(epoch + 1, finite, seen, perSecond(seen.images(), elapsed));
    }

    private EpochResult result(int epoch, boolean finite, LogitMeasures seen, double imagesPerSecond) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        values.put(Metric.LEARNING_RATE, LearningRateSchedule.of(plan, iterationsPerEpoch(plan, images.trainingImages()))
                .valueAt(network.getIterationCount() - 1, epoch - 1));
        values.put(Metric.IMAGES_PER_SECOND, imagesPerSecond);
        if (finite) {
            LogitMeasures onTraining = trainingAsTest == null ? seen
                    : measuredEpochs.test(epoch) ? Evaluator.evaluate(network, trainingAsTest, 1) : null;
            if (onTraining != null) {
                values.put(Metric.TRAIN_LOSS, onTraining.crossEntropy());
                values.put(Metric.TRAIN_TOP1, onTraining.top1());
            }
            onTest = training.evaluate();
            values.put(Metric.TEST_TOP1, onTest.top1());
            values.put(Metric.TEST_TOP5, onTest.top5());
            values.put(Metric.TEST_CROSS_ENTROPY, onTest.crossEntropy());
            values.put(Metric.LOGIT_NORM, onTest.logitNorm());
            values.put(Metric.TEST_CALIBRATION_ERROR, onTest.plain().error());
            values.put(Metric.FOLDED_CROSS_ENTROPY, onTest.folded().crossEntropy());
            values.put(Metric.FOLDED_CALIBRATION_ERROR, onTest.folded().error());
        }
        return new EpochResult(plan, epoch, values);
    }

    private static double perSecond(long images, long nanos) {
        return images / (nanos / 1e9);
    }
}
