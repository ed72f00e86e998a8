package io.github.powergrad.examples.study;

import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the study keeps of an epoch, by the names of its columns. NaN where the training had diverged, and where there was
 * nothing to measure: the training images after any but the last epoch, except in the runs that are followed; the filters
 * of normalized networks.
 */
final class MeasuredEpoch {

    private static final String EPOCH = "epoch";
    private static final String TRAIN_TOP1 = "train_top1";
    private static final String TEST_TOP1 = "test_top1";
    private static final String CROSS_ENTROPY = "test_cross_entropy";
    private static final String LOGIT_NORM = "logit_norm";
    private static final String ZEROED = "zeroed_filters";
    private static final String SILENT = "silent_filters";

    /** The columns of a CSV file that hold an epoch. */
    static final List<String> COLUMNS = List.of(
            EPOCH, "train_cross_entropy", TRAIN_TOP1, TEST_TOP1, CROSS_ENTROPY, LOGIT_NORM, ZEROED, SILENT);

    private final Map<String, Double> values = new LinkedHashMap<>();

    private MeasuredEpoch(Function<String, Double> value) {
        COLUMNS.forEach(column -> values.put(column, value.apply(column)));
    }

    static MeasuredEpoch of(EpochResult result, double zeroedFilters, double silentFilters) {
        Map<String, Double> values = Map.of(
                "train_cross_entropy", result.get(Metric.TRAIN_LOSS), TRAIN_TOP1, result.get(Metric.TRAIN_TOP1),
                TEST_TOP1, result.get(Metric.TEST_TOP1), CROSS_ENTROPY, result.get(Metric.TEST_CROSS_ENTROPY),
                LOGIT_NORM, result.get(Metric.LOGIT_NORM), ZEROED, zeroedFilters, SILENT, silentFilters);
        return new MeasuredEpoch(column -> column.equals(EPOCH) ? Double.valueOf(result.epoch())
                : result.isFinite() ? values.get(column) : Double.valueOf(Double.NaN));
    }

    /**
     * Reads an epoch.
     *
     * @param cells gives the cell of a column
     * @throws IllegalArgumentException if one is missing, or is not a number
     */
    static MeasuredEpoch parse(Function<String, String> cells) {
        return new MeasuredEpoch(column -> Double.valueOf(cells.apply(column)));
    }

    /** The cells of {@link #COLUMNS}, six significant digits each. */
    List<String> cells() {
        return values.values().stream().map(value -> NumberText.plain(NumberText.sixDigits(value)))
                .collect(Collectors.toList());
    }

    int epoch() {
        return values.get(EPOCH).intValue();
    }

    double trainTop1() {
        return values.get(TRAIN_TOP1);
    }

    double testTop1() {
        return values.get(TEST_TOP1);
    }

    double crossEntropy() {
        return values.get(CROSS_ENTROPY);
    }

    double logitNorm() {
        return values.get(LOGIT_NORM);
    }

    double zeroedFilters() {
        return values.get(ZEROED);
    }

    double silentFilters() {
        return values.get(SILENT);
    }

    /** Training minus test top-1, the generalization gap. */
    double gap() {
        return trainTop1() - testTop1();
    }

    /** Whether there was a network to measure. */
    boolean isFinite() {
        return Double.isFinite(crossEntropy());
    }
}
