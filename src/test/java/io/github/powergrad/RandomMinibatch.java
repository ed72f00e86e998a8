package io.github.powergrad;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** One case of LossPropertiesTest: logits, labels and options, each in plain Java and as an INDArray of a given layout. */
final class RandomMinibatch {

    /** What the labels of a minibatch are. */
    enum Labels { ONE_HOT, SOFT, NOT_NORMALIZED, INTEGER }

    /** How an INDArray lies in memory. */
    enum Layout { C, F, VIEW, TRANSPOSED, EVERY_OTHER_ROW }

    final double[][] logits;
    final double[][] labels;
    final double[] weights;
    final double[] mask;

    RandomMinibatch(int examples, int classes, double scale, Labels kind, boolean weighted, boolean masked,
            DataType type, long seed) {
        Random random = new Random(seed);
        logits = rounded(examples, classes, type, () -> scale * random.nextGaussian());
        labels = kind == Labels.SOFT || kind == Labels.NOT_NORMALIZED
                ? rounded(examples, classes, type, random::nextDouble) : new double[examples][classes];
        for (double[] row : labels) {
            if (kind == Labels.ONE_HOT || kind == Labels.INTEGER) {
                row[random.nextInt(classes)] = 1;
            } else if (kind == Labels.SOFT) {
                double sum = Arrays.stream(row).sum();
                Arrays.setAll(row, c -> asIn(type, sum == 0 ? 1.0 / classes : row[c] / sum));
            }
        }
        weights = weighted ? random.doubles(classes).map(u -> (float) (2 * u)).toArray() : null;
        mask = masked ? random.doubles(examples).map(u -> u < 0.4 ? 0 : u < 0.8 ? 1 : 0.5).toArray() : null;
    }

    private static double[][] rounded(int rows, int columns, DataType type,
            DoubleSupplier value) {
        double[][] values = new double[rows][columns];
        for (double[] row : values) {
            Arrays.setAll(row, c -> value.getAsDouble());
        }
        return Reference.rows(Reference.array(type, values));
    }

    private static double asIn(DataType type, double value) {
        return Nd4j.scalar(value).castTo(type).getDouble(0);
    }

    INDArray maskColumn() {
        return mask == null ? null : Nd4j.createFromArray(mask).reshape(mask.length, 1);
    }

    INDArray weightRow() {
        return weights == null ? null : Nd4j.createFromArray(weights);
    }

    /** The index of each row's 1, as the sparse loss takes them. */
    INDArray indices() {
        double[] indices = new double[labels.length];
        for (int n = 0; n < indices.length; n++) {
            while (labels[n][(int) indices[n]] != 1) {
                indices[n]++;
            }
        }
        return Nd4j.createFromArray(indices).reshape(indices.length, 1);
    }

    static INDArray laidOut(double[][] rows, DataType type, Layout layout) {
        INDArray array = Reference.array(type, rows);
        switch (layout) {
            case F:
                return array.dup('f');
            case VIEW:
                return Nd4j.hstack(array, array, array)
                        .get(NDArrayIndex.all(), NDArrayIndex.interval(rows[0].length, 2 * rows[0].length));
            case TRANSPOSED:
                return array.transpose().dup('c').transpose();
            case EVERY_OTHER_ROW:
                double[][] twice = new double[2 * rows.length][];
                Arrays.setAll(twice, n -> rows[n / 2]);
                return Reference.array(type, twice)
                        .get(NDArrayIndex.interval(0, 2, 2 * rows.length), NDArrayIndex.all());
            default:
                return array;
        }
    }
}
