package io.github.powergrad.examples.spark;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.WorkerConfiguration;
import org.deeplearning4j.spark.api.worker.ExecuteWorkerMultiDataSetFlatMap;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Deeplearning4j's parameter averaging, a round at a time: each worker trains on its minibatches, then parameters and
 * momentum are averaged.
 *
 * <p>{@code ParameterAveragingTrainingMaster} cuts a whole epoch into rounds at random, leaves minibatches out where
 * they do not come out even, and keeps every network that it has sent. With rounds of known minibatches a resumed
 * training sees what an uninterrupted one would, and a worker that takes over from a lost one does its very work.
 */
final class AveragingRounds {

    private final JavaSparkContext context;
    private final ComputationGraph network;
    private final List<TrainingListener> listeners;
    private final int batch;

    /**
     * @param context where the workers are
     * @param network the network, changed by each round
     * @param listeners that change how the network trains
     * @param batch images per minibatch of a worker
     */
    AveragingRounds(JavaSparkContext context, ComputationGraph network, List<TrainingListener> listeners, int batch) {
        this.context = context;
        this.network = network;
        this.listeners = listeners;
        this.batch = batch;
    }

    /**
     * Trains one round.
     *
     * @param minibatches a partition a worker, none of them empty
     * @param most the largest number of minibatches in a partition
     * @param measures is told what the networks make of each minibatch
     */
    void train(JavaRDD<MultiDataSet> minibatches, int most, MeasuresAccumulator measures) {
        Broadcast<SentNetwork> sent = context.broadcast(SentNetwork.forTraining(network));
        try {
            WorkerConfiguration configuration = new WorkerConfiguration(true, batch, batch, most, 1, false);
            NetworkState mean = minibatches
                    .mapPartitions(new ExecuteWorkerMultiDataSetFlatMap<>(
                            new AveragingWorker(sent, configuration, listeners, measures)))
                    .map(result -> new NetworkState(result.getParameters(), result.getUpdaterState()))
                    .treeReduce(NetworkState::plus)
                    .mean();
            network.setParams(mean.parameters());
            if (mean.momentum() != null) {
                network.getUpdater().setStateViewArray(mean.momentum());
            }
        } finally {
            sent.destroy();
        }
        network.getConfiguration().setIterationCount(network.getIterationCount() + most);
    }
}
