package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.report.MetricsCsv;
import io.github.powergrad.examples.report.ProgressDisplay;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.TrainingObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Keeps every epoch that has been measured, in memory and in the CSV file. */
final class ComparisonRecord {

    private final MetricsCsv csv;
    private final List<EpochResult> epochs = new ArrayList<>();

    ComparisonRecord(MetricsCsv csv) {
        this.csv = csv;
    }

    /** Returns an observer that keeps each epoch and shows the progress. */
    TrainingObserver showing(ProgressDisplay progress) {
        return new TrainingObserver() {
            @Override
            public void trained(int images) {
                progress.trained(images);
            }

            @Override
            public void epochEnded(EpochResult result) throws IOException {
                keep(result);
                progress.epochEnded(result);
            }

            @Override
            public void skipped(long images) {
                progress.skipped(images);
            }
        };
    }

    private synchronized void keep(EpochResult result) throws IOException {
        epochs.add(result);
        csv.add(result);
    }

    synchronized List<EpochResult> epochs() {
        return List.copyOf(epochs);
    }
}
