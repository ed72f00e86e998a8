package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.data.OneHot;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * <p>Two correct implementations drift apart in FLOAT: every few steps a rounding error moves an activation across the
 * kink of its ReLU, which changes the gradient by up to 1e-2. The learning rate is small, so that this changes the next
 * step little.
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

    private final ComputationGraph network;

    TrainingSteps(ILossFunction loss, DataType type) {
        network = new ComputationGraph(NetworkBuilder.configuration(Architecture.named("resnet20"),
                new NetworkShape(COLOURS, SIZE, CLASSES), new NeuralNetConfiguration.Builder().seed(1).dataType(type)
                        .updater(new Nesterovs(LEARNING_RATE, MOMENTUM)).l2(WEIGHT_DECAY), loss, false));
        network.init();
    }

    ComputationGraph network() {
        return network;
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
