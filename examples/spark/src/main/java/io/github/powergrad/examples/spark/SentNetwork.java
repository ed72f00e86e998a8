package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.backend.FastLayers;
import java.io.Serializable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;

/**
 * A network as it is sent to the workers, with its counters. These are sent apart, because
 * {@code ComputationGraphConfiguration.clone()} of Deeplearning4j 1.0.0-M2.1 leaves them at 0; with Deeplearning4j's
 * own {@code NetBroadcastTuple} every schedule, of the learning rate and of α, starts anew after each averaging.
 */
final class SentNetwork implements Serializable {

    private static final long serialVersionUID = 1L;

    private final ComputationGraphConfiguration configuration;
    private final int iteration;
    private final int epoch;
    private final NetworkState state;

    private SentNetwork(ComputationGraph network, NetworkState state) {
        this.configuration = network.getConfiguration();
        this.iteration = configuration.getIterationCount();
        this.epoch = configuration.getEpochCount();
        this.state = state;
    }

    /** Returns a network to train on. */
    static SentNetwork forTraining(ComputationGraph network) {
        return new SentNetwork(network, new NetworkState(network.params(), network.getUpdater().getStateViewArray()));
    }

    /** Returns a network to measure, without the updater's state. */
    static SentNetwork forEvaluation(ComputationGraph network) {
        return new SentNetwork(network, new NetworkState(network.params(), null));
    }

    /** Returns a copy of the network; a process in which several workers run shares what was sent. */
    ComputationGraph copy() {
        ComputationGraph copy = new ComputationGraph(configuration.clone());
        copy.init(state.parameters(), true);
        FastLayers.installIn(copy);
        if (state.momentum() != null) {
            copy.setUpdater(new ComputationGraphUpdater(copy, state.momentum().dup()));
        }
        copy.getConfiguration().setIterationCount(iteration);
        copy.getConfiguration().setEpochCount(epoch);
        return copy;
    }
}
