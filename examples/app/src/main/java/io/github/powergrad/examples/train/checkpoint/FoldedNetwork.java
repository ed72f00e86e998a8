package io.github.powergrad.examples.train.checkpoint;

import io.github.powergrad.PowerGrad;
import io.github.powergrad.examples.files.WholeFile;
import io.github.powergrad.examples.train.LearningRateSchedule;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.TrainingPlan.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;

/**
 * The network of a checkpoint with α folded into it: it predicts p' = softmax(αz), and its file needs Deeplearning4j
 * alone. The schedule of the learning rate is a class of this project, so the rate of the last step takes its place, and
 * the state of the updater, which belongs to the schedule, is left out.
 */
public final class FoldedNetwork {

    private static final Pattern OF_THIS_PROJECT = Pattern.compile("io\\.github\\.powergrad\\.[\\w.$]+");

    /** The α that was folded. */
    public final double alpha;
    /** The learning rate that it would go on with. */
    public final double learningRate;

    private final ComputationGraph network;

    /**
     * Reads and folds a network.
     *
     * @throws IOException if the checkpoint is damaged, has no α to fold, or has layers that Deeplearning4j does not know
     */
    public FoldedNetwork(Checkpoint checkpoint) throws IOException {
        CheckpointSettings settings = checkpoint.settings();
        TrainingPlan plan = settings.plan();
        if (plan.loss() != Loss.POWER_GRAD) {
            throw new IOException(checkpoint + " was trained with " + plan.loss() + ", so there is no alpha to fold; give"
                    + " one that was trained with " + Loss.POWER_GRAD);
        }
        network = checkpoint.network();
        alpha = plan.alphaAfter(settings.epoch());
        try {
            // The network was made from the plan; in the warm-up of α it was trained with another α.
            PowerGrad.applyTo(network, alpha);
            PowerGrad.foldAlpha(network);
        } catch (IllegalArgumentException refused) {
            throw new IOException(checkpoint + " cannot be folded: " + refused.getMessage(), refused);
        }
        learningRate = LearningRateSchedule.of(plan, settings.iterationsPerEpoch())
                .valueAt(network.getIterationCount() - 1, settings.epoch() - 1);
        network.setLearningRate(learningRate);
        Matcher ours = OF_THIS_PROJECT.matcher(network.getConfiguration().toJson());
        if (ours.find()) {
            throw new IOException(checkpoint + " cannot be folded for Deeplearning4j alone: " + plan.model() + " has "
                    + ours.group() + "; load it with the examples on the class path and call PowerGrad.foldAlpha");
        }
    }

    /**
     * Writes it for {@code ModelSerializer.restoreComputationGraph}.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        WholeFile.write(file, stream -> ModelSerializer.writeModel(network, stream, false));
    }
}
