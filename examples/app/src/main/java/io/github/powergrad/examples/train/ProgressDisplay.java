package io.github.powergrad.examples.train;

import java.io.IOException;

/** Shows how far a training has come. Calls may come from several threads at the same time. */
public interface ProgressDisplay extends TrainingObserver, AutoCloseable {

    @Override
    void epochEnded(EpochResult result);

    @Override
    void close();

    /** Keeps an epoch. */
    interface Record {

        /** Keeps an epoch that has ended. */
        void keep(EpochResult result) throws IOException;
    }

    /** Returns an observer that keeps each epoch before it shows it. */
    default TrainingObserver after(Record record) {
        return new TrainingObserver() {
            @Override
            public void trained(int images) {
                ProgressDisplay.this.trained(images);
            }

            @Override
            public void measured(double crossEntropy, double top1) {
                ProgressDisplay.this.measured(crossEntropy, top1);
            }

            @Override
            public void epochEnded(EpochResult result) throws IOException {
                record.keep(result);
                ProgressDisplay.this.epochEnded(result);
            }

            @Override
            public void skipped(long images) {
                ProgressDisplay.this.skipped(images);
            }
        };
    }
}
