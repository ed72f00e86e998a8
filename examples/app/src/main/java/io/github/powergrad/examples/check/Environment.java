package io.github.powergrad.examples.check;

import io.github.powergrad.examples.backend.CudaOption;
import io.github.powergrad.examples.backend.LibraryVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/** Device, driver, versions and memory: what a bug report must say. */
final class Environment implements CheckPart {

    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

    private final Object device;

    /** @param device describes what ran the first op */
    Environment(Object device) {
        this.device = device;
    }

    @Override
    public String name() {
        return "environment";
    }

    @Override
    public void check(Report report) throws IOException {
        line(report, "library", "powergrad-dl4j " + LibraryVersion.of("io.github.powergrad", "powergrad-dl4j"));
        line(report, "DL4J", LibraryVersion.of("org.deeplearning4j", "deeplearning4j-nn") + ", ND4J "
                + LibraryVersion.of("org.nd4j", "nd4j-api"));
        line(report, "backend", backend());
        line(report, "device", device);
        if (CudaOption.isGiven()) {
            Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
            for (Object each : (List<?>) environment.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY)) {
                Map<?, ?> gpu = (Map<?, ?>) each;
                line(report, "GPU", String.format(Locale.ROOT, "%s, compute capability %s.%s, %,d of %,d MiB free",
                        gpu.get(Nd4jEnvironment.CUDA_DEVICE_NAME_KEY),
                        gpu.get(Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY),
                        gpu.get(Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY),
                        mebibytes(gpu.get(Nd4jEnvironment.CUDA_FREE_MEMORY_KEY)),
                        mebibytes(gpu.get(Nd4jEnvironment.CUDA_TOTAL_MEMORY_KEY))));
            }
            line(report, "driver", driver());
        }
        line(report, "Java", System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"));
        line(report, "system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch") + ", " + Runtime.getRuntime().availableProcessors() + " processors");
        line(report, "memory", String.format(Locale.ROOT,
                "%,d MiB for Java, %,d MiB for arrays in the processor's memory",
                Runtime.getRuntime().maxMemory() >> 20, Pointer.maxBytes() >> 20));
    }

    private static void line(Report report, String name, Object value) {
        report.line(String.format("%-9s%s", name, value));
    }

    private static long mebibytes(Object bytes) {
        return ((Number) bytes).longValue() >> 20;
    }

    private static String backend() {
        String jar = Path.of(URI.create(Nd4j.getBackend().getClass().getProtectionDomain().getCodeSource().getLocation()
                .toString())).getFileName().toString();
        return jar + "; " + Nd4j.getBackend().buildInfo().lines().map(String::strip).filter(line -> !line.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String driver() throws IOException {
        return Files.isReadable(DRIVER) ? Files.readAllLines(DRIVER).get(0) : "not told by " + DRIVER;
    }
}
