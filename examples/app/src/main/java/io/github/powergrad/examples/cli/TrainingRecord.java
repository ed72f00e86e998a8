package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.MetricsCsv;
import io.github.powergrad.examples.train.ProgressDisplay;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.CheckpointSettings;
import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Keeps each epoch on disk: first its checkpoint, which holds its row too, then its row. So metrics.csv has no row of
 * an epoch that is not saved. After a kill between the two, the row is written when the training goes on.
 */
final class TrainingRecord implements ProgressDisplay.Record {

    private final MetricsCsv metrics;
    private final OutputFolder output;
    private final ComputationGraph network;
    private volatile CheckpointSettings settings;

    TrainingRecord(MetricsCsv metrics, OutputFolder output, ComputationGraph network, CheckpointSettings settings) {
        this.metrics = metrics;
        this.output = output;
        this.network = network;
        this.settings = settings;
    }

    /** Returns the epoch of the last checkpoint, 0 if there is none. */
    int lastSaved() {
        return settings.epoch();
    }

    /** Makes the last checkpoint the best one if it is. Also at a resume, as a kill may have come before this. */
    void settleBest() throws IOException {
        List<EpochResult> rows = metrics.rows();
        if (rows.isEmpty()) {
            return;
        }
        EpochResult best = rows.get(0);
        for (EpochResult row : rows) {
            best = row.get(Metric.TEST_TOP1) > best.get(Metric.TEST_TOP1) ? row : best;
        }
        if (best.epoch() == settings.epoch()) {
            Checkpoint.lastIsBest(output);
        }
    }

    @Override
    public void keep(EpochResult result) throws IOException {
        if (result.isFinite()) {
            CheckpointSettings reached = settings.after(result.epoch(), metrics.linesWith(result));
            Checkpoint.write(output, network, reached);
            settings = reached;
        }
        metrics.add(result);
        if (result.isFinite()) {
            settleBest();
        }
    }
}
