package io.github.powergrad.examples.check;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The paper's formulas in plain Java doubles, row by row, for the check to compare with. No ND4J arithmetic. */
final class Formulas {

    private Formulas() {}

    /** p' = softmax(alpha z); 1/C at alpha = 0, also where z is minus infinity; NaN where softmax(z) has no value. */
    static double[] softmax(double[] z, double alpha) {
        double max = max(z);
        double[] p = new double[z.length];
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            double shifted = z[c] - max;
            p[c] = alpha == 0 && !Double.isNaN(shifted) ? 1 : Math.exp(alpha * shifted);
            sum += p[c];
        }
        for (int c = 0; c < z.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    /** (1 - epsilon) q + epsilon / C. */
    static double[] smoothed(double[] q, double epsilon) {
        return Arrays.stream(q).map(share -> (1 - epsilon) * share + epsilon / q.length).toArray();
    }

    /** At the logits: p' - q; with class weights s p' - w q, where s = &Sigma; w q. */
    static double[] gradient(double[] z, double[] q, double alpha, double[] w) {
        double[] transformed = softmax(z, alpha);
        double share = w == null ? 1 : weightedSum(q, w);
        double[] gradient = new double[z.length];
        for (int c = 0; c < z.length; c++) {
            gradient[c] = share * transformed[c] - weight(w, c) * q[c];
        }
        return gradient;
    }

    /** At the probabilities p of a softmax before it: s (p'/p - 1) - w q / p, where p' = p^alpha / &Sigma; p^alpha. */
    static double[] gradientAtProbabilities(double[] p, double[] q, double alpha, double[] w) {
        double[] transformed = softmax(Arrays.stream(p).map(Math::log).toArray(), alpha);
        double share = weightedSum(q, w);
        double[] gradient = new double[p.length];
        for (int c = 0; c < p.length; c++) {
            gradient[c] = share * (transformed[c] / p[c] - 1) - weight(w, c) * q[c] / p[c];
        }
        return gradient;
    }

    /** -&Sigma; w q log p with p = softmax(z), clipped to [epsilon, 1 - epsilon] if epsilon is above 0. */
    static double crossEntropy(double[] z, double[] q, double[] w, double epsilon) {
        double max = max(z);
        double logSum = Math.log(sumOfExp(z, 1, max));
        double score = 0;
        for (int c = 0; c < z.length; c++) {
            double logP = z[c] - max - logSum;
            if (epsilon > 0) {
                logP = Math.max(Math.log(epsilon), Math.min(Math.log(1 - epsilon), logP));
            }
            if (q[c] != 0 || Double.isNaN(logP)) {
                score -= weight(w, c) * q[c] * logP;
            }
        }
        return score;
    }

    /** -&Sigma; w q log p. */
    static double crossEntropyOfProbabilities(double[] p, double[] q, double[] w) {
        return -IntStream.range(0, p.length).mapToDouble(c -> weight(w, c) * q[c] * Math.log(p[c])).sum();
    }

    /** S = s / alpha log &Sigma; exp(alpha z) - &Sigma; w q z, whose gradient is s p' - w q. */
    static double surrogate(double[] z, double[] q, double alpha, double[] w) {
        double linear = IntStream.range(0, z.length).mapToDouble(c -> weight(w, c) * q[c] * z[c]).sum();
        double max = max(z);
        return (w == null ? 1 : weightedSum(q, w)) * (max + Math.log(sumOfExp(z, alpha, max)) / alpha) - linear;
    }

    private static double sumOfExp(double[] z, double alpha, double max) {
        return Arrays.stream(z).map(value -> Math.exp(alpha * (value - max))).sum();
    }

    private static double max(double[] z) {
        return Arrays.stream(z).max().orElse(Double.NEGATIVE_INFINITY);
    }

    private static double weightedSum(double[] q, double[] w) {
        return IntStream.range(0, q.length).mapToDouble(c -> weight(w, c) * q[c]).sum();
    }

    private static double weight(double[] w, int c) {
        return w == null ? 1 : w[c];
    }
}
