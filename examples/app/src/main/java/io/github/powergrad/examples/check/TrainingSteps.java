package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkShape;
import io.github.powergrad.examples.model.NetworkBuilder;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
 * <p>Two correct implementations drift apart in FLOAT: a rounding error moves an activation across the kink of its ReLU every few steps,
 * which changes the gradient by up to 1e-2. The learning rate is small so that such a step changes little of the next.
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
                new NetworkShape(COLOURS, SIZE, CLASSES), new NetworkBuilder.Fitting().loss(loss)
                        .updater(new Nesterovs(LEARNING_RATE, MOMENTUM)).weightDecay(WEIGHT_DECAY).type(type).seed(1)));
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
        double[][] labels = new double[BATCH][CLASSES];
        float[] pixels = new float[BATCH * COLOURS * SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            int label = i / (COLOURS * SIZE * SIZE) % CLASSES;
            int place = i % (COLOURS * SIZE * SIZE);
            pixels[i] = (float) (Math.sin(place * (label + 1) * 0.37) + random.nextGaussian());
        }
        for (int n = 0; n < BATCH; n++) {
            labels[n][n % CLASSES] = 1;
        }
        DataType type = network.params().dataType();
        network.fit(new INDArray[] {Nd4j.createFromArray(pixels).reshape(BATCH, COLOURS, SIZE, SIZE).castTo(type)},
                new INDArray[] {Nd4j.createFromArray(labels).castTo(type)});
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

    /** Returns all that the network holds, in its order. */
    double[] params() {
        return network.params().castTo(DataType.DOUBLE).dup('c').ravel().toDoubleVector();
    }

    /** Sets all that the network holds. */
    void start(double[] params) {
        network.setParams(Nd4j.createFromArray(params).reshape(network.params().shape())
                .castTo(network.params().dataType()));
    }

    static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    static double[] rounded(double[] values) {
        return DoubleStream.of(values).map(value -> (float) value).toArray();
    }
}
