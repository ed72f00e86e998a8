package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.train.EpochMeasures;
import io.github.powergrad.examples.train.EpochTraining;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.MeasuredNetwork;
import io.github.powergrad.examples.train.PlannedNetwork;
import io.github.powergrad.examples.train.TrainingPlan;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import scala.Tuple2;

/**
 * Trains a network on a cluster by parameter averaging. Each update's batch is cut into equal parts, one per worker. In
 * a round each worker trains a copy of the network on its minibatches; then parameters and momentum are averaged. With
 * an average after each update the workers compute what one device would, but for batch normalization, which sees a
 * worker's part alone.
 *
 * <p>Deeplearning4j's {@code ParameterAveragingTrainingMaster} (1.0.0-M2, the last) cuts a whole epoch into rounds at
 * random, leaves minibatches out where they do not come out even, and keeps every network that it has sent. With rounds
 * of known minibatches a resumed training sees what an uninterrupted one would, and a worker that takes over from a
 * lost one does its very work.
 */
final class ClusterTraining implements EpochTraining {

    private final JavaSparkContext context;
    private final TrainingPlan plan;
    private final RemoteBatches batches;
    private final ComputationGraph network;

    /**
     * @param context where the workers are
     * @param plan what decides the training; its devices are the workers
     * @param batches the images to train and test on
     * @param network the network, on the driver
     */
    ClusterTraining(JavaSparkContext context, TrainingPlan plan, RemoteBatches batches, ComputationGraph network) {
        this.context = context;
        this.plan = plan;
        this.batches = batches;
        this.network = network;
    }

    /** The driver adds up what the workers measure, round by round. */
    @Override
    public int replicas() {
        return 1;
    }

    @Override
    public void train(int epoch, EpochMeasures measures) {
        Iterator<RemoteBatches.Batch> pass = batches.training(epoch, plan.batch() / plan.devices());
        while (measures.isFinite() && pass.hasNext()) {
            List<RemoteBatches.Batch> round = new ArrayList<>();
            while (pass.hasNext() && round.size() < plan.devices() * plan.averagingFrequency()) {
                round.add(pass.next());
            }
            LogitMeasures seen = train(round);
            measures.add(0, seen);
            measures.trained((int) seen.images());
        }
    }

    private LogitMeasures train(List<RemoteBatches.Batch> round) {
        int parts = Math.min(plan.devices(), round.size());
        Broadcast<SentNetwork> sent = context.broadcast(
                new SentNetwork(network, network.getUpdater().getStateViewArray()));
        List<TrainingListener> listeners = PlannedNetwork.listeners(plan);
        // Not the field, which would send this object to the workers.
        int classes = batches.images().classNames().size();
        Tuple2<NetworkState, LogitMeasures> sum;
        try {
            sum = context.parallelize(round, parts)
                    .mapPartitions(part -> List.of(trained(sent.value(), part, listeners, classes)).iterator())
                    .treeReduce((some, others) ->
                            new Tuple2<>(some._1().plus(others._1()), some._2().plus(others._2())));
        } finally {
            sent.destroy();
        }
        NetworkState mean = sum._1().mean();
        network.setParams(mean.parameters);
        if (mean.momentum != null) {
            network.getUpdater().setStateViewArray(mean.momentum);
        }
        int updates = (round.size() + parts - 1) / parts;
        network.getConfiguration().setIterationCount(network.getIterationCount() + updates);
        return sum._2();
    }

    /** A worker's part of a round. */
    private static Tuple2<NetworkState, LogitMeasures> trained(SentNetwork sent, Iterator<RemoteBatches.Batch> part,
            List<TrainingListener> listeners, int classes) throws IOException {
        // Spark runs a worker on each core.
        CpuBackend.oneNativeThread();
        ComputationGraph network = sent.copy();
        LogitMeasures measures = new LogitMeasures(classes);
        network.setListeners(listeners);
        MeasuredNetwork measured = new MeasuredNetwork(network, measures::add);
        while (part.hasNext()) {
            measured.train(part.next().load());
        }
        return new Tuple2<>(new NetworkState(network.params(), network.getUpdater().getStateViewArray()), measures);
    }

    /** Each worker measures its part of the test images. */
    @Override
    public LogitMeasures evaluate() {
        List<RemoteBatches.Batch> all = new ArrayList<>();
        batches.test(Evaluator.BATCH).forEachRemaining(all::add);
        Broadcast<SentNetwork> sent = context.broadcast(new SentNetwork(network, null));
        // Not the fields, which would send this object to the workers.
        int classes = batches.images().classNames().size();
        double alpha = plan.alphaAfter(network.getEpochCount());
        try {
            return context.parallelize(all, Math.min(plan.devices(), all.size()))
                    .mapPartitions(part -> List.of(measured(sent.value(), part, classes, alpha)).iterator())
                    .reduce(LogitMeasures::plus);
        } finally {
            sent.destroy();
        }
    }

    private static LogitMeasures measured(
            SentNetwork sent, Iterator<RemoteBatches.Batch> part, int classes, double alpha) throws IOException {
        CpuBackend.oneNativeThread();
        ComputationGraph network = sent.copy();
        LogitMeasures measures = new LogitMeasures(classes, alpha);
        while (part.hasNext()) {
            DataSet batch = part.next().load();
            measures.add(Evaluator.logits(network, batch.getFeatures()), batch.getLabels());
        }
        return measures;
    }

    /**
     * A network as it is sent to the workers. Its counters are copied apart, because
     * {@code ComputationGraphConfiguration.clone()} of Deeplearning4j 1.0.0-M2.1 leaves them at 0; with Deeplearning4j's
     * own {@code NetBroadcastTuple} every schedule, of the learning rate and of α, starts anew after each averaging.
     */
    private static final class SentNetwork implements Serializable {

        private static final long serialVersionUID = 1L;

        private final ComputationGraphConfiguration configuration;
        private final NetworkState state;

        /** @param momentum the updater's state; null where the network is only measured */
        SentNetwork(ComputationGraph network, INDArray momentum) {
            this.configuration = network.getConfiguration();
            this.state = new NetworkState(network.params(), momentum);
        }

        /** Returns a copy of the network; a process in which several workers run shares what was sent. */
        ComputationGraph copy() {
            ComputationGraph copy = new ComputationGraph(configuration.clone());
            copy.init(state.parameters, true);
            FastLayers.installIn(copy);
            if (state.momentum != null) {
                copy.setUpdater(new ComputationGraphUpdater(copy, state.momentum.dup()));
            }
            copy.getConfiguration().setIterationCount(configuration.getIterationCount());
            copy.getConfiguration().setEpochCount(configuration.getEpochCount());
            return copy;
        }
    }
}
