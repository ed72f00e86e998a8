package io.github.powergrad.examples.study;

import static java.lang.Double.NaN;

import io.github.powergrad.examples.report.Digits;
import io.github.powergrad.examples.train.EpochResult;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the study keeps of an epoch. NaN where the training had diverged, and where there was nothing to measure: the
 * training images after any but the last epoch, except in the runs that are followed; the filters of normalized
 * networks.
 */
final class MeasuredEpoch {

    /** The columns of a CSV file that hold an epoch, in the order of {@link #csv}. */
    static final String COLUMNS =
            "epoch,train_cross_entropy,train_top1,test_top1,"
                    + "test_cross_entropy,logit_norm,zeroed_filters,silent_filters";

    private final double[] values;

    private MeasuredEpoch(double... values) {
        this.values = values;
    }

    static MeasuredEpoch of(EpochResult result, double zeroedFilters, double silentFilters) {
        return result.isFinite()
                ? new MeasuredEpoch(result.epoch(), result.trainLoss(), result.trainTop1(), result.testTop1(),
                        result.testCrossEntropy(), result.logitNorm(), zeroedFilters, silentFilters)
                : new MeasuredEpoch(result.epoch(), NaN, NaN, NaN, NaN, NaN, NaN, NaN);
    }

    /**
     * Reads the cells of {@link #COLUMNS}.
     *
     * @throws IllegalArgumentException if they are not
     */
    static MeasuredEpoch parse(List<String> cells) {
        double[] values = cells.stream().mapToDouble(Double::parseDouble).toArray();
        if (values.length != COLUMNS.split(",").length) {
            throw new IllegalArgumentException("an epoch has " + COLUMNS.split(",").length + " values");
        }
        return new MeasuredEpoch(values);
    }

    /** The cells of {@link #COLUMNS}, six significant digits each. */
    String csv() {
        return Arrays.stream(values).mapToObj(value -> Digits.plain(Digits.six(value)))
                .collect(Collectors.joining(","));
    }

    int epoch() {
        return (int) values[0];
    }

    double trainTop1() {
        return values[2];
    }

    double testTop1() {
        return values[3];
    }

    double crossEntropy() {
        return values[4];
    }

    double logitNorm() {
        return values[5];
    }

    double zeroedFilters() {
        return values[6];
    }

    double silentFilters() {
        return values[7];
    }

    /** Whether there was a network to measure. */
    boolean isFinite() {
        return Double.isFinite(crossEntropy());
    }
}
