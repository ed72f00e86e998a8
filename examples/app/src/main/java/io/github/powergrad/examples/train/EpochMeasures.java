package io.github.powergrad.examples.train;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures of the minibatches of an epoch, taken as the networks train on them. Replicas add to it from their own threads.
 * Each has its own sums, so that the total does not depend on which is faster.
 */
public final class EpochMeasures {

    private final LogitMeasures[] ofReplica;
    private final int classes;
    private final TrainingObserver observer;
    private boolean finite = true;

    /**
     * @param classes number of classes
     * @param replicas number of networks that train side by side
     * @param observer is told of each minibatch
     */
    public EpochMeasures(int classes, int replicas, TrainingObserver observer) {
        this.classes = classes;
        this.observer = observer;
        ofReplica = new LogitMeasures[replicas];
        Arrays.setAll(ofReplica, replica -> new LogitMeasures(classes));
    }

    /** Adds a minibatch on its way to the loss of a replica. */
    public synchronized void add(int replica, INDArray logits, INDArray labels) {
        finite = ofReplica[replica].add(logits, labels) && finite;
    }

    /** Adds what a replica has added up by itself. */
    public synchronized void add(int replica, LogitMeasures measures) {
        ofReplica[replica].add(measures);
        finite = finite && Double.isFinite(ofReplica[replica].crossEntropy());
    }

    /** A replica has trained on a minibatch of this many images. */
    public synchronized void trained(int images) {
        LogitMeasures total = total();
        observer.measured(total.crossEntropy(), total.top1());
        observer.trained(images);
    }

    /** Returns whether every loss was finite; if not, the training should stop. */
    public synchronized boolean isFinite() {
        return finite;
    }

    /** Returns the sums of all replicas so far. */
    public synchronized LogitMeasures total() {
        LogitMeasures total = new LogitMeasures(classes);
        for (LogitMeasures measures : ofReplica) {
            total.add(measures);
        }
        return total;
    }
}
