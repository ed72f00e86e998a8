package io.github.powergrad.examples.check;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** The loss by {@link Formulas}: one number after the other, in Java. For logits under a softmax, without a mask. */
final class PlainLoss implements ILossFunction {

    private static final long serialVersionUID = 1L;

    private final double alpha;
    private final double smoothing;

    PlainLoss(double alpha, double smoothing) {
        this.alpha = alpha;
        this.smoothing = smoothing;
    }

    @Override
    public double computeScore(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask,
            boolean average) {
        double sum = 0;
        for (double score : scores(labels, preOutput)) {
            sum += score;
        }
        return average ? sum / preOutput.size(0) : sum;
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        double[] scores = scores(labels, preOutput);
        return Nd4j.createFromArray(scores).reshape(scores.length, 1).castTo(preOutput.dataType());
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        double[][] z = preOutput.toDoubleMatrix();
        double[][] q = labels.toDoubleMatrix();
        double[][] gradient = new double[z.length][];
        for (int n = 0; n < z.length; n++) {
            gradient[n] = Formulas.gradient(z[n], Formulas.smoothed(q[n], smoothing), alpha, null);
        }
        return Nd4j.createFromArray(gradient).castTo(preOutput.dataType());
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(INDArray labels, INDArray preOutput, IActivation activation,
            INDArray mask, boolean average) {
        return Pair.of(computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    @Override
    public String name() {
        return "PlainLoss";
    }

    private double[] scores(INDArray labels, INDArray preOutput) {
        double[][] z = preOutput.toDoubleMatrix();
        double[][] q = labels.toDoubleMatrix();
        double[] scores = new double[z.length];
        for (int n = 0; n < z.length; n++) {
            scores[n] = Formulas.crossEntropy(z[n], Formulas.smoothed(q[n], smoothing), null, 0);
        }
        return scores;
    }
}
