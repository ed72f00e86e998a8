package io.github.powergrad.examples.train;

import io.github.powergrad.examples.backend.CudnnLayers;
import io.github.powergrad.examples.data.Minibatch;
import io.github.powergrad.examples.data.Minibatches;
import io.github.powergrad.examples.model.ThreeConvolutionNetwork;
import java.io.IOException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Trains one network with one loss and one seed, and measures it after each epoch. The numbers depend on nothing but
 * what it is made of: runs may go side by side, as long as each has one native thread.
 */
public final class TrainingRun {

    private final ComparedLoss loss;
    private final long seed;
    private final TrainingSettings settings;
    private final WarmupCosineSchedule schedule;
    private final MultiLayerNetwork network;
    private final Evaluator evaluator;
    private final TrainingImages images;
    private final TrainingObserver observer;

    private long trained;
    private long nanos;

    private TrainingRun(
            ComparedLoss loss, long seed, TrainingSettings settings, WarmupCosineSchedule schedule,
            MultiLayerNetwork network, Evaluator evaluator, TrainingImages images, TrainingObserver observer) {
        this.loss = loss;
        this.seed = seed;
        this.settings = settings;
        this.schedule = schedule;
        this.network = network;
        this.evaluator = evaluator;
        this.images = images;
        this.observer = observer;
    }

    /**
     * Makes a run, with its network initialized from the seed.
     *
     * @param images the images to train and test on, cut into minibatches of the size that the settings name
     * @param model the network to train
     * @param settings learning rate, epochs, clipping
     * @param loss the loss
     * @param seed decides the initial weights and the order of the images
     * @param observer is told how the training goes on
     */
    public static TrainingRun of(TrainingImages images, ThreeConvolutionNetwork model, TrainingSettings settings,
            ComparedLoss loss, long seed, TrainingObserver observer) {
        WarmupCosineSchedule schedule = settings.schedule(images.training().count());
        MultiLayerNetwork network = new MultiLayerNetwork(model.trainable(
                loss.create(), TrainingSettings.updater(schedule), TrainingSettings.WEIGHT_DECAY, seed));
        network.init();
        network.setListeners(settings.clipping().listeners());
        // Shares the parameters, so that it always gives the logits of the network as it is trained.
        MultiLayerNetwork logits = new MultiLayerNetwork(model.logits());
        logits.init(network.params(), false);
        CudnnLayers.installIn(network.getLayers());
        CudnnLayers.installIn(logits.getLayers());
        return new TrainingRun(
                loss, seed, settings, schedule, network, new Evaluator(logits), images, observer);
    }

    MultiLayerNetwork network() {
        return network;
    }

    /**
     * Trains all epochs, or until loss or weights are no longer finite.
     *
     * @throws IOException if the observer cannot keep a result
     */
    public RunResult run() throws IOException {
        observer.trained(0, network);
        for (int epoch = 1; ; epoch++) {
            long trainedBefore = trained;
            long start = System.nanoTime();
            boolean finite = train(epoch);
            long elapsed = System.nanoTime() - start;
            nanos += elapsed;

            EpochResult result = measure(epoch, finite, perSecond(trained - trainedBefore, elapsed));
            observer.trained(epoch, network);
            observer.epochEnded(result);
            if (epoch == settings.epochs() || !result.isFinite()) {
                observer.skipped((long) settings.epochs() * images.training().images() - trained);
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
        if (!finite) {
            return new EpochResult(
                    loss, seed, epoch, learningRate, Evaluation.NONE, Evaluation.NONE, imagesPerSecond);
        }
        Evaluation training = settings.measuresTrainingImages(epoch)
                ? evaluator.evaluate(images.trainingForEvaluation()) : Evaluation.OMITTED;
        Evaluation test = evaluator.evaluate(images.test());
        return new EpochResult(loss, seed, epoch, learningRate, training, test, imagesPerSecond);
    }

    private static double perSecond(long images, long nanos) {
        return images / (nanos / 1e9);
    }
}
