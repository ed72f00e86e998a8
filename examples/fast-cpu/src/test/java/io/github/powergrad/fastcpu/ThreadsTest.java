package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

@DisplayName("The threads of oneDNN")
class ThreadsTest {

    private static final NativeOps OPEN_MP = openMp();

    private final int usual = Nd4j.getEnvironment().maxMasterThreads();

    private static NativeOps openMp() {
        Nd4j.getEnvironment(); // loads ND4J, which puts its operations into the holder
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }

    @AfterEach
    void asBefore() {
        Nd4j.getEnvironment().setMaxMasterThreads(usual);
    }

    @Test
    @DisplayName("are no more than ND4J may use, where OpenMP would give more")
    void limit() throws Exception {
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        assertThat(threadsOf(ThreadsTest::addOnOneDnn)).isEqualTo(1);
    }

    @Test
    @DisplayName("are as many as ND4J may use")
    void all() throws Exception {
        Nd4j.getEnvironment().setMaxMasterThreads(2);
        assumeThat(Nd4j.getEnvironment().maxMasterThreads()).as("two threads, which OMP_NUM_THREADS=1 forbids").isEqualTo(2);
        assertThat(threadsOf(ThreadsTest::addOnOneDnn)).isEqualTo(2);
    }

    @Test
    @DisplayName("follow a limit that is set between two steps, on operations that have been made already")
    void limitLater() throws Exception {
        Nd4j.getEnvironment().setMaxMasterThreads(2);
        ComputationGraph network = Networks.resNet20(12, 10);
        FastCpu.apply(network);
        network.fit(Networks.images(8, 3, 12, 10, 1));
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        assertThat(threadsOf(() -> convolve(network))).isEqualTo(1);
    }

    @Test
    @DisplayName("leave OpenMP's number of the calling thread as it was")
    void restored() {
        int before = OPEN_MP.ompGetMaxThreads();
        try {
            OPEN_MP.setOmpNumThreads(3);
            Nd4j.getEnvironment().setMaxMasterThreads(1);
            addOnOneDnn();
            assertThat(OPEN_MP.ompGetMaxThreads()).isEqualTo(3);
        } finally {
            OPEN_MP.setOmpNumThreads(before);
        }
    }

    /** A convolution of a network alone, with the operation that the network has: ND4J has threads of its own. */
    private static Void convolve(ComputationGraph network) {
        FastConvolution layer = (FastConvolution) network.getLayer("0.1.c1");
        Convolution.Shape shape = new Convolution.Shape(8, 16, 16, new long[] {12, 12, 12, 12, 3, 3, 1, 1, 1, 1}, false, false);
        INDArray image = Nd4j.createUninitializedDetached(DataType.FLOAT, 8 * 16 * 12 * 12);
        INDArray result = Nd4j.createUninitializedDetached(DataType.FLOAT, 8 * 16 * 12 * 12);
        layer.session().convolution(shape).forward(layer.session().scratch(), Images.address(image),
                Images.address(layer.getParam("W")), 0, Images.address(result));
        return null;
    }

    private static Void addOnOneDnn() {
        int count = 1 << 20;
        INDArray a = Nd4j.createUninitializedDetached(DataType.FLOAT, count);
        try (Elementwise operation = new Elementwise(count); Scratches scratch = new Scratches()) {
            operation.add(scratch, Images.address(a), Images.address(a), Images.address(a));
        }
        return null;
    }

    /** Returns how many threads a new thread is after a task, those of OpenMP, which bear its name, included. */
    private static long threadsOf(Callable<Void> task) throws Exception {
        assumeThat(Path.of("/proc/self/task")).as("the list of threads of Linux").isDirectory();
        String name = "dnn" + System.nanoTime() % 1_000_000_000; // Linux keeps 15 letters
        ExecutorService thread = Executors.newSingleThreadExecutor(run -> new Thread(run, name));
        try {
            return thread.submit(() -> {
                OPEN_MP.setOmpNumThreads(2);
                task.call();
                return threadsNamed(name);
            }).get();
        } finally {
            thread.shutdown();
        }
    }

    private static long threadsNamed(String name) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> {
                try {
                    return Files.readString(task.resolve("comm")).strip().equals(name);
                } catch (IOException ended) {
                    return false;
                }
            }).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
