package io.github.powergrad.examples.train.devices;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.train.MeasuredNetwork;
import java.util.concurrent.locks.LockSupport;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.trainer.DefaultTrainer;
import org.nd4j.linalg.dataset.api.DataSet;

/**
 * One replica on its thread. Differs from Deeplearning4j's trainers in what they leave open at 1.0.0-M2.1: the copy of
 * the network is made while the network itself may be training; an Error, or an exception before the first minibatch,
 * lets everybody wait for ever; an exception is printed with its stack trace.
 */
final class Replica extends DefaultTrainer {

    private static final long NANOSECONDS_BETWEEN_LOOKS = 100_000;

    private final ReplicaGroup group;
    private MeasuredNetwork measured;

    Replica(ReplicaGroup group, int number, Model network, ParallelWrapper wrapper, WorkspaceMode mode) {
        this.group = group;
        threadId = number;
        originalModel = network;
        parallelWrapper = wrapper;
        workspaceMode = mode;
        uuid = "replica-" + number;
        // Two threads would otherwise do it at the same time, and a minibatch be lost between them.
        setupIfNeccessary();
    }

    @Override
    protected void postInit() {
        super.postInit();
        CpuBackend.oneNativeThread();
        ComputationGraph network = (ComputationGraph) replicatedModel;
        FastLayers.installIn(network);
        measured = new MeasuredNetwork(network, threadId, group.measures());
        if (group.updates() != null) {
            group.updates().join(threadId);
            network.setGradientsAccumulator(group.updates());
        }
        try {
            group.awaitCopies();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while replicas are made", interrupted);
        }
    }

    @Override
    protected void fit(DataSet part) {
        measured.train(part);
    }

    @Override
    public boolean averagingRequired() {
        return group.isAveraged();
    }

    @Override
    public void run() {
        try {
            super.run();
        } catch (Throwable failure) {
            // Whatever it is, it is for the thread that waits.
            group.failed(failure);
            isStopped.set(true);
        }
    }

    @Override
    public void waitTillRunning() {
        while (running.get() != 0) {
            if (group.hasFailed()) {
                throw new IllegalStateException("a replica has failed");
            }
            LockSupport.parkNanos(NANOSECONDS_BETWEEN_LOOKS);
        }
    }
}
