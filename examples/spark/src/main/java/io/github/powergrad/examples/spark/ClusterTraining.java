package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.train.EpochMeasures;
import io.github.powergrad.examples.train.EpochTraining;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.PlannedNetwork;
import io.github.powergrad.examples.train.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Trains a network on a cluster. Each update's batch is cut into equal parts, one per worker. With an average after each
 * update the workers compute what one device would, but for batch normalization, which sees a worker's part alone.
 */
final class ClusterTraining implements EpochTraining {

    private final JavaSparkContext context;
    private final TrainingPlan plan;
    private final RemoteBatches images;
    private final int classes;
    private final ComputationGraph network;
    private final AveragingRounds rounds;

    /**
     * @param context where the workers are
     * @param plan what decides the training; its devices are the workers
     * @param images the images to train and test on
     * @param classes number of classes
     * @param network the network, on the driver
     */
    ClusterTraining(JavaSparkContext context, TrainingPlan plan, RemoteBatches images, int classes,
            ComputationGraph network) {
        this.context = context;
        this.plan = plan;
        this.images = images;
        this.classes = classes;
        this.network = network;
        this.rounds = new AveragingRounds(
                context, network, PlannedNetwork.listeners(plan), plan.batch() / plan.devices());
    }

    /** The driver adds up what the workers measure, round by round. */
    @Override
    public int replicas() {
        return 1;
    }

    @Override
    public void train(int epoch, EpochMeasures measures) {
        Iterator<RemoteBatch> pass = images.training(epoch, plan.batch() / plan.devices());
        while (measures.isFinite() && pass.hasNext()) {
            List<RemoteBatch> round = new ArrayList<>();
            while (pass.hasNext() && round.size() < plan.devices() * plan.averagingFrequency()) {
                round.add(pass.next());
            }
            measures.add(0, train(round));
            measures.trained(round.stream().mapToInt(RemoteBatch::images).sum());
        }
    }

    private LogitMeasures train(List<RemoteBatch> round) {
        MeasuresAccumulator measures = new MeasuresAccumulator(classes);
        context.sc().register(measures);
        int parts = Math.min(plan.devices(), round.size());
        DataType type = network.getConfiguration().getDataType();
        rounds.train(context.parallelize(round, parts).map(batch -> typed(batch.load(), type)),
                (round.size() + parts - 1) / parts, measures);
        return measures.value();
    }

    private static MultiDataSet typed(DataSet batch, DataType type) {
        return new org.nd4j.linalg.dataset.MultiDataSet(
                batch.getFeatures().castTo(type), batch.getLabels().castTo(type));
    }

    /** Each worker measures its part of the test images. */
    @Override
    public LogitMeasures evaluate() {
        List<RemoteBatch> batches = new ArrayList<>();
        images.test(Evaluator.BATCH).forEachRemaining(batches::add);
        Broadcast<SentNetwork> sent = context.broadcast(SentNetwork.forEvaluation(network));
        // Not the fields, which would send this object to the workers.
        int count = classes;
        double alpha = plan.alphaAfter(network.getEpochCount());
        try {
            return context.parallelize(batches, Math.min(plan.devices(), batches.size()))
                    .mapPartitions(part -> List.of(measured(sent.value(), part, count, alpha)).iterator())
                    .reduce((some, others) -> {
                        some.add(others);
                        return some;
                    });
        } finally {
            sent.destroy();
        }
    }

    private static LogitMeasures measured(SentNetwork sent, Iterator<RemoteBatch> batches, int classes, double alpha)
            throws IOException {
        CpuBackend.oneNativeThread();
        ComputationGraph network = sent.copy();
        LogitMeasures measures = new LogitMeasures(classes, alpha);
        while (batches.hasNext()) {
            DataSet batch = batches.next().load();
            measures.add(Evaluator.logits(network, batch.getFeatures()), batch.getLabels());
        }
        return measures;
    }
}
