package io.github.powergrad.examples.train;

/** What a network does on an image set: top-1 in percent, mean cross-entropy, mean L2 norm of the logits. */
final class Evaluation {

    /** Nothing was to be measured. */
    static final Evaluation OMITTED = new Evaluation(Double.NaN, Double.NaN, Double.NaN);

    /** Nothing could be measured. */
    static final Evaluation NONE = new Evaluation(Double.NaN, Double.NaN, Double.NaN);

    final double top1;
    final double crossEntropy;
    final double logitNorm;
    final double top5;

    Evaluation(double top1, double crossEntropy, double logitNorm) {
        this(top1, crossEntropy, logitNorm, Double.NaN);
    }

    Evaluation(double top1, double crossEntropy, double logitNorm, double top5) {
        this.top5 = top5;
        this.top1 = top1;
        this.crossEntropy = crossEntropy;
        this.logitNorm = logitNorm;
    }

    boolean isFinite() {
        return this == OMITTED || Double.isFinite(crossEntropy) && Double.isFinite(logitNorm);
    }
}
