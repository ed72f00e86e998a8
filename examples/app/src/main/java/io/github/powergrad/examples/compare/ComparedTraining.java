package io.github.powergrad.examples.compare;

import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkShape;
import io.github.powergrad.examples.train.OneDeviceTraining;
import io.github.powergrad.examples.train.PlannedNetwork;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingLoop;
import io.github.powergrad.examples.train.TrainingObserver;
import io.github.powergrad.examples.train.TrainingPlan;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * One training of the comparison and of the study: the three-convolution network on Fashion-MNIST, by SGD with Nesterov
 * momentum 0.9, weight decay 5e-4 and a learning rate that warms up over half an epoch and then follows a cosine to 0.
 *
 * <p>The numbers depend on plan and images alone: trainings may go side by side, as long as each has one native thread.
 */
public final class ComparedTraining {

    private final TrainingPlan plan;
    private final FashionMnistSource images;
    private final ComputationGraph network;

    /**
     * Makes the network, with the weights that the plan's seed decides.
     *
     * @param plan made from {@link #plan}
     * @param images the images to train and test on
     */
    public ComparedTraining(TrainingPlan plan, FashionMnistSource images) {
        this(plan, images, configuration -> { });
    }

    /**
     * Makes a network whose configuration is not the plan's in everything.
     *
     * @param plan made from {@link #plan}
     * @param images the images to train and test on
     * @param change changes the plan's configuration
     */
    public ComparedTraining(
            TrainingPlan plan, FashionMnistSource images, Consumer<ComputationGraphConfiguration> change) {
        this.plan = plan;
        this.images = images.withSeed(plan.seed());
        NetworkShape shape = new NetworkShape(
                images.channels(), images.imageSize(), images.imageWidth(), images.classNames().size());
        ComputationGraphConfiguration configuration = PlannedNetwork.configuration(
                plan, shape, TrainingLoop.iterationsPerEpoch(plan, images.trainingImages()));
        change.accept(configuration);
        network = new ComputationGraph(configuration);
        network.init();
        FastLayers.installIn(network);
    }

    /**
     * Returns the plan that all trainings have in common, with ordinary cross-entropy as the loss.
     *
     * @param channels of the first convolution
     * @param batchNorm whether there is batch normalization
     */
    public static TrainingPlan plan(int channels, boolean batchNorm, double learningRate, int epochs, int batch) {
        return TrainingPlan.of(Architecture.threeConvolutions(channels, batchNorm).name(), 1)
                .with(Map.of("loss", TrainingPlan.Loss.CROSS_ENTROPY, "lr", learningRate, "min-lr", 0, "epochs", epochs,
                        "warmup-epochs", 0.5, "cooldown-epochs", 0, "batch", batch));
    }

    /** Returns the network, which changes as it is trained. */
    public ComputationGraph network() {
        return network;
    }

    /**
     * Trains all epochs, or until loss or weights are no longer finite.
     *
     * @param observer is told how the training goes on
     * @param measured says after which epochs, counted from 1, the training images are measured
     * @throws IOException if the observer cannot keep a result
     */
    public RunResult run(TrainingObserver observer, IntPredicate measured) throws IOException {
        return new TrainingLoop(plan, images, network, new OneDeviceTraining(plan, images, network), observer)
                .measuringTrainingImages(images.testingOnTraining(), measured).run();
    }
}
