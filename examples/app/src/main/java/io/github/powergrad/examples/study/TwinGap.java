package io.github.powergrad.examples.study;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.LogitMeasures;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** What a twin is compared by: its logits u with α times the transform's logits z, on the test images. */
final class TwinGap {

    private final double top1;
    private final double crossEntropy;
    private final double logitDifference;

    /**
     * @param top1 the test top-1 of the transform's network in percent; NaN if that training diverged
     * @param crossEntropy the mean cross-entropy of softmax(αz); NaN if that training diverged
     * @param logitDifference the largest difference between a number of u and of αz; NaN if either diverged
     */
    TwinGap(double top1, double crossEntropy, double logitDifference) {
        this.top1 = top1;
        this.crossEntropy = crossEntropy;
        this.logitDifference = logitDifference;
    }

    /** Compares two networks after their last steps. */
    static TwinGap between(ComputationGraph transform, double alpha, ComputationGraph twin, FashionMnistSource images) {
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
        return !Double.isFinite(measures.crossEntropy()) ? new TwinGap(Double.NaN, Double.NaN, Double.NaN)
                : new TwinGap(measures.top1(), measures.crossEntropy(),
                        Double.isFinite(largest) ? largest : Double.NaN);
    }

    boolean transformDiverged() {
        return Double.isNaN(top1);
    }

    /** Whether the transform's run diverged, or ended with one class for all images. */
    boolean transformFailed() {
        return transformDiverged() || top1 < FinishedRun.COLLAPSED;
    }

    double top1() {
        return top1;
    }

    double crossEntropy() {
        return crossEntropy;
    }

    double logitDifference() {
        return logitDifference;
    }
}
