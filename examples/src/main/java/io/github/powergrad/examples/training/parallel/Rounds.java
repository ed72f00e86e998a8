package io.github.powergrad.examples.training.parallel;

import io.github.powergrad.examples.data.BatchStream;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Cuts each minibatch into one part a replica, all of about the same size. ParallelWrapper trains on as many parts at a
 * time as there are replicas; a last minibatch of fewer images than replicas leaves some of them idle.
 */
final class Rounds implements Iterator<DataSet> {

    private final BatchStream batches;
    private final int replicas;
    private final BooleanSupplier goOn;
    private final Runnable beforeLast;
    private final Queue<DataSet> parts = new ArrayDeque<>();

    /**
     * @param batches the minibatches
     * @param replicas the number of replicas
     * @param goOn whether to begin another round
     * @param beforeLast is run before the last round
     */
    Rounds(BatchStream batches, int replicas, BooleanSupplier goOn, Runnable beforeLast) {
        this.batches = batches;
        this.replicas = replicas;
        this.goOn = goOn;
        this.beforeLast = beforeLast;
    }

    @Override
    public boolean hasNext() {
        return !parts.isEmpty() || goOn.getAsBoolean() && batches.hasNext();
    }

    @Override
    public DataSet next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch has ended");
        }
        if (parts.isEmpty()) {
            cut(batches.next());
            if (!batches.hasNext()) {
                beforeLast.run();
            }
        }
        return parts.remove();
    }

    private void cut(DataSet batch) {
        int images = batch.numExamples();
        int count = Math.min(replicas, images);
        for (int part = 0; part < count; part++) {
            int from = (int) ((long) part * images / count);
            int to = (int) ((part + 1L) * images / count);
            // A copy: memory that several GPUs read would move from one to the other.
            parts.add(((DataSet) batch.getRange(from, to)).copy());
        }
    }
}
