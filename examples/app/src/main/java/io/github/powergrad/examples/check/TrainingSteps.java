package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.data.OneHot;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.util.MathArrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The first steps of a training of ResNet-20, the same on every device: images and labels come from Java.
 *
 * <p>In DOUBLE two correct implementations differ by rounding alone, and the bound is tight. In FLOAT, the type that
 * networks train in, they drift apart: every few steps a rounding error moves an activation across the kink of its ReLU,
 * which changes the gradient by up to 1e-2. The learning rate is small, so that this changes the next step little. With
 * oneDNN, over four sequences of minibatches, the losses of 20 steps differed by up to 1e-3, and the weights by up to 0.08
 * of the way that they had gone. These wide bounds find layers that are wrong. A wrong loss is found by the rows in DOUBLE
 * and by the vectors.
 */
final class TrainingSteps {

    static final double ALPHA = LossPowerGrad.DEFAULT_ALPHA;
    static final double SMOOTHING = 0.1;

    private static final int BATCH = 8;
    private static final int SIZE = 16;
    private static final int COLOURS = 3;
    private static final int CLASSES = 10;
    private static final double LEARNING_RATE = 0.0005;
    private static final double MOMENTUM = 0.9;
    private static final double WEIGHT_DECAY = 5e-4;

    private static final double DOUBLE_BOUND = 1e-8;
    private static final double FLOAT_LOSS_BOUND = 1e-2;
    private static final double FLOAT_WEIGHTS_BOUND = 0.3;

    private final ComputationGraph network;

    TrainingSteps(ILossFunction loss, DataType type) {
        network = new ComputationGraph(NetworkBuilder.configuration(Architecture.named("resnet20"),
                new NetworkShape(COLOURS, SIZE, CLASSES), new NeuralNetConfiguration.Builder().seed(1).dataType(type)
                        .updater(new Nesterovs(LEARNING_RATE, MOMENTUM)).l2(WEIGHT_DECAY), loss, false));
        network.init();
    }

    /** Compares so many steps on this device, as {@code train} takes them, with those of {@link ProcessorReference}. */
    static void check(int count, Report report, UnaryOperator<LossPowerGrad> losses)
            throws IOException, InterruptedException {
        ProcessorReference right = ProcessorReference.after(count);
        LossPowerGrad loss = losses.apply(
                LossPowerGrad.builder().alpha(ALPHA).labelSmoothing(SMOOTHING).softmaxClipEps(0).build());
        new TrainingSteps(loss, DataType.DOUBLE).compare(report, right, DOUBLE_BOUND, DOUBLE_BOUND);
        new TrainingSteps(loss, DataType.FLOAT).compare(report, right, FLOAT_LOSS_BOUND, FLOAT_WEIGHTS_BOUND);
    }

    private void compare(Report report, ProcessorReference right, double lossBound, double weightsBound) {
        DataType type = network.params().dataType();
        FastLayers.installIn(network);
        start(right.initialParams);
        int count = right.losses.length;
        double[] scores = take(count);
        String reference = "processor, DOUBLE, loss in Java";
        report.compare("loss of " + count + " steps in " + type, reference, deviation -> {
            for (int step = 0; step < count; step++) {
                deviation.compare("loss of step " + (step + 1) + ", as a share of the right one",
                        scores[step] / right.losses[step], 1, lossBound);
            }
        });
        double[] weights = weights();
        report.compare("weights after " + count + " steps in " + type, reference, deviation -> deviation.compare(
                "distance from the right weights, as a share of how far these have moved",
                MathArrays.distance(weights, right.weights)
                        / MathArrays.distance(right.weights, right.initialWeights), 0, weightsBound));
    }

    /** Takes so many steps; returns the loss of each. */
    double[] take(int count) {
        return IntStream.range(0, count).mapToDouble(this::step).toArray();
    }

    private double step(int step) {
        Random random = new Random(step);
        float[] pixels = new float[BATCH * COLOURS * SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            int label = i / (COLOURS * SIZE * SIZE) % CLASSES;
            int place = i % (COLOURS * SIZE * SIZE);
            pixels[i] = (float) (Math.sin(place * (label + 1) * 0.37) + random.nextGaussian());
        }
        DataType type = network.params().dataType();
        network.fit(new INDArray[] {Nd4j.createFromArray(pixels).reshape(BATCH, COLOURS, SIZE, SIZE).castTo(type)},
                new INDArray[] {OneHot.labels(IntStream.range(0, BATCH).toArray(), CLASSES).castTo(type)});
        return network.score();
    }

    /** Returns what gradients change, without the running averages of batch normalization. */
    double[] weights() {
        return network.paramTable().entrySet().stream().filter(TrainingSteps::isTrained).flatMapToDouble(entry ->
                Arrays.stream(entry.getValue().castTo(DataType.DOUBLE).dup('c').ravel().toDoubleVector())).toArray();
    }

    private static boolean isTrained(Map.Entry<String, INDArray> parameter) {
        String name = parameter.getKey();
        return Stream.of(BatchNormalizationParamInitializer.GLOBAL_MEAN, BatchNormalizationParamInitializer.GLOBAL_VAR,
                BatchNormalizationParamInitializer.GLOBAL_LOG_STD).noneMatch(average -> name.endsWith("_" + average));
    }

    /** Returns all that the network holds, in its order, rounded to what FLOAT holds as well. */
    double[] params() {
        return network.params().castTo(DataType.FLOAT).castTo(DataType.DOUBLE).ravel().toDoubleVector();
    }

    /** Sets all that the network holds. */
    void start(double[] params) {
        network.setParams(Nd4j.createFromArray(params).reshape(network.params().shape())
                .castTo(network.params().dataType()));
    }
}
