package io.github.powergrad.examples.backend;

import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.deeplearning4j.nn.layers.mkldnn.BaseMKLDNNHelper;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets up ND4J's CPU backend: oneDNN where the platform has it, and the number of native threads.
 *
 * <p>{@link #configure} must run before the first class of ND4J is loaded, because its settings are system
 * properties that are read once. Properties the user has set stay as they are.
 */
public final class CpuBackend {

    /** Deeplearning4j 1.0.0-M2.1 leaves its layers' oneDNN code off unless this is "false". */
    public static final String HELPERS_DISABLED = "org.eclipse.deeplearning4j.helpers.disable";

    private static final String PLATFORM_EXTENSION = "org.bytedeco.javacpp.platform.extension";
    // Unless it is 0, JavaCPP asks the operating system for the size of the process at each of the many small
    // allocations of a training step, a tenth of the time of a small network; its limit on what it allocates
    // itself stays.
    private static final String PHYSICAL_MEMORY_LIMIT = "org.bytedeco.javacpp.maxphysicalbytes";
    private static final String ONEDNN_LIBRARY =
            "/org/nd4j/linalg/cpu/nativecpu/bindings/linux-x86_64-onednn/libnd4jcpu.so";

    private static final Logger LOG = LoggerFactory.getLogger(CpuBackend.class);

    private CpuBackend() {}

    /** Asks for oneDNN if this platform has a library built with it, and says so in the log if it has none. */
    public static void configure() {
        if (!oneDnnAvailable()) {
            LOG.info("oneDNN is not available on {} {}: convolutions use ND4J's own code, which is slower",
                    System.getProperty("os.name"), System.getProperty("os.arch"));
        }
        properties().forEach(CpuBackend::setUnlessSet);
    }

    /** Returns the system properties that {@link #configure} sets, for processes that are started elsewhere. */
    public static Map<String, String> properties() {
        return oneDnnAvailable()
                ? Map.of(PHYSICAL_MEMORY_LIMIT, "0", PLATFORM_EXTENSION, "-onednn", HELPERS_DISABLED, "false")
                : Map.of(PHYSICAL_MEMORY_LIMIT, "0");
    }

    /** Returns whether layers created from now on use oneDNN. */
    public static boolean usesOneDnn() {
        return "false".equals(System.getProperty(HELPERS_DISABLED)) && BaseMKLDNNHelper.mklDnnEnabled();
    }

    /**
     * Lets native code started from the calling Java thread run on that thread alone.
     *
     * <p>For small networks the threads of OpenMP cost more than they bring (they spin between the many
     * short operations); two trainings of one thread each are faster than one of two, and they are
     * reproducible to the last bit.
     *
     * <p>On a GPU nothing changes: there the same setting is the number of threads of a kernel.
     */
    public static void oneNativeThread() {
        if (CudaOption.isGiven()) {
            return;
        }
        Nd4j.getEnvironment().setMaxThreads(1);
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        // OpenMP keeps this number for each calling thread.
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    }

    /** Returns threads to train on side by side, each with {@link #oneNativeThread one native thread}. */
    public static ExecutorService trainingThreads(int count) {
        return Executors.newFixedThreadPool(count, tasks -> {
            Thread thread = new Thread(() -> {
                oneNativeThread();
                tasks.run();
            }, "training");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static boolean oneDnnAvailable() {
        return CpuBackend.class.getResource(ONEDNN_LIBRARY) != null
                && "Linux".equals(System.getProperty("os.name")) && "amd64".equals(System.getProperty("os.arch"));
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
