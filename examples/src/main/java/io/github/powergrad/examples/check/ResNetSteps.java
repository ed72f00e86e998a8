package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.backend.FasterLayers;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;

/** The first steps of ResNet-20 on this device, as {@code train} takes them, against {@link ProcessorReference}. */
final class ResNetSteps implements CheckPart {

    private static final double LOSS_BOUND = 1e-2;
    private static final double WEIGHTS_BOUND = 1e-2;

    private final UnaryOperator<LossPowerGrad> losses;

    ResNetSteps(UnaryOperator<LossPowerGrad> losses) {
        this.losses = losses;
    }

    @Override
    public String name() {
        return "resnet20";
    }

    @Override
    public void check(Report report) throws IOException, InterruptedException {
        ProcessorReference right = ProcessorReference.computed();
        TrainingSteps steps = new TrainingSteps(losses.apply(LossPowerGrad.builder().alpha(TrainingSteps.ALPHA)
                .labelSmoothing(TrainingSteps.SMOOTHING).softmaxClipEps(0).build()), DataType.FLOAT);
        FasterLayers.in(steps.network().getLayers());
        steps.start(right.initialParams);
        double[] scores = steps.take();
        String reference = "processor, DOUBLE, loss in Java";
        Deviation loss = new Deviation();
        for (int step = 0; step < scores.length; step++) {
            loss.compare("loss of step " + (step + 1), scores[step], right.losses[step], LOSS_BOUND * right.losses[step]);
        }
        report.row(CheckRow.of(name(), "loss of " + scores.length + " steps, FLOAT", reference, loss));
        Deviation weights = new Deviation();
        weights.compare("distance of the weights, as a share of how far they have moved",
                TrainingSteps.distance(steps.weights(), right.weights)
                        / TrainingSteps.distance(right.weights, right.initialWeights), 0, WEIGHTS_BOUND);
        report.row(CheckRow.of(name(), "weights after " + scores.length + " steps, FLOAT", reference, weights));
    }
}
