package io.github.powergrad.examples.training;

import io.github.powergrad.examples.data.Minibatch;
import io.github.powergrad.examples.data.Minibatches;
import java.io.IOException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Trains one network with one loss and one seed, and measures it after each epoch. */
final class TrainingRun {

    private final ComparedLoss loss;
    private final long seed;
    private final int epochs;
    private final WarmupCosineSchedule schedule;
    private final MultiLayerNetwork network;
    private final Evaluator evaluator;
    private final TrainingImages images;
    private final TrainingObserver observer;

    private long trained;
    private long nanos;

    TrainingRun(
            ComparedLoss loss, long seed, int epochs, WarmupCosineSchedule schedule, MultiLayerNetwork network,
            Evaluator evaluator, TrainingImages images, TrainingObserver observer) {
        this.loss = loss;
        this.seed = seed;
        this.epochs = epochs;
        this.schedule = schedule;
        this.network = network;
        this.evaluator = evaluator;
        this.images = images;
        this.observer = observer;
    }

    /** Trains all epochs, or until loss or weights are no longer finite. */
    RunResult run() throws IOException {
        for (int epoch = 1; ; epoch++) {
            long trainedBefore = trained;
            long start = System.nanoTime();
            boolean finite = train(epoch);
            long elapsed = System.nanoTime() - start;
            nanos += elapsed;

            EpochResult result = measure(epoch, finite, perSecond(trained - trainedBefore, elapsed));
            observer.epochEnded(result);
            if (epoch == epochs || !result.isFinite()) {
                observer.skipped((long) epochs * images.training().images() - trained);
                return new RunResult(result, nanos / 1e9, perSecond(trained, nanos));
            }
        }
    }

    /** Trains one epoch; returns false, at once, if the loss is no longer finite, and if the weights are not. */
    private boolean train(int epoch) {
        Minibatches batches = images.training();
        int[] order = batches.shuffledOrder(seed, epoch);
        for (int number = 0; number < batches.count(); number++) {
            try (Minibatch batch = batches.batch(order, number)) {
                network.fit(batch.features(), batch.oneHotLabels());
                trained += batch.size();
                observer.trained(batch.size());
            }
            if (!Double.isFinite(network.score())) {
                return false;
            }
        }
        // Not left to the evaluation: a ReLU can turn what is not a number into a harmless zero.
        return Double.isFinite(network.params().norm1Number().doubleValue());
    }

    private EpochResult measure(int epoch, boolean finite, double imagesPerSecond) {
        double learningRate = schedule.valueAt(network.getIterationCount() - 1, epoch - 1);
        Evaluation training = finite ? evaluator.evaluate(images.trainingForEvaluation()) : Evaluation.NONE;
        Evaluation test = finite ? evaluator.evaluate(images.test()) : Evaluation.NONE;
        return new EpochResult(loss, seed, epoch, learningRate, training, test, imagesPerSecond);
    }

    private static double perSecond(long images, long nanos) {
        return images / (nanos / 1e9);
    }
}
