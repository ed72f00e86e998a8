package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.ImageSource;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/** Trains a network on the device of the calling thread. */
public final class OneDeviceTraining implements EpochTraining {

    private final TrainingPlan plan;
    private final ImageSource images;
    private final ComputationGraph network;

    public OneDeviceTraining(TrainingPlan plan, ImageSource images, ComputationGraph network) {
        this.plan = plan;
        this.images = images;
        this.network = network;
    }

    @Override
    public int replicas() {
        return 1;
    }

    @Override
    public void train(int epoch, EpochMeasures measures) {
        MeasuredNetwork measured =
                new MeasuredNetwork(network, (logits, labels) -> measures.add(0, logits, labels));
        try (BatchStream batches = images.training(epoch, plan.batch())) {
            while (measures.isFinite() && batches.hasNext()) {
                DataSet batch = batches.next();
                measured.train(batch);
                measures.trained(batch.numExamples());
            }
        }
    }

    @Override
    public LogitMeasures evaluate() {
        return Evaluator.evaluate(network, images, plan.alphaAfter(network.getEpochCount()));
    }
}
