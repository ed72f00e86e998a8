package io.github.powergrad.examples.train;

import io.github.powergrad.AdaptiveGradientClipping;
import io.github.powergrad.AlphaSchedule;
import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Turns a plan into what Deeplearning4j trains.
 *
 * <p>ND4J's SGD with Nesterov momentum has the learning rate in the velocity; PyTorch multiplies the velocity by it. Both
 * give the same while the rate is constant, and differ a little while it changes.
 */
public final class PlannedNetwork {

    private PlannedNetwork() {}

    /** Returns the configuration of the network with its loss, updater and schedule. */
    public static ComputationGraphConfiguration configuration(TrainingPlan plan, NetworkShape shape, int iterationsPerEpoch) {
        NeuralNetConfiguration.Builder training = new NeuralNetConfiguration.Builder()
                .updater(new Nesterovs(LearningRateSchedule.of(plan, iterationsPerEpoch), plan.momentum()))
                .l2(plan.weightDecay())
                .dataType(DataType.valueOf(plan.type().name()))
                .seed(plan.seed());
        return NetworkBuilder.configuration(
                Architecture.named(plan.model()), shape, training, loss(plan), plan.zeroLastGamma());
    }

    private static ILossFunction loss(TrainingPlan plan) {
        return plan.loss() == TrainingPlan.Loss.CROSS_ENTROPY ? new LossMCXENT()
                : LossPowerGrad.builder().alpha(plan.alpha()).labelSmoothing(plan.labelSmoothing()).build();
    }

    /** Returns the listeners that change how the network trains; they are not saved with it. */
    public static List<TrainingListener> listeners(TrainingPlan plan) {
        List<TrainingListener> listeners = new ArrayList<>();
        if (plan.alphaWarmupEpochs() > 0) {
            listeners.add(AlphaSchedule.warmup(plan.alphaWarmupEpochs(), plan.alpha()));
        }
        if (plan.adaptiveClip() > 0) {
            // Leaves the last fully connected layer out, as timm does.
            listeners.add(new AdaptiveGradientClipping(plan.adaptiveClip()));
        }
        if (plan.gradientClip() > 0) {
            listeners.add(new GlobalNormClipping(plan.gradientClip()));
        }
        return listeners;
    }
}
