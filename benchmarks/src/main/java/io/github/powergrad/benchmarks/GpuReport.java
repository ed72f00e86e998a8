package io.github.powergrad.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.powergrad.examples.backend.ComputeDevice;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How fast do networks train on a GPU, beside PyTorch on the same one, and what does the loss cost there? */
public final class GpuReport {

    private GpuReport() {}

    /**
     * Prints Markdown tables.
     *
     * @param arguments seconds for each case, below 1 for a glance at each kind of measurement but the last; the JSON
     *        that {@code peers/torch_training.py --cuda} wrote, or a file that is not there; then the cases, such as
     *        resnet20/32/64 for 64 images of 32x32 per step
     * @throws IOException if there is no device that can be used, or the JSON cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        System.out.println(ComputeDevice.ready());
        System.out.println();
        double seconds = Double.parseDouble(arguments[0]);
        File peer = new File(arguments[1]);
        JsonNode torch = peer.exists() ? new ObjectMapper().readTree(peer) : MissingNode.getInstance();
        printTraining(seconds, torch, Arrays.asList(arguments).subList(2, arguments.length));
        boolean quick = seconds < 1;
        List<Map<String, Object>> ratios = new ArrayList<>();
        for (String type : quick ? new String[] {"FLOAT"} : new String[] {"FLOAT", "DOUBLE", "HALF"}) {
            for (String shape : quick ? new String[] {"128x10"} : new String[] {"128x10", "256x1000", "1024x1000"}) {
                ratios.add(CallRatios.measure(type, shape, Math.max(1, (int) (3 * seconds))));
            }
        }
        ResultTable.printRatios(new ObjectMapper().valueToTree(ratios));
        if (!quick) {
            System.out.println(StepCost.measured("resnet20", (int) (10 * seconds)));
        }
        System.exit(0); // ND4J's threads are not daemons
    }

    private static void printTraining(double seconds, JsonNode torch, List<String> cases) {
        List<String> peers = new ArrayList<>();
        torch.path("images/s").fieldNames().forEachRemaining(peers::add);
        System.out.println("### Training, images per second"
                + (peers.isEmpty() ? "" : " (ratio to PyTorch " + torch.get("torch").asText() + ")"));
        System.out.println();
        StringBuilder heading = new StringBuilder("| network, image size, images per step | Deeplearning4j |");
        StringBuilder line = new StringBuilder("| --- | --- |");
        for (String name : peers) {
            heading.append(" PyTorch, ").append(name).append(" |");
            line.append(" --- |");
        }
        System.out.println(heading);
        System.out.println(line);
        for (String name : cases) {
            double ours = imagesPerSecond(name, seconds);
            StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "| %s | %,.0f |", name, ours));
            for (String variant : peers) {
                double theirs = torch.get("images/s").get(variant).path(name).asDouble(Double.NaN);
                row.append(String.format(Locale.ROOT, " %,.0f (%.3f) |", theirs, ours / theirs));
            }
            System.out.println(row);
        }
        System.out.println();
    }

    private static double imagesPerSecond(String name, double seconds) {
        NetworkCase network = new NetworkCase(name);
        return network.batch() / Times.medianOnDevice(network.training(network.fast(Call.loss(Call.OURS))), seconds);
    }
}
