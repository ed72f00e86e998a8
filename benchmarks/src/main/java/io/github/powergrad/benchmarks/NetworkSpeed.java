package io.github.powergrad.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** How many images per second does a network train on, and run forward, on the processor? One network per process. */
public final class NetworkSpeed {

    static final String STOCK = "stock";
    static final String FAST = "FastCpu";
    static final String KERNELS = "kernels";

    static final String TRAINING = "training";
    static final String INFERENCE = "inference";
    static final String PEAK = "peak MB of training";
    static final String PEERS = "peers";

    private NetworkSpeed() {}

    /**
     * Prints the medians as one line of JSON. Exit code 1 if something fails, such as PyTorch.
     *
     * @param arguments "stock" for Deeplearning4j as it comes, "FastCpu", or "kernels" for oneDNN's kernels alone; seconds for
     *        each measurement; the case, such as resnet50/224/16; then, for {@link Turns} with PyTorch, where
     *        {@code torch_training.py} is, and its variants, such as "channels_last, kept"
     */
    public static void main(String[] arguments) {
        int exitCode = 1;
        try {
            System.out.println(new ObjectMapper().writeValueAsString(measured(arguments)));
            exitCode = 0;
        } catch (IOException | RuntimeException | Error failure) {
            failure.printStackTrace();
        }
        System.exit(exitCode); // ND4J's threads are not daemons
    }

    private static Map<String, Object> measured(String[] arguments) throws IOException {
        String way = arguments[0];
        double seconds = Double.parseDouble(arguments[1]);
        NetworkCase network = new NetworkCase(arguments[2]);
        Map<String, Object> result = new LinkedHashMap<>(Map.of("case", arguments[2], "way", way));
        if (way.equals(KERNELS)) {
            Map<String, Double> milliseconds = OnednnKernels.milliseconds(network);
            result.put("milliseconds", milliseconds);
            result.put(TRAINING,
                    1000 * network.batch() / milliseconds.values().stream().mapToDouble(Double::doubleValue).sum());
        } else {
            LossMCXENT loss = Call.loss(Call.OURS);
            ComputationGraph graph = way.equals(FAST) ? network.fast(loss) : network.stock(loss);
            Runnable training = network.training(graph);
            Runnable inference = network.inference(graph);
            result.put(TRAINING, network.batch() / Times.median(training, seconds));
            result.put(PEAK, peakMegabytes());
            result.put(INFERENCE, network.batch() / Times.median(inference, seconds));
            Map<String, Object> peers = new LinkedHashMap<>();
            for (int i = 4; i < arguments.length; i++) {
                try (PyTorch peer = new PyTorch(arguments[3], arguments[2], arguments[i])) {
                    result.put("PyTorch", peer.ask("about"));
                    Map<String, Object> medians = new LinkedHashMap<>();
                    medians.put(TRAINING, new Turns(TRAINING, training, network.batch(), peer, seconds).medians());
                    medians.put(PEAK, Long.parseLong(peer.ask("peak")));
                    medians.put(INFERENCE, new Turns(INFERENCE, inference, network.batch(), peer, seconds).medians());
                    peers.put(arguments[i], medians);
                }
            }
            result.put(PEERS, peers);
        }
        return result;
    }

    /** The most memory that was resident at once since the process started, as {@code peers/torch_training.py} asks it. */
    private static long peakMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElseThrow();
    }
}
