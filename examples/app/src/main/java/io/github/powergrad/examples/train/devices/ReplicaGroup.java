package io.github.powergrad.examples.train.devices;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.train.EpochMeasures;
import io.github.powergrad.examples.train.MeasuredNetwork;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.factory.DefaultTrainerContext;
import org.deeplearning4j.parallelism.trainer.DefaultTrainer;
import org.deeplearning4j.parallelism.trainer.Trainer;
import org.nd4j.linalg.dataset.api.DataSet;

/** What the replicas of an epoch have in common: a start at the same time, and the first failure. */
final class ReplicaGroup extends DefaultTrainerContext {

    private static final long NANOSECONDS_BETWEEN_LOOKS = 100_000;

    private final EpochMeasures measures;
    private final SharedUpdates updates;
    private final CountDownLatch copiesToMake;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean averaged;

    /**
     * @param replicas their number
     * @param measures what each is measured by
     * @param updates what they share their updates by, or null if they are averaged
     */
    ReplicaGroup(int replicas, EpochMeasures measures, SharedUpdates updates) {
        this.measures = measures;
        this.updates = updates;
        averaged = updates == null;
        copiesToMake = new CountDownLatch(replicas);
    }

    @Override
    public Trainer create(
            String group, int number, Model network, int device, boolean multiDataSets, ParallelWrapper wrapper,
            WorkspaceMode mode, int averagingFrequency) {
        return new Replica(number, network, wrapper, mode);
    }

    /** From this round on, parameters and momentum are averaged. */
    void average() {
        averaged = true;
    }

    /** Waits until all copies are made: they are made of the first replica, which must not train before that. */
    private void awaitCopies() throws InterruptedException {
        copiesToMake.countDown();
        copiesToMake.await();
        if (hasFailed()) {
            throw new IllegalStateException("another replica has failed");
        }
    }

    /** Keeps the first failure, and stops all waiting for the replica that has failed. */
    private void failed(Throwable reason) {
        failure.compareAndSet(null, reason);
        if (updates != null) {
            updates.stop();
        }
        while (copiesToMake.getCount() > 0) {
            copiesToMake.countDown();
        }
    }

    private boolean hasFailed() {
        return failure.get() != null;
    }

    /** Returns what made a replica fail, without the layers around it; or another exception if none has. */
    RuntimeException failureOr(RuntimeException other) {
        Throwable reason = failure.get() == null ? other : failure.get();
        while (reason.getClass() == RuntimeException.class && reason.getCause() != null) {
            reason = reason.getCause();
        }
        if (reason instanceof Error) {
            throw (Error) reason;
        }
        return reason instanceof RuntimeException ? (RuntimeException) reason : new IllegalStateException(reason);
    }

    /**
     * One replica on its thread. Mends three faults of Deeplearning4j's trainers at 1.0.0-M2.1: they copy the network while
     * it may already be training; after an Error, or an exception before the first minibatch, all wait for ever; and an
     * exception is printed with its stack trace.
     */
    private final class Replica extends DefaultTrainer {

        private MeasuredNetwork measured;

        Replica(int number, Model network, ParallelWrapper wrapper, WorkspaceMode mode) {
            threadId = number;
            originalModel = network;
            parallelWrapper = wrapper;
            workspaceMode = mode;
            uuid = "replica-" + number;
            // Here, because two threads would otherwise do it at the same time and lose a minibatch between them.
            setupIfNeccessary();
        }

        @Override
        protected void postInit() {
            super.postInit();
            CpuBackend.oneNativeThread();
            ComputationGraph network = (ComputationGraph) replicatedModel;
            FastLayers.installIn(network);
            measured = new MeasuredNetwork(network, (logits, labels) -> measures.add(threadId, logits, labels));
            if (updates != null) {
                updates.join(threadId);
                network.setGradientsAccumulator(updates);
            }
            try {
                awaitCopies();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while replicas are made", interrupted);
            }
        }

        @Override
        protected void fit(DataSet part) {
            measured.train(part);
            measures.trained(part.numExamples());
        }

        @Override
        public boolean averagingRequired() {
            return averaged;
        }

        @Override
        public void run() {
            try {
                super.run();
            } catch (Throwable failure) {
                // Whatever it is, the thread that waits reports it.
                failed(failure);
                isStopped.set(true);
            }
        }

        @Override
        public void waitTillRunning() {
            while (running.get() != 0) {
                if (hasFailed()) {
                    throw new IllegalStateException("a replica has failed");
                }
                LockSupport.parkNanos(NANOSECONDS_BETWEEN_LOOKS);
            }
        }
    }
}
