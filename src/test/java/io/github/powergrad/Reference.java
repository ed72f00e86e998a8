package io.github.powergrad;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The paper's formulas in plain Java doubles, row by row: what the tests compare with. Uses no ND4J arithmetic. */
final class Reference {

    private Reference() {}

    static double[] softmax(double[] z, double alpha) {
        double max = Double.NEGATIVE_INFINITY;
        for (double v : z) {
            max = Math.max(max, v);
        }
        double[] p = new double[z.length];
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            p[c] = Math.exp(alpha * (z[c] - max));
            sum += p[c];
        }
        for (int c = 0; c < z.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    static double[] smoothed(double[] q, double epsilon) {
        double[] smooth = new double[q.length];
        for (int c = 0; c < q.length; c++) {
            smooth[c] = (1 - epsilon) * q[c] + epsilon / q.length;
        }
        return smooth;
    }

    /** s p' - w q with s = sum w q, or p' - q without weights. */
    static double[] gradient(double[] z, double[] q, double alpha, double[] w) {
        double[] transformed = softmax(z, alpha);
        double[] gradient = new double[z.length];
        double share = w == null ? 1 : dot(w, q);
        for (int c = 0; c < z.length; c++) {
            gradient[c] = share * transformed[c] - (w == null ? 1 : w[c]) * q[c];
        }
        return gradient;
    }

    static double crossEntropy(double[] z, double[] q, double[] w) {
        double max = Double.NEGATIVE_INFINITY;
        for (double v : z) {
            max = Math.max(max, v);
        }
        double sum = 0;
        for (double v : z) {
            sum += Math.exp(v - max);
        }
        double score = 0;
        for (int c = 0; c < z.length; c++) {
            score -= (w == null ? 1 : w[c]) * q[c] * (z[c] - max - Math.log(sum));
        }
        return score;
    }

    /** S(z) = logsumexp(alpha z) s / alpha - sum w q z, whose true gradient is s p' - w q. */
    static double surrogate(double[] z, double[] q, double alpha, double[] w) {
        double max = Double.NEGATIVE_INFINITY;
        for (double v : z) {
            max = Math.max(max, v);
        }
        double sum = 0;
        double linear = 0;
        for (int c = 0; c < z.length; c++) {
            sum += Math.exp(alpha * (z[c] - max));
            linear += (w == null ? 1 : w[c]) * q[c] * z[c];
        }
        double share = w == null ? 1 : dot(w, q);
        return share * (max + Math.log(sum) / alpha) - linear;
    }

    /** J^T g for the softmax at p: what softmax's backward pass makes of a gradient at the probabilities. */
    static double[] throughSoftmax(double[] p, double[] g) {
        double mean = dot(p, g);
        double[] atLogits = new double[p.length];
        for (int c = 0; c < p.length; c++) {
            atLogits[c] = p[c] * (g[c] - mean);
        }
        return atLogits;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int c = 0; c < a.length; c++) {
            sum += a[c] * b[c];
        }
        return sum;
    }

    /** The numbers of a matrix. INDArray.toDoubleMatrix takes much longer: it makes an array of ND4J for each row. */
    static double[][] rows(INDArray array) {
        double[] numbers = array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        int columns = array.columns();
        double[][] rows = new double[array.rows()][];
        Arrays.setAll(rows, n -> Arrays.copyOfRange(numbers, n * columns, (n + 1) * columns));
        return rows;
    }

    static INDArray array(DataType type, double[]... rows) {
        return Nd4j.createFromArray(rows).castTo(type);
    }
}
