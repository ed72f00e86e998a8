package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.ComparedTraining;
import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.LearningRateSchedule;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.TrainingLoop;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The ordinary training by cross-entropy that takes the steps of a training with the transform. With α, learning rate η
 * and weight decay λ of the transform: the last layer starts with α times its weights and has rate αη and decay λ/α;
 * all other layers have rate η/α and decay αλ. Its logits u are then α times those of the transform's network.
 */
final class Twin {

    private final TrainingPlan transform;

    /**
     * @param transform the training with the transform, by SGD with momentum; α above 0, no clipping, no
     *     label smoothing
     */
    Twin(TrainingPlan transform) {
        this.transform = transform;
    }

    /** The plan of all layers but the last. */
    TrainingPlan plan() {
        return with(transform.learningRate() / transform.alpha(), transform.weightDecay() * transform.alpha());
    }

    /** The plan of the last layer. */
    TrainingPlan head() {
        return with(transform.learningRate() * transform.alpha(), transform.weightDecay() / transform.alpha());
    }

    private TrainingPlan with(double learningRate, double weightDecay) {
        return transform.with(Map.of("loss", TrainingPlan.Loss.CROSS_ENTROPY, "alpha", 1,
                "lr", learningRate, "weight-decay", weightDecay));
    }

    /** The training, before its first step. */
    ComparedTraining training(FashionMnistSource images) {
        int iterationsPerEpoch = TrainingLoop.iterationsPerEpoch(transform, images.trainingImages());
        ComparedTraining training = new ComparedTraining(
                plan(), images, configuration -> setHead(configuration, iterationsPerEpoch));
        training.network().getLayer(NetworkBuilder.LOGITS).paramTable().values()
                .forEach(parameter -> parameter.muli(transform.alpha()));
        return training;
    }

    private void setHead(ComputationGraphConfiguration configuration, int iterationsPerEpoch) {
        BaseLayer layer = (BaseLayer) ((LayerVertex) configuration.getVertices().get(NetworkBuilder.LOGITS))
                .getLayerConf().getLayer();
        TrainingPlan head = head();
        layer.setIUpdater(new Nesterovs(LearningRateSchedule.of(head, iterationsPerEpoch), head.momentum()));
        List<Regularization> decay = List.of(new L2Regularization(head.weightDecay()));
        layer.setRegularization(decay);
        // Biases decay only where the network's others do.
        layer.setRegularizationBias(layer.getRegularizationBias().isEmpty() ? List.of() : decay);
    }

    /** What a twin is compared by: its logits u with α times the transform's logits z, on the test images. */
    static final class Gap {

        final double top1;
        final double crossEntropy;
        final double logitDifference;

        /**
         * @param top1 the test top-1 of the transform's network in percent; NaN if that training diverged
         * @param crossEntropy the mean cross-entropy of softmax(αz); NaN if that training diverged
         * @param logitDifference the largest difference between a number of u and of αz; NaN if either diverged
         */
        Gap(double top1, double crossEntropy, double logitDifference) {
            this.top1 = top1;
            this.crossEntropy = crossEntropy;
            this.logitDifference = logitDifference;
        }

        /** Compares two networks after their last steps. */
        static Gap between(ComputationGraph transform, double alpha, ComputationGraph twin, FashionMnistSource images) {
            LogitMeasures measures = new LogitMeasures(images.classNames().size());
            double largest = 0;
            try (BatchStream batches = images.test(Evaluator.BATCH)) {
                while (batches.hasNext()) {
                    DataSet batch = batches.next();
                    INDArray scaled = Evaluator.logits(transform, batch.getFeatures()).mul(alpha);
                    measures.add(scaled, batch.getLabels());
                    INDArray difference = Evaluator.logits(twin, batch.getFeatures()).sub(scaled);
                    for (double each : difference.ravel().toDoubleVector()) {
                        // Unlike the maximum of ND4J this keeps NaN.
                        largest = Math.max(largest, Math.abs(each));
                    }
                }
            }
            return !Double.isFinite(measures.crossEntropy()) ? new Gap(Double.NaN, Double.NaN, Double.NaN)
                    : new Gap(measures.top1(), measures.crossEntropy(),
                            Double.isFinite(largest) ? largest : Double.NaN);
        }

        boolean transformDiverged() {
            return Double.isNaN(top1);
        }

        /** Whether the transform's run diverged, or ended with one class for all images. */
        boolean transformFailed() {
            return transformDiverged() || top1 < FinishedRun.COLLAPSED;
        }
    }
}
