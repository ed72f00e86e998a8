package io.github.powergrad.examples.backend;

import io.github.powergrad.examples.backend.CudaDriver.Gpu;
import io.github.powergrad.fastcpu.FastCpu;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The backend and device that ND4J has chosen. */
public final class ComputeDevice {

    private static final String CUDA_BACKEND = "JCublas";
    private static final Duration BETWEEN_SIGNS_OF_LIFE = Duration.ofSeconds(30);

    private ComputeDevice() {}

    /**
     * Runs one small operation and describes what ran it.
     *
     * @throws IOException if the device cannot run it
     */
    public static String ready() throws IOException {
        return CudaOption.isGiven() ? gpu() : processor();
    }

    private static String processor() throws IOException {
        String backend = Nd4j.getBackend().getClass().getSimpleName();
        compute();
        return String.format(Locale.ROOT, "processor (%s), %s threads, oneDNN %s", backend,
                NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads(), FastCpu.isAvailable() ? "on" : "off");
    }

    private static String gpu() throws IOException {
        CudaDriver driver = CudaDriver.ask();
        CudaBackend backend = CudaBackend.choose(Optional.of(CudaOption.backend()), driver);
        Optional<Gpu> newest = backend.gpuToCompileFor(driver.gpus());
        try (KernelCompilation compilation = newest.map(
                gpu -> KernelCompilation.announce(gpu, BETWEEN_SIGNS_OF_LIFE, System.err)).orElse(null)) {
            String printed = loadCudaBackend();
            if (!Nd4j.getBackend().getClass().getSimpleName().startsWith(CUDA_BACKEND)) {
                throw unusable(backend, printed.isEmpty() ? "ND4J has chosen another backend" : reason(printed), null);
            }
            compute();
        } catch (RuntimeException | LinkageError failure) {
            throw unusable(backend, reason(failure), failure);
        }
        return driver.gpus().stream().map(Gpu::toString).collect(Collectors.joining(", ")) + "; " + driver
                + "; ND4J " + LibraryVersion.of("org.nd4j", "nd4j-api") + " with " + backend;
    }

    private static void compute() throws IOException {
        try (INDArray ones = Nd4j.ones(DataType.FLOAT, 2, 2); INDArray product = ones.mmul(ones)) {
            double sum = product.sumNumber().doubleValue();
            if (sum != 8) {
                throw new IOException("the device computes 2x2 ones times ones as " + sum + " in place of 8");
            }
        }
    }

    private static IOException unusable(CudaBackend backend, String reason, Throwable cause) {
        return new IOException("ND4J for " + backend + " does not start on the GPU (" + reason + "); if a library is missing,"
                + " delete ~/.javacpp/cache, which needs several GB, to let it be unpacked again; else update the driver, or"
                + " leave --cuda out to train on the processor", cause);
    }

    /** Returns the first cause of a failure: the library that is missing rather than the class that needs it. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return firstLine(String.valueOf(cause.getMessage()));
    }

    /** Returns the first cause in a stack trace that was printed. */
    static String reason(String stackTrace) {
        List<String> causes = stackTrace.lines().filter(line -> line.startsWith("Caused by: ")).collect(Collectors.toList());
        return firstLine(causes.isEmpty() ? stackTrace : causes.get(causes.size() - 1));
    }

    /** Returns the first line without the class of an exception before it. */
    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("no reason given")
                .replaceFirst("^(Caused by: )?([a-z]\\w*\\.)+\\w+(Error|Exception): ", "");
    }

    /**
     * Makes sure that there is a GPU for each device that is to train; the processor takes any number of replicas.
     *
     * @throws IOException if there are fewer
     */
    public static void require(int devices) throws IOException {
        if (CudaOption.isGiven()) {
            requireGpus(devices, Nd4j.getAffinityManager().getNumberOfDevices());
        }
    }

    static void requireGpus(int wanted, int present) throws IOException {
        if (wanted > present) {
            throw new IOException(wanted + " devices need as many GPUs, but ND4J sees " + present
                    + "; ask for " + present + ", or let it see more with CUDA_VISIBLE_DEVICES");
        }
    }

    /** Loads ND4J, and returns the stack trace that its CUDA backend prints if it cannot be loaded. */
    private static String loadCudaBackend() {
        PrintStream standardError = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Nd4j.getBackend();
        } finally {
            System.setErr(standardError);
        }
        return printed.toString(StandardCharsets.UTF_8);
    }
}
