package io.github.powergrad.examples.train.devices;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.train.EpochMeasures;
import io.github.powergrad.examples.train.EpochTraining;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.TrainingPlan.Parallel;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;

/**
 * Trains replicas of a network side by side, one per device, by Deeplearning4j's ParallelWrapper. Each minibatch is cut
 * into equal parts, one per replica, so that an epoch has as many updates as on one device and schedules by iteration keep
 * their meaning. Replicas are made anew from the network in each epoch, so that a resumed training goes on as one that
 * was not stopped.
 *
 * <p>With averaging after each update, and with sharing, SGD with momentum takes the same steps as one device with the
 * whole minibatch, except for batch normalization and gradient clipping, which see each part by itself. Results are
 * reproducible to the last bit on the processor.
 */
public final class ParallelTraining implements EpochTraining {

    private final TrainingPlan plan;
    private final ImageSource images;
    private final ComputationGraph network;

    /** @param network is itself the first replica; all replicas get its listeners */
    public ParallelTraining(TrainingPlan plan, ImageSource images, ComputationGraph network) {
        this.plan = plan;
        this.images = images;
        this.network = network;
    }

    @Override
    public int replicas() {
        return plan.devices();
    }

    @Override
    public void train(int epoch, EpochMeasures measures) {
        try (BatchStream batches = images.training(epoch, plan.batch())) {
            train(batches, measures);
        }
    }

    @Override
    public LogitMeasures evaluate() {
        return Evaluator.evaluate(network, images, plan.alphaAfter(network.getEpochCount()));
    }

    void train(BatchStream batches, EpochMeasures measures) {
        SharedUpdates updates = plan.parallel() == Parallel.SHARING ? new SharedUpdates(replicas()) : null;
        ReplicaGroup replicas = new ReplicaGroup(replicas(), measures, updates);
        ParallelWrapper wrapper = wrapper(updates);
        wrapper.setTrainerContext(replicas);
        try {
            wrapper.fit(new ExistingDataSetIterator(new ReplicaBatches(batches, plan.batch(), replicas(), measures::isFinite,
                    () -> {
                        // What only the replicas have, such as momentum, would be lost with them.
                        wrapper.setAveragingFrequency(1);
                        replicas.average();
                    })));
        } catch (RuntimeException failure) {
            throw replicas.failureOr(failure);
        } finally {
            wrapper.shutdown();
        }
    }

    private ParallelWrapper wrapper(SharedUpdates updates) {
        ParallelWrapper.Builder<ComputationGraph> builder = new ParallelWrapper.Builder<>(network);
        builder.workers(replicas()).prefetchBuffer(0).averagingFrequency(plan.averagingFrequency());
        if (updates != null) {
            builder.trainingMode(TrainingMode.SHARED_GRADIENTS).gradientsAccumulator(updates);
        }
        return builder.build();
    }
}
