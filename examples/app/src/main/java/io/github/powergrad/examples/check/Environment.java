package io.github.powergrad.examples.check;

import io.github.powergrad.examples.backend.CudaOption;
import io.github.powergrad.examples.backend.LibraryVersion;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/** Device, versions and memory: what a bug report must say. */
final class Environment {

    private Environment() {}

    /** @param device describes what ran the first op */
    static void describe(Report report, String device) {
        line(report, "library", "powergrad-dl4j " + LibraryVersion.of("io.github.powergrad", "powergrad-dl4j"));
        line(report, "DL4J", LibraryVersion.of("org.deeplearning4j", "deeplearning4j-nn") + ", ND4J "
                + LibraryVersion.of("org.nd4j", "nd4j-api"));
        line(report, "backend", backend());
        line(report, "device", device);
        line(report, "Java", System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"));
        line(report, "system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        line(report, "memory", String.format(Locale.ROOT,
                "%,d MiB for Java, %,d MiB for arrays in the processor's memory%s",
                Runtime.getRuntime().maxMemory() >> 20, Pointer.maxBytes() >> 20, freeOnGpus()));
    }

    /** The line of the device names the GPUs and their driver. */
    private static String freeOnGpus() {
        if (!CudaOption.isGiven()) {
            return "";
        }
        List<?> gpus = (List<?>) Nd4j.getExecutioner().getEnvironmentInformation()
                .get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY);
        return gpus.stream().map(gpu -> ((Map<?, ?>) gpu).get(Nd4jEnvironment.CUDA_FREE_MEMORY_KEY))
                .map(bytes -> String.format(
                        Locale.ROOT, ", %,d MiB free on the GPU", ((Number) bytes).longValue() >> 20))
                .collect(Collectors.joining());
    }

    private static void line(Report report, String name, Object value) {
        report.line(String.format("%-9s%s", name, value));
    }

    private static String backend() {
        String jar = Path.of(URI.create(Nd4j.getBackend().getClass().getProtectionDomain().getCodeSource().getLocation()
                .toString())).getFileName().toString();
        return jar + "; " + Nd4j.getBackend().buildInfo().lines().map(String::strip).filter(line -> !line.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
