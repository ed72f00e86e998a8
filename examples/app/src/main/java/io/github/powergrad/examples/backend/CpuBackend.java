package io.github.powergrad.examples.backend;

import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Sets up ND4J's CPU backend, and the number of native threads.
 *
 * <p>{@link #configure} must run before the first class of ND4J is loaded, because its settings are system
 * properties that are read once. Properties the user has set stay as they are.
 */
public final class CpuBackend {

    private CpuBackend() {}

    /** Sets the {@link #properties} that are not set. */
    public static void configure() {
        properties().forEach(System.getProperties()::putIfAbsent);
    }

    /** Returns the system properties that {@link #configure} sets, for processes that are started elsewhere. */
    public static Map<String, String> properties() {
        // Unless it is 0, JavaCPP asks the operating system for the size of the process at each of the many small
        // allocations of a training step. That takes a tenth of the time of a small network. What JavaCPP allocates
        // itself stays limited.
        return Map.of("org.bytedeco.javacpp.maxphysicalbytes", "0");
    }

    /**
     * Lets native code started from the calling Java thread run on that thread alone.
     *
     * <p>In small networks the threads of OpenMP cost more time than they save, because they spin between the many short
     * operations. Two trainings on one thread each are faster than one on two threads, and reproducible to the last bit.
     *
     * <p>On a GPU nothing changes: there the same setting is the number of threads of a kernel.
     */
    public static void oneNativeThread() {
        if (CudaOption.isGiven()) {
            return;
        }
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
}
