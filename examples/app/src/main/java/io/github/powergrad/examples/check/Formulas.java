package io.github.powergrad.examples.check;

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

    /** p' = p^alpha / &Sigma; p^alpha. */
    static double[] transform(double[] p, double alpha) {
        double[] logits = new double[p.length];
        for (int c = 0; c < p.length; c++) {
            logits[c] = Math.log(p[c]);
        }
        return softmax(logits, alpha);
    }

    /** (1 - epsilon) q + epsilon / C. */
    static double[] smoothed(double[] q, double epsilon) {
        double[] smooth = new double[q.length];
        for (int c = 0; c < q.length; c++) {
            smooth[c] = (1 - epsilon) * q[c] + epsilon / q.length;
        }
        return smooth;
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

    /** At the probabilities of a softmax before it: s (p'/p - 1) - w q / p. */
    static double[] gradientAtProbabilities(double[] p, double[] q, double alpha, double[] w) {
        double[] transformed = transform(p, alpha);
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
        double score = 0;
        for (int c = 0; c < p.length; c++) {
            score -= weight(w, c) * q[c] * Math.log(p[c]);
        }
        return score;
    }

    /** S = s / alpha log &Sigma; exp(alpha z) - &Sigma; w q z, whose gradient is s p' - w q. */
    static double surrogate(double[] z, double[] q, double alpha, double[] w) {
        double linear = 0;
        for (int c = 0; c < z.length; c++) {
            linear += weight(w, c) * q[c] * z[c];
        }
        double max = max(z);
        return (w == null ? 1 : weightedSum(q, w)) * (max + Math.log(sumOfExp(z, alpha, max)) / alpha) - linear;
    }

    private static double sumOfExp(double[] z, double alpha, double max) {
        double sum = 0;
        for (double value : z) {
            sum += Math.exp(alpha * (value - max));
        }
        return sum;
    }

    private static double max(double[] z) {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : z) {
            max = Math.max(max, value);
        }
        return max;
    }

    private static double weightedSum(double[] q, double[] w) {
        double sum = 0;
        for (int c = 0; c < q.length; c++) {
            sum += weight(w, c) * q[c];
        }
        return sum;
    }

    private static double weight(double[] w, int c) {
        return w == null ? 1 : w[c];
    }
}
