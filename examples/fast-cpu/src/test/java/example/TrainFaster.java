package example;

import io.github.powergrad.fastcpu.FastCpu;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitRelu;
import org.deeplearning4j.zoo.model.ResNet50;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Trains three networks with and without FastCpu, and prints how much faster it was and how far apart the losses. */
public final class TrainFaster {

    private static final int STEPS = 20;
    private static final int MINIBATCH = 8;
    private static final int CLASSES = 10;

    public static void main(String[] arguments) {
        int size = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 72;
        compare("ResNet50 of the zoo", size, resNet50(size));
        compare("frozen layers", size, frozenLayers(size));
        compare("TransferLearning", size, transferLearning(size));
    }

    /** The zoo's network. By a gamma of 0, each of its blocks starts as the shortcut around it: rounding grows less. */
    private static ComputationGraph resNet50(int size) {
        ComputationGraph network = ResNet50.builder().numClasses(CLASSES).inputShape(new int[] {3, size, size})
                .weightInit(new WeightInitRelu()).updater(new Nesterovs(1e-4, 0.9)).build().init();
        network.paramTable().forEach((name, parameter) -> {
            if (name.endsWith("branch2c_gamma")) {
                parameter.assign(0);
            }
        });
        return network;
    }

    private static ComputationGraph frozenLayers(int size) {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().seed(1)
                .updater(new Nesterovs(1e-2, 0.9)).weightInit(WeightInit.RELU).graphBuilder().addInputs("images")
                .setInputTypes(InputType.convolutional(size, size, 3))
                .addLayer("conv1", new FrozenLayer(convolution(32)), "images")
                .addLayer("norm1", new FrozenLayer(new BatchNormalization()), "conv1")
                .addLayer("relu1", new ActivationLayer(Activation.RELU), "norm1")
                .addLayer("conv2", convolution(64), "relu1")
                .addLayer("norm2", new BatchNormalization(), "conv2")
                .addLayer("relu2", new ActivationLayer(Activation.RELU), "norm2")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu2")
                .addLayer("out", new OutputLayer.Builder(LossFunction.MCXENT).nOut(CLASSES).activation(Activation.SOFTMAX).build(),
                        "pool").setOutputs("out").build());
        network.init();
        return network;
    }

    private static ConvolutionLayer convolution(int channels) {
        return new ConvolutionLayer.Builder(3, 3).stride(2, 2).padding(1, 1).nOut(channels).activation(Activation.IDENTITY)
                .build();
    }

    private static ComputationGraph transferLearning(int size) {
        return new TransferLearning.GraphBuilder(resNet50(size))
                .fineTuneConfiguration(new FineTuneConfiguration.Builder().updater(new Nesterovs(1e-4, 0.9)).build())
                .setFeatureExtractor("res4f_branch").nOutReplace("output", 5, WeightInit.XAVIER).build();
    }

    private static void compare(String name, int size, ComputationGraph plain) {
        ComputationGraph fast = plain.clone(); // another TransferLearning would draw other weights for the new layer
        System.out.println(name + System.lineSeparator() + FastCpu.apply(fast));
        int classes = (int) plain.outputSingle(images(1, size, 1, 0).getFeatures()).size(1);
        DataSet images = images(MINIBATCH, size, classes, 0);
        double first = 0;
        double difference = 0;
        long ofPlain = 0;
        long ofFast = 0;
        for (int step = 0; step < STEPS; step++) {
            long start = System.nanoTime();
            plain.fit(images);
            long between = System.nanoTime();
            fast.fit(images);
            long end = System.nanoTime();
            ofPlain += step == 0 ? 0 : between - start;
            ofFast += step == 0 ? 0 : end - between;
            first = step == 0 ? plain.score() : first;
            difference = Math.max(difference, Math.abs(fast.score() - plain.score()));
        }
        System.out.printf("%s: %.1f times as fast, loss from %.4f to %.4f, %.1e apart at most%n%n", name,
                (double) ofPlain / ofFast, first, plain.score(), difference);
    }

    /** Returns noise with labels: put your own images here. */
    private static DataSet images(int count, int size, int classes, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[count * 3 * size * size];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        INDArray labels = Nd4j.zeros(count, classes);
        for (int i = 0; i < count; i++) {
            labels.putScalar(i, random.nextInt(classes), 1);
        }
        return new DataSet(Nd4j.create(numbers, new long[] {count, 3, size, size}, 'c'), labels);
    }
}
