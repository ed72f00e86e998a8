package io.github.powergrad.examples.backend;

import io.github.powergrad.examples.backend.CudaDriver.Gpu;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The compilation of ND4J's kernels by the driver, at the first start on a GPU that is newer than the kernels. Tells the
 * user before it begins, and then from time to time how long it has taken, until it is closed.
 */
final class KernelCompilation implements AutoCloseable {

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "first start");
        thread.setDaemon(true);
        return thread;
    });

    private KernelCompilation() {}

    /**
     * Tells that the compiling begins, and from then on how long it has taken.
     *
     * @param gpu what is compiled for
     * @param between the time from one line to the next
     */
    static KernelCompilation announce(Gpu gpu, Duration between, PrintStream terminal) {
        terminal.println("note: " + gpu.name() + " is newer than CUDA 11.2, so the driver compiles ND4J's kernels for compute"
                + " capability " + gpu.capability() + ". That can take more than an hour, but happens once: the driver keeps"
                + " the result, later starts take seconds.");
        KernelCompilation compilation = new KernelCompilation();
        long begin = System.nanoTime();
        compilation.clock.scheduleAtFixedRate(() -> {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            terminal.printf(Locale.ROOT, "still starting ND4J on the GPU, %d:%02d min so far%n", seconds / 60, seconds % 60);
        }, between.toMillis(), between.toMillis(), TimeUnit.MILLISECONDS);
        return compilation;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
