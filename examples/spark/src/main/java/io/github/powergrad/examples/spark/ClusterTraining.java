package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.NetworkTraining;
import io.github.powergrad.examples.train.PlannedNetwork;
import io.github.powergrad.examples.train.ProtocolSchedule;
import io.github.powergrad.examples.train.TrainingObserver;
import io.github.powergrad.examples.train.TrainingPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Trains one network by a plan on a cluster, from the epoch that it has reached to the last: what {@link
 * NetworkTraining} does on one device. Each update's batch is cut into equal parts, one a worker. With an average after
 * each update the workers compute what one device would, but for batch normalization, which sees a worker's part alone.
 */
final class ClusterTraining {

    private final JavaSparkContext context;
    private final TrainingPlan plan;
    private final ImageSource images;
    private final RemoteBatches batches;

    /**
     * @param context where the workers are
     * @param plan what decides the training; its devices are the workers
     * @param images what is known of the images
     * @param batches the images
     */
    ClusterTraining(JavaSparkContext context, TrainingPlan plan, ImageSource images, RemoteBatches batches) {
        this.context = context;
        this.plan = plan;
        this.images = images;
        this.batches = batches;
    }

    /**
     * Trains the epochs that are left, or until loss or weights are no longer finite.
     *
     * @return whether it got to the end
     * @throws IOException if the observer cannot keep a result
     */
    boolean run(ComputationGraph network, TrainingObserver observer) throws IOException {
        AveragingRounds rounds = new AveragingRounds(
                context, network, PlannedNetwork.listeners(plan), plan.batch() / plan.devices());
        while (network.getEpochCount() < plan.epochs()) {
            EpochResult result = epoch(network, rounds, observer);
            observer.epochEnded(result);
            if (!result.isFinite()) {
                return false;
            }
        }
        return true;
    }

    private EpochResult epoch(ComputationGraph network, AveragingRounds rounds, TrainingObserver observer) {
        int epoch = network.getEpochCount();
        int classes = images.classNames().size();
        LogitMeasures soFar = new LogitMeasures(classes);
        boolean finite = true;
        long start = System.nanoTime();
        Iterator<RemoteBatch> pass = batches.training(epoch, plan.batch() / plan.devices());
        while (finite && pass.hasNext()) {
            List<RemoteBatch> round = nextRound(pass);
            soFar.add(train(rounds, round, network.getConfiguration().getDataType(), classes));
            finite = Double.isFinite(soFar.crossEntropy());
            observer.measured(soFar.crossEntropy(), soFar.top1());
            observer.trained(round.stream().mapToInt(RemoteBatch::images).sum());
        }
        double imagesPerSecond = soFar.images() / ((System.nanoTime() - start) / 1e9);
        finite = finite && Double.isFinite(network.params().norm1Number().doubleValue());
        network.incrementEpochCount();
        double learningRate = ProtocolSchedule.of(plan, NetworkTraining.iterationsPerEpoch(plan, images))
                .valueAt(network.getIterationCount() - 1, epoch);
        LogitMeasures test = finite
                ? ClusterEvaluation.evaluate(context, plan.devices(), network, batches, classes)
                : null;
        return EpochResult.of(plan, epoch + 1, learningRate, finite ? soFar : null, test, imagesPerSecond);
    }

    private List<RemoteBatch> nextRound(Iterator<RemoteBatch> pass) {
        List<RemoteBatch> round = new ArrayList<>();
        while (pass.hasNext() && round.size() < plan.devices() * plan.averagingFrequency()) {
            round.add(pass.next());
        }
        return round;
    }

    private LogitMeasures train(AveragingRounds rounds, List<RemoteBatch> round, DataType type, int classes) {
        MeasuresAccumulator measures = new MeasuresAccumulator(classes);
        context.sc().register(measures);
        int parts = Math.min(plan.devices(), round.size());
        rounds.train(context.parallelize(round, parts).map(batch -> typed(batch.load(), type)),
                (round.size() + parts - 1) / parts, measures);
        return measures.value();
    }

    private static MultiDataSet typed(DataSet batch, DataType type) {
        return new org.nd4j.linalg.dataset.MultiDataSet(
                batch.getFeatures().castTo(type), batch.getLabels().castTo(type));
    }
}
