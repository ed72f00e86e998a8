package io.github.powergrad.examples.train.devices;

import io.github.powergrad.examples.data.BatchStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Cuts each minibatch into one part per replica, all of about the same size. ParallelWrapper trains on as many parts at a
 * time as there are replicas. A last minibatch that is too small to give each replica half of its usual part is cut into
 * fewer parts: batch normalization of two or three images can make a training diverge.
 */
final class ReplicaBatches implements Iterator<DataSet> {

    private final BatchStream batches;
    private final int replicas;
    private final int smallestPart;
    private final BooleanSupplier goOn;
    private final Runnable beforeLast;
    private final Queue<DataSet> parts = new ArrayDeque<>();
    private List<DataSet> following;

    /**
     * @param batches the minibatches
     * @param batch the number of images in each but the last
     * @param replicas the number of replicas
     * @param goOn whether to begin another round
     * @param beforeLast is run before the last round in which all replicas take part, and before the last
     */
    ReplicaBatches(BatchStream batches, int batch, int replicas, BooleanSupplier goOn, Runnable beforeLast) {
        this.batches = batches;
        this.replicas = replicas;
        this.smallestPart = Math.max(1, batch / replicas / 2);
        this.goOn = goOn;
        this.beforeLast = beforeLast;
    }

    @Override
    public boolean hasNext() {
        return !parts.isEmpty() || goOn.getAsBoolean() && !following().isEmpty();
    }

    @Override
    public DataSet next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch has ended");
        }
        if (parts.isEmpty()) {
            parts.addAll(following());
            following = null;
            if (following().size() < replicas) {
                beforeLast.run();
            }
        }
        return parts.remove();
    }

    /** Returns the parts of the minibatch after this one, none after the last. */
    private List<DataSet> following() {
        if (following == null) {
            following = batches.hasNext() ? cut(batches.next()) : List.of();
        }
        return following;
    }

    private List<DataSet> cut(DataSet batch) {
        int images = batch.numExamples();
        int count = Math.max(1, Math.min(replicas, images / smallestPart));
        List<DataSet> cut = new ArrayList<>();
        for (int part = 0; part < count; part++) {
            int from = (int) ((long) part * images / count);
            int to = (int) ((part + 1L) * images / count);
            // A copy: memory that several GPUs read would move to and fro, and the memory of the minibatch is used again.
            cut.add(((DataSet) batch.getRange(from, to)).copy());
        }
        return cut;
    }
}
