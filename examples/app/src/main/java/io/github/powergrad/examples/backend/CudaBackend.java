package io.github.powergrad.examples.backend;

import io.github.powergrad.examples.backend.CudaDriver.Gpu;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** ND4J's backends for CUDA, the one that is preferred first. */
public enum CudaBackend {

    /** Of 1.0.0-M2.1: machine code for 3.7 to 8.6, which 8.9 also runs; nothing that a driver could compile for 9.0. */
    CUDA_11_6("11.6", 37, 89),

    /** Of 1.0.0-M1.1: machine code for 3.5 to 8.6, PTX that the driver compiles for 9.0 and later, and cuDNN. */
    CUDA_11_2("11.2", 35, Integer.MAX_VALUE);

    private static final int NEWEST_MACHINE_CODE = 89;
    private static final int OLDEST_DRIVER = 11_000;

    private final String version;
    private final int oldest;
    private final int newest;

    /** @param oldest and newest compute capability that it runs on, times ten */
    CudaBackend(String version, int oldest, int newest) {
        this.version = version;
        this.oldest = oldest;
        this.newest = newest;
    }

    public String version() {
        return version;
    }

    /**
     * Returns the backend for these GPUs.
     *
     * @param asked the one to use; empty for the preferred one that all of them can run
     * @throws IOException if there is none
     */
    static CudaBackend choose(Optional<CudaBackend> asked, CudaDriver driver) throws IOException {
        if (driver.cuda() < OLDEST_DRIVER) {
            throw new IOException("the NVIDIA " + driver + " is too old; install 450.80 or newer, or leave --cuda out to train"
                    + " on the processor");
        }
        CudaBackend backend = asked.orElseGet(() -> Arrays.stream(values())
                .filter(each -> each.firstUnfit(driver.gpus()).isEmpty()).findFirst().orElse(CUDA_11_2));
        Optional<Gpu> unfit = backend.firstUnfit(driver.gpus());
        if (unfit.isPresent()) {
            throw new IOException("ND4J for CUDA " + backend.version + " runs on " + backend.range() + ", not on " + unfit.get()
                    + "; " + (asked.isEmpty() ? "" : "give --cuda alone, which chooses, ")
                    + "let it see other GPUs with CUDA_VISIBLE_DEVICES, or leave --cuda out to train on the processor");
        }
        return backend;
    }

    /**
     * Returns the backend of a version of CUDA.
     *
     * @throws IOException if there is none
     */
    static CudaBackend of(String version) throws IOException {
        return Arrays.stream(values()).filter(each -> each.version.equals(version)).findFirst()
                .orElseThrow(() -> new IOException("--cuda=" + version + " is not known; give --cuda alone, or one of "
                        + Arrays.stream(values()).map(each -> "--cuda=" + each.version).collect(Collectors.joining(", "))));
    }

    private Optional<Gpu> firstUnfit(List<Gpu> gpus) {
        return gpus.stream()
                .filter(gpu -> gpu.capabilityTimesTen() < oldest || gpu.capabilityTimesTen() > newest)
                .findFirst();
    }

    private String range() {
        return "compute capability " + Gpu.capability(oldest)
                + (newest == Integer.MAX_VALUE ? " and later" : " to " + Gpu.capability(newest));
    }

    /** Returns the first of these GPUs for which the driver has to compile every kernel. */
    Optional<Gpu> gpuToCompileFor(List<Gpu> gpus) {
        return gpus.stream().filter(gpu -> gpu.capabilityTimesTen() > NEWEST_MACHINE_CODE).findFirst();
    }

    @Override
    public String toString() {
        return "CUDA " + version;
    }
}
