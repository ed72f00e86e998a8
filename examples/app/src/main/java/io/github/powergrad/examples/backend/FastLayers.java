package io.github.powergrad.examples.backend;

import io.github.powergrad.fastcpu.FastCpu;
import io.github.powergrad.fastcpu.FastCpuReport;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Lets a network run faster: on the processor by {@link FastCpu}, on a GPU by {@link CudnnLayers cuDNN} where ND4J has it.
 * The configuration does not change, so the network's files load anywhere.
 */
public final class FastLayers {

    private FastLayers() {}

    /**
     * Exchanges what runs in the layers.
     *
     * @param network has been initialized, and is not training at the moment
     */
    public static void installIn(ComputationGraph network) {
        if (CudaOption.isGiven()) {
            CudnnLayers.installIn(network.getLayers());
        } else {
            FastCpu.apply(network);
        }
    }

    /** Returns how many layers of a network run faster since {@link #installIn}, in words. */
    public static String describe(ComputationGraph network) {
        if (CudaOption.isGiven()) {
            return "cuDNN: " + CudnnLayers.describe(network.getLayers());
        }
        // Changes nothing the second time.
        FastCpuReport report = FastCpu.apply(network);
        return "oneDNN: " + report.lines().stream().filter(FastCpuReport.Line::isFaster).count()
                + " of " + report.lines().size() + " layers";
    }
}
