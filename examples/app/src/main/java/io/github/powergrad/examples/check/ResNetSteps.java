package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.backend.FastLayers;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.apache.commons.math3.util.MathArrays;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The first steps of ResNet-20 on this device, as {@code train} takes them, against {@link ProcessorReference}.
 *
 * <p>In DOUBLE two correct implementations differ by rounding alone, and the bound is tight. In FLOAT, the type that
 * networks train in, ReLUs make them drift apart (see {@link TrainingSteps}): with oneDNN, over four sequences of
 * minibatches, the losses of 20 steps differed by up to 1e-3, and the weights by up to 0.08 of the way that they had
 * gone. These wide bounds find layers that are wrong. A wrong loss is found by the rows in DOUBLE and by the vectors.
 */
final class ResNetSteps {

    private static final double DOUBLE_BOUND = 1e-8;
    private static final double FLOAT_LOSS_BOUND = 1e-2;
    private static final double FLOAT_WEIGHTS_BOUND = 0.3;

    private final int count;

    /** @param count how many steps */
    ResNetSteps(int count) {
        this.count = count;
    }

    void check(Report report, UnaryOperator<LossPowerGrad> losses) throws IOException, InterruptedException {
        ProcessorReference right = ProcessorReference.after(count);
        LossPowerGrad loss = losses.apply(LossPowerGrad.builder().alpha(TrainingSteps.ALPHA)
                .labelSmoothing(TrainingSteps.SMOOTHING).softmaxClipEps(0).build());
        compare(report, right, new TrainingSteps(loss, DataType.DOUBLE), DOUBLE_BOUND, DOUBLE_BOUND);
        compare(report, right, new TrainingSteps(loss, DataType.FLOAT), FLOAT_LOSS_BOUND, FLOAT_WEIGHTS_BOUND);
    }

    private void compare(
            Report report, ProcessorReference right, TrainingSteps steps, double lossBound, double weightsBound) {
        DataType type = steps.network().params().dataType();
        FastLayers.installIn(steps.network());
        steps.start(right.initialParams);
        double[] scores = steps.take(count);
        String reference = "processor, DOUBLE, loss in Java";
        report.compare("loss of " + count + " steps in " + type, reference, deviation -> {
            for (int step = 0; step < count; step++) {
                deviation.compare("loss of step " + (step + 1) + ", as a share of the right one",
                        scores[step] / right.losses[step], 1, lossBound);
            }
        });
        double[] weights = steps.weights();
        report.compare("weights after " + count + " steps in " + type, reference, deviation -> deviation.compare(
                "distance from the right weights, as a share of how far these have moved",
                MathArrays.distance(weights, right.weights)
                        / MathArrays.distance(right.weights, right.initialWeights), 0, weightsBound));
    }
}
