package io.github.powergrad.examples.backend;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The backend and device that ND4J has chosen. */
public final class ComputeDevice {

    private static final String SUPPORTED = "ND4J 1.0.0-M2.1 runs on GPUs of compute capability 3.7, 5.0, 5.2, 6.0, 6.1, 7.0,"
            + " 7.5, 8.0, 8.6 and 8.9, not on 9.0 (H100) or later; leave --cuda out to train on the processor";

    private static final String CUDA_BACKEND = "JCublas";

    private final String description;

    private ComputeDevice(String description) {
        this.description = description;
    }

    /**
     * Runs one small operation and describes what ran it.
     *
     * @throws IOException if the device cannot run it, with those that can
     */
    public static ComputeDevice ready() throws IOException {
        try {
            return tried();
        } catch (RuntimeException | LinkageError failure) {
            if (!CudaRequest.made()) {
                throw failure;
            }
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IOException("no GPU that can be used ("
                    + String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given") + "); " + SUPPORTED, failure);
        }
    }

    private static ComputeDevice tried() throws IOException {
        String reason = CudaRequest.made() ? loadCudaBackend() : "";
        String backend = Nd4j.getBackend().getClass().getSimpleName();
        if (CudaRequest.made() && !backend.startsWith(CUDA_BACKEND)) {
            throw new IOException("no GPU that can be used (" + (reason.isEmpty() ? "ND4J found none" : reason) + "); "
                    + SUPPORTED);
        }
        try (INDArray ones = Nd4j.ones(DataType.FLOAT, 2, 2); INDArray product = ones.mmul(ones)) {
            double sum = product.sumNumber().doubleValue();
            if (sum != 8) {
                throw new IOException("the device computes 2x2 ones times ones as " + sum + " in place of 8; " + SUPPORTED);
            }
        }
        Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
        if (CudaRequest.made()) {
            return new ComputeDevice(String.format(Locale.ROOT, "CUDA (%s), %s", backend,
                    environment.get("cuda.devicesInformation")));
        }
        return new ComputeDevice(String.format(Locale.ROOT, "processor (%s), %s threads, oneDNN %s", backend,
                NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads(), CpuBackend.usesOneDnn() ? "on" : "off"));
    }

    /**
     * Makes sure that as many GPUs are there as are to train; the processor takes any number of replicas.
     *
     * @throws IOException if there are fewer
     */
    public static void require(int devices) throws IOException {
        if (CudaRequest.made()) {
            requireGpus(devices, Nd4j.getAffinityManager().getNumberOfDevices());
        }
    }

    static void requireGpus(int wanted, int present) throws IOException {
        if (wanted > present) {
            throw new IOException("--devices " + wanted + " needs as many GPUs, but ND4J sees " + present
                    + "; give --devices " + present + ", or let it see more with CUDA_VISIBLE_DEVICES");
        }
    }

    /** Loads ND4J. Its CUDA backend prints a stack trace where there is no driver; the first line of it is returned. */
    private static String loadCudaBackend() {
        PrintStream standardError = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            Nd4j.getBackend();
        } finally {
            System.setErr(standardError);
        }
        return printed.toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }

    @Override
    public String toString() {
        return description;
    }
}
