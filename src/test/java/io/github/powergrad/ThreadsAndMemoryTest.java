package io.github.powergrad;

import static io.github.powergrad.LossPowerGradTest.IDENTITY;
import static io.github.powergrad.LossPowerGradTest.SOFTMAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.enums.DebugMode;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ProfilingMode;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.exception.ND4JIllegalStateException;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@DisplayName("One instance of the loss")
class ThreadsAndMemoryTest {

    private static final int THREADS = 8;
    private static final int PAIRS = 5_000; // of a gradient and a score: 10,000 calls

    /**
     * One [64, 400] array left behind by each call would be 977 MB. Resident memory breathes by up to 300 MB, with
     * LossMCXENT too: the heap, and native op descriptors that wait for the collector.
     */
    private static final long BREATHING = 500L << 20;

    private final INDArray logits = Nd4j.rand(DataType.FLOAT, 64, 400);
    private final INDArray labels = Nd4j.eye(400).castTo(DataType.FLOAT)
            .get(NDArrayIndex.interval(0, 64), NDArrayIndex.all()).dup();
    private final INDArray mask = Nd4j.ones(DataType.FLOAT, 64, 1);
    private final LossPowerGrad everySetting = LossPowerGrad.builder().alpha(0.3).labelSmoothing(0.1)
            .weights(Nd4j.ones(400)).build();

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void servesEightThreadsOnDifferentNetworksAsItWouldEachAlone() throws Exception {
        LossPowerGrad shared = LossPowerGrad.builder().alpha(0.3).labelSmoothing(0.1)
                .weights(Nd4j.createFromArray(0.5, 1.0, 2.0)).build();
        List<MultiLayerNetwork> networks = new ArrayList<>();
        List<double[]> alone = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            networks.add(SmallNetworks.perceptron(shared));
            alone.add(trained(SmallNetworks.perceptron(shared), t));
        }
        CyclicBarrier together = new CyclicBarrier(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<double[]>> parameters = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int number = t;
                parameters.add(threads.submit(() -> {
                    together.await();
                    return trained(networks.get(number), number);
                }));
            }
            for (int t = 0; t < THREADS; t++) {
                assertThat(parameters.get(t).get()).as("thread %s", t).containsExactly(alone.get(t));
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
    }

    private static double[] trained(MultiLayerNetwork network, int number) {
        for (int step = 0; step < 20; step++) {
            DataSet data = SmallNetworks.minibatch(100 * number + step);
            network.fit(data);
        }
        return SmallNetworks.params(network);
    }

    private void gradientAndScore(IActivation activation) {
        everySetting.computeGradient(labels, logits, activation, mask);
        everySetting.computeScore(labels, logits, activation, mask, true);
    }

    @Test
    @DisplayName("leaves off-heap memory flat over 10,000 calls in a workspace")
    void leavesMemoryFlatInAWorkspace() {
        for (int i = 0; i < PAIRS / 5; i++) {
            callInWorkspace(i);
        }
        System.gc();
        long before = Pointer.physicalBytes();

        for (int i = 0; i < PAIRS; i++) {
            callInWorkspace(i);
        }

        assertThat(Pointer.physicalBytes() - before).isLessThan(BREATHING);
    }

    private void callInWorkspace(int i) {
        try (MemoryWorkspace workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace("ThreadsAndMemoryTest")) {
            gradientAndScore(i % 2 == 0 ? SOFTMAX : IDENTITY);
        }
    }

    @Test
    @DisplayName("keeps nothing of 10,000 calls without a workspace once garbage is collected")
    void keepsNothingWithoutAWorkspace() throws InterruptedException {
        for (int i = 0; i < PAIRS / 5; i++) {
            callOutside(i);
        }
        System.gc();
        long before = Pointer.physicalBytes();

        for (int i = 0; i < PAIRS; i++) {
            callOutside(i);
        }

        long after = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 40 && after - before >= BREATHING; attempt++) {
            System.gc(); // ND4J frees in a thread of its own, after the collector has run
            Thread.sleep(250);
            after = Pointer.physicalBytes();
        }
        assertThat(after - before).isLessThan(BREATHING);
    }

    private void callOutside(int i) {
        gradientAndScore(i % 2 == 0 ? SOFTMAX : IDENTITY);
        if (i % 1000 == 0) {
            System.gc();
        }
    }

    @ParameterizedTest
    @EnumSource(value = DebugMode.class, names = {"DISABLED", "SPILL_EVERYTHING", "BYPASS_EVERYTHING"})
    @DisplayName("uses no array of a closed workspace, in any of ND4J's debug modes")
    void leaksNothingOutOfAWorkspace(DebugMode mode) {
        INDArray expected = everySetting.computeGradient(labels, logits, SOFTMAX, mask);
        double score = everySetting.computeScore(labels, logits, SOFTMAX, mask, true);
        MultiLayerNetwork plain = SmallNetworks.perceptron(new LossPowerGrad(0.3));
        double[] trained = trained(plain, 3);
        Nd4j.getWorkspaceManager().setDebugMode(mode);
        Nd4j.getExecutioner().setProfilingMode(ProfilingMode.SCOPE_PANIC);
        try {
            for (int i = 0; i < 5; i++) {
                try (MemoryWorkspace workspace =
                        Nd4j.getWorkspaceManager().getAndActivateWorkspace("ThreadsAndMemoryTest-" + mode)) {
                    assertThat(everySetting.computeGradient(labels, logits, SOFTMAX, mask)).isEqualTo(expected);
                    assertThat(everySetting.computeScore(labels, logits, SOFTMAX, mask, true)).isEqualTo(score);
                    gradientAndScore(IDENTITY);
                }
                assertThat(Nd4j.getMemoryManager().getCurrentWorkspace()).isNull();
            }
            assertThat(trained(SmallNetworks.perceptron(new LossPowerGrad(0.3)), 3)).containsExactly(trained);
        } finally {
            Nd4j.getExecutioner().setProfilingMode(ProfilingMode.DISABLED);
            Nd4j.getWorkspaceManager().setDebugMode(DebugMode.DISABLED);
        }
    }

    @Test
    @DisplayName("would be caught if it did: the debug mode of the test above reports a leak")
    void theDebugModeReportsALeak() {
        INDArray leaked;
        try (MemoryWorkspace workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace("ThreadsAndMemoryTest-leak")) {
            leaked = logits.mul(2);
        }
        Nd4j.getExecutioner().setProfilingMode(ProfilingMode.SCOPE_PANIC);
        try {
            assertThatThrownBy(() -> new LossPowerGrad().computeGradient(labels, leaked, SOFTMAX, null))
                    .isInstanceOf(ND4JIllegalStateException.class).hasMessageContaining("workspace");
        } finally {
            Nd4j.getExecutioner().setProfilingMode(ProfilingMode.DISABLED);
        }
    }
}
