package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.train.EpochMeasures;
import io.github.powergrad.examples.train.EpochTraining;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.PlannedNetwork;
import io.github.powergrad.examples.train.TrainingPlan;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
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

    @Override
    public LogitMeasures evaluate() {
        return ClusterEvaluation.evaluate(
                context, plan.devices(), network, images, classes, plan.alphaAfter(network.getEpochCount()));
    }
}
