package io.github.powergrad.fastcpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/** Trains ResNet-20 for 2,000 steps, minibatches of 1 to 8 images, with inference between; prints the process's memory. */
final class MemoryOverSteps {

    private MemoryOverSteps() {}

    public static void main(String... arguments) throws IOException {
        int steps = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2000;
        ComputationGraph network = Networks.resNet20(16, 10);
        FastCpu.apply(network);
        DataSet[] minibatches = new DataSet[8];
        for (int i = 0; i < minibatches.length; i++) {
            minibatches[i] = Networks.images(1 + i, 3, 16, 10, i);
        }
        for (int step = 0; step <= steps; step++) {
            network.fit(minibatches[step % minibatches.length]);
            if (step % 10 == 0) {
                network.output(minibatches[step / 10 % minibatches.length].getFeatures());
            }
            if (step % (steps / 10) == 0) {
                System.gc();
                System.out.printf("step %5d: %d MiB resident%n", step, residentKilobytes() / 1024);
            }
        }
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
    }
}
