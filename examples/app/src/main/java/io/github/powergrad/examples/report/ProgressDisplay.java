package io.github.powergrad.examples.report;

import io.github.powergrad.examples.train.EpochResult;

/** Shows how far a training has come. Calls may come from several threads at the same time. */
public interface ProgressDisplay extends AutoCloseable {

    /** Images have been trained on. */
    void trained(int images);

    /** Mean cross-entropy and top-1 accuracy in percent of the epoch so far. */
    default void measured(double crossEntropy, double top1) {}

    /** An epoch has been measured. */
    void epochEnded(EpochResult result);

    /** Planned images will not be trained on. */
    void skipped(long images);

    @Override
    void close();
}
