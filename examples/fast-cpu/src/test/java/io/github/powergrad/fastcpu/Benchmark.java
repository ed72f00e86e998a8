package io.github.powergrad.fastcpu;

import java.util.Arrays;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Trains networks on images of noise and prints how many images per second it took, the median over the steps.
 *
 * <p>Arguments: networks by name. With {@code -Dstock=true} Deeplearning4j as it comes.
 */
final class Benchmark {

    private static final boolean STOCK = Boolean.getBoolean("stock");

    private Benchmark() {}

    public static void main(String... arguments) {
        for (String name : arguments) {
            switch (name) {
                case "resnet20":
                    run(name, Networks.resNet20(32, 10), Networks.images(64, 3, 32, 10, 1), STOCK ? 5 : 40);
                    break;
                case "resnet50-32":
                    run(name, Networks.resNet50(32, 1000), Networks.images(64, 3, 32, 1000, 1), STOCK ? 4 : 20);
                    break;
                case "resnet50-64":
                    run(name, Networks.resNet50(64, 1000), Networks.images(32, 3, 64, 1000, 1), STOCK ? 4 : 15);
                    break;
                case "resnet50-224":
                    run(name, Networks.resNet50(224, 1000), Networks.images(16, 3, 224, 1000, 1), STOCK ? 3 : 6);
                    break;
                case "three":
                    three();
                    break;
                default:
            }
        }
    }

    private static void run(String name, ComputationGraph network, DataSet images, int steps) {
        if (!STOCK) {
            FastCpu.apply(network);
        }
        measure(name, images.numExamples(), steps, () -> network.fit(images), network::score);
    }

    private static void three() {
        MultiLayerNetwork network = Networks.threeConvolutions(28, 10);
        DataSet images = Networks.images(128, 1, 28, 10, 1);
        if (!STOCK) {
            FastCpu.apply(network);
        }
        measure("three", 128, 300, () -> network.fit(images), network::score);
    }

    private static void measure(String name, int images, int steps, Runnable step, DoubleSupplier score) {
        double[] seconds = new double[steps];
        for (int i = -Math.max(3, steps / 4); i < steps; i++) {
            long start = System.nanoTime();
            step.run();
            if (i >= 0) {
                seconds[i] = (System.nanoTime() - start) / 1e9;
            }
        }
        Arrays.sort(seconds);
        System.out.printf("%-14s %8.1f images/s (median of %d steps, %.1f ms; fastest %.1f ms), score %.5f%n", name,
                images / seconds[steps / 2], steps, 1e3 * seconds[steps / 2], 1e3 * seconds[0], score.getAsDouble());
    }
}
