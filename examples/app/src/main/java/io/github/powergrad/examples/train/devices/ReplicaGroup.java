package io.github.powergrad.examples.train.devices;

import io.github.powergrad.examples.train.EpochMeasures;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.factory.DefaultTrainerContext;
import org.deeplearning4j.parallelism.trainer.Trainer;

/** What the replicas of an epoch have in common: a start at the same time, and the first failure. */
final class ReplicaGroup extends DefaultTrainerContext {

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
        return new Replica(this, number, network, wrapper, mode);
    }

    EpochMeasures measures() {
        return measures;
    }

    SharedUpdates updates() {
        return updates;
    }

    /** From this round on, parameters and momentum are averaged. */
    void average() {
        averaged = true;
    }

    boolean isAveraged() {
        return averaged;
    }

    /** Waits until all copies are made: the first replica is what the others are copied from, and may not change before. */
    void awaitCopies() throws InterruptedException {
        copiesToMake.countDown();
        copiesToMake.await();
        if (hasFailed()) {
            throw new IllegalStateException("another replica has failed");
        }
    }

    /** Keeps the first failure, and lets nobody wait for the replica that has failed. */
    void failed(Throwable reason) {
        failure.compareAndSet(null, reason);
        if (updates != null) {
            updates.stop();
        }
        while (copiesToMake.getCount() > 0) {
            copiesToMake.countDown();
        }
    }

    boolean hasFailed() {
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
}
