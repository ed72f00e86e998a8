package io.github.powergrad.examples.check;

import java.util.Arrays;
import java.util.stream.IntStream;
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
        double sum = Arrays.stream(scores(labels, preOutput)).sum();
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
        double[][] gradient = IntStream.range(0, z.length)
                .mapToObj(n -> Formulas.gradient(z[n], Formulas.smoothed(q[n], smoothing), alpha, null))
                .toArray(double[][]::new);
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
        return IntStream.range(0, z.length)
                .mapToDouble(n -> Formulas.crossEntropy(z[n], Formulas.smoothed(q[n], smoothing), null, 0)).toArray();
    }
}
