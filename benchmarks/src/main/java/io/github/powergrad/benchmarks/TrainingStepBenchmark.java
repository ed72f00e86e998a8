package io.github.powergrad.benchmarks;

import io.github.powergrad.examples.backend.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long does a step of training take, on Deeplearning4j as it comes, with oneDNN as the examples turn it on, and
 * with a replica of the network on each processor? Replicas step at the same time and do not exchange anything.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TrainingStepBenchmark {

    static final String STOCK = "stock";
    static final String REPLICAS = "oneDNN-replicas";

    @Param({Networks.THREE_CONVOLUTIONS, "resnet20", "resnet50"})
    String network;

    @Param({STOCK, "oneDNN", REPLICAS})
    String backend;

    private final List<Callable<Object>> steps = new ArrayList<>();
    private ExecutorService threads;

    /** Returns the number of networks that step at the same time. */
    static int replicas(String backend) {
        return backend.equals(REPLICAS) ? Runtime.getRuntime().availableProcessors() : 1;
    }

    /** Before anything of ND4J is loaded: system properties choose the backend, and each trial has its own JVM. */
    @Setup
    public void makeNetworks() throws Exception {
        if (!backend.equals(STOCK)) {
            CpuBackend.configure();
        }
        threads = Executors.newFixedThreadPool(replicas(backend));
        List<Callable<Callable<Object>>> makers = new ArrayList<>();
        for (int i = 0; i < replicas(backend); i++) {
            makers.add(() -> {
                if (backend.equals(REPLICAS)) {
                    CpuBackend.oneNativeThread();
                }
                return Executors.callable(Networks.step(network, Call.loss(Call.OURS)));
            });
        }
        for (Future<Callable<Object>> step : threads.invokeAll(makers)) {
            steps.add(step.get());
        }
    }

    @Benchmark
    public void trainingStep() throws Exception {
        for (Future<Object> step : threads.invokeAll(steps)) {
            step.get();
        }
    }

    @TearDown
    public void stop() {
        threads.shutdownNow();
    }
}
