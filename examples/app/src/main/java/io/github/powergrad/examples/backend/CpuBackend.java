package io.github.powergrad.examples.backend;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The number of native threads on ND4J's CPU backend. */
public final class CpuBackend {

    private CpuBackend() {}

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
