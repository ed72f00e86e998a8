package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.train.LogitMeasures;
import org.apache.spark.util.AccumulatorV2;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Brings what the workers' networks made of their minibatches to the driver. Work that was lost and repeated counts
 * once.
 */
final class MeasuresAccumulator extends AccumulatorV2<LogitMeasures, LogitMeasures> {

    private static final long serialVersionUID = 1L;

    private final int classes;
    private LogitMeasures sum;

    MeasuresAccumulator(int classes) {
        this.classes = classes;
        this.sum = new LogitMeasures(classes);
    }

    @Override
    public boolean isZero() {
        return sum.images() == 0;
    }

    @Override
    public AccumulatorV2<LogitMeasures, LogitMeasures> copy() {
        MeasuresAccumulator copy = new MeasuresAccumulator(classes);
        copy.sum.add(sum);
        return copy;
    }

    @Override
    public void reset() {
        sum = new LogitMeasures(classes);
    }

    @Override
    public void add(LogitMeasures measures) {
        sum.add(measures);
    }

    /** Adds what a network makes of a minibatch. */
    void add(INDArray logits, INDArray labels) {
        sum.add(logits, labels);
    }

    @Override
    public void merge(AccumulatorV2<LogitMeasures, LogitMeasures> other) {
        sum.add(other.value());
    }

    @Override
    public LogitMeasures value() {
        return sum;
    }
}
