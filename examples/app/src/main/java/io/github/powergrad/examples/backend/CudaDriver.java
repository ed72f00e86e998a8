package io.github.powergrad.examples.backend;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What NVIDIA's driver says of itself and of the GPUs that CUDA_VISIBLE_DEVICES lets this process see. It is asked through
 * the driver API, which ND4J calls too, by JNA, which Deeplearning4j brings. Nothing of ND4J is loaded.
 */
public final class CudaDriver {

    private static final String LIBRARY = "libcuda.so.1";
    private static final String SUPPORTED = "Linux on amd64";
    private static final String WITHOUT = "leave --cuda out to train on the processor";

    // Of cuda.h.
    private static final int CAPABILITY_MAJOR = 75;
    private static final int CAPABILITY_MINOR = 76;
    private static final int LONGEST_NAME = 256;

    private final String version;
    private final int cuda;
    private final List<Gpu> gpus;

    /**
     * @param version of the driver; empty if it is not known
     * @param cuda the newest CUDA that it supports, as 1000 major + 10 minor
     * @param gpus that are visible
     */
    CudaDriver(String version, int cuda, List<Gpu> gpus) {
        this.version = version;
        this.cuda = cuda;
        this.gpus = List.copyOf(gpus);
    }

    /**
     * Asks the driver of this machine.
     *
     * @throws IOException if there is none, or it sees no GPU, or ND4J has no CUDA for this platform
     */
    public static CudaDriver ask() throws IOException {
        String platform = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!platform.equals(SUPPORTED)) {
            throw new IOException("--cuda needs " + SUPPORTED + ", this is " + platform + "; leave it out to train on the processor");
        }
        NativeLibrary driver;
        try {
            driver = NativeLibrary.getInstance(LIBRARY);
        } catch (UnsatisfiedLinkError missing) {
            throw new IOException("no NVIDIA driver, " + LIBRARY + " cannot be loaded; install the driver, or " + WITHOUT,
                    missing);
        }
        call(driver, "cuInit", 0);
        IntByReference cuda = new IntByReference();
        call(driver, "cuDriverGetVersion", cuda);
        IntByReference count = new IntByReference();
        call(driver, "cuDeviceGetCount", count);
        List<Gpu> gpus = new ArrayList<>();
        for (int ordinal = 0; ordinal < count.getValue(); ordinal++) {
            gpus.add(gpu(driver, ordinal));
        }
        if (gpus.isEmpty()) {
            throw new IOException("the NVIDIA driver sees no GPU; see 'nvidia-smi' and CUDA_VISIBLE_DEVICES, or " + WITHOUT);
        }
        return new CudaDriver(installedVersion(), cuda.getValue(), gpus);
    }

    private static Gpu gpu(NativeLibrary driver, int ordinal) throws IOException {
        IntByReference device = new IntByReference();
        call(driver, "cuDeviceGet", device, ordinal);
        byte[] name = new byte[LONGEST_NAME];
        call(driver, "cuDeviceGetName", name, name.length, device.getValue());
        LongByReference memory = new LongByReference();
        call(driver, "cuDeviceTotalMem_v2", memory, device.getValue());
        return new Gpu(Native.toString(name, StandardCharsets.UTF_8.name()),
                attribute(driver, CAPABILITY_MAJOR, device.getValue()),
                attribute(driver, CAPABILITY_MINOR, device.getValue()), memory.getValue());
    }

    private static int attribute(NativeLibrary driver, int attribute, int device) throws IOException {
        IntByReference value = new IntByReference();
        call(driver, "cuDeviceGetAttribute", value, attribute, device);
        return value.getValue();
    }

    private static void call(NativeLibrary driver, String function, Object... arguments) throws IOException {
        int result = driver.getFunction(function).invokeInt(arguments);
        if (result != 0) {
            throw new IOException("the NVIDIA driver sees no GPU that can be used (" + function + ": "
                    + errorName(driver, result) + "); see 'nvidia-smi' and CUDA_VISIBLE_DEVICES, or " + WITHOUT);
        }
    }

    private static String errorName(NativeLibrary driver, int error) {
        PointerByReference name = new PointerByReference();
        Function ask = driver.getFunction("cuGetErrorName");
        return ask.invokeInt(new Object[] {error, name}) == 0 ? name.getValue().getString(0) : "error " + error;
    }

    private static String installedVersion() {
        try {
            return Files.readString(Path.of("/sys/module/nvidia/version")).strip();
        } catch (IOException unknown) {
            return "";
        }
    }

    /** Returns the GPUs that are visible, at least one. */
    public List<Gpu> gpus() {
        return gpus;
    }

    /** Returns the newest CUDA that it supports, as 1000 major + 10 minor. */
    int cuda() {
        return cuda;
    }

    /** Returns its version and that of the newest CUDA that it supports. */
    @Override
    public String toString() {
        return "driver " + (version.isEmpty() ? "" : version + " ") + "for CUDA " + cuda / 1000 + "." + cuda % 1000 / 10;
    }

    /** A GPU, as its driver describes it. */
    public static final class Gpu {

        private final String name;
        private final int capability;
        private final long memory;

        /**
         * @param name such as NVIDIA A100-SXM4-40GB
         * @param major compute capability, before the point
         * @param minor compute capability, behind the point
         * @param memory bytes
         */
        Gpu(String name, int major, int minor, long memory) {
            this.name = name;
            this.capability = 10 * major + minor;
            this.memory = memory;
        }

        public String name() {
            return name;
        }

        /** Returns its compute capability, such as 8.6. */
        public String capability() {
            return capability(capability);
        }

        /** Returns its compute capability, times ten. */
        int capabilityTimesTen() {
            return capability;
        }

        static String capability(int tenths) {
            return tenths / 10 + "." + tenths % 10;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s (compute capability %s, %.1f GiB)", name, capability(), memory / (double) (1 << 30));
        }
    }
}
