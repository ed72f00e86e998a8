package io.github.powergrad.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.powergrad.examples.backend.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** How many images per second does a network train on, and run forward, on the processor? In a process of its own each. */
public final class NetworkSpeed {

    static final String STOCK = "stock";
    static final String FAST = "FastCpu";
    static final String KERNELS = "kernels";

    private NetworkSpeed() {}

    /**
     * Prints the medians as one line of JSON.
     *
     * @param arguments "stock" for Deeplearning4j as it comes, "FastCpu", or "kernels" for oneDNN's kernels alone; seconds for
     *        each measurement; the case, such as resnet50/224/16
     * @throws IOException if the process cannot ask how much memory it has used
     */
    public static void main(String[] arguments) throws IOException {
        String way = arguments[0];
        double seconds = Double.parseDouble(arguments[1]);
        NetworkCase network = new NetworkCase(arguments[2]);
        Map<String, Object> result = new LinkedHashMap<>(Map.of("case", arguments[2], "way", way));
        if (way.equals(KERNELS)) {
            Map<String, Double> milliseconds = OnednnKernels.milliseconds(network);
            result.put("milliseconds", milliseconds);
            result.put("training",
                    1000 * network.batch() / milliseconds.values().stream().mapToDouble(Double::doubleValue).sum());
        } else {
            if (way.equals(FAST)) {
                CpuBackend.configure();
            }
            ComputationGraph graph = way.equals(FAST) ? network.fast(Call.loss(Call.OURS)) : network.stock(Call.loss(Call.OURS));
            result.put("training", network.batch() / Times.median(network.training(graph), seconds));
            result.put("peak MB of training", peakMegabytes());
            result.put("inference", network.batch() / Times.median(network.inference(graph), seconds));
        }
        System.out.println(new ObjectMapper().writeValueAsString(result));
        System.exit(0); // ND4J's threads are not daemons
    }

    /** The most memory that was resident at once since the process started, as {@code peers/torch_training.py} asks it. */
    private static long peakMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElseThrow();
    }
}
