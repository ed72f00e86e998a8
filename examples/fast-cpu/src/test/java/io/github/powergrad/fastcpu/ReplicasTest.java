package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.factory.DefaultTrainerContext;
import org.deeplearning4j.parallelism.trainer.DefaultTrainer;
import org.deeplearning4j.parallelism.trainer.Trainer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

@DisplayName("Replicas of a ParallelWrapper")
@Timeout(120)
class ReplicasTest {

    private static final int SIZE = 12;
    private static final int ROUNDS = 4;
    private static final int REPLICAS = 2;

    private static Model network(boolean graph) {
        if (!graph) {
            return Networks.threeConvolutions(SIZE, 10);
        }
        ComputationGraph network = Networks.resNet20(SIZE, 10);
        network.setLearningRate(1e-3);
        return network;
    }

    private static DataSet images(boolean graph, int part) {
        return Networks.images(part % 3 == 2 ? 3 : 4, graph ? 3 : 1, SIZE, 10, part);
    }

    @ParameterizedTest(name = "as layers of a graph: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("train to the weights of networks that are averaged by hand, momentum too, without FastCpu")
    void averaged(boolean graph) {
        Model expected = averagedByHand(graph);
        Model network = network(graph);
        List<Replica> replicas = new ArrayList<>();
        ParallelWrapper wrapper = wrapper(network, replicas);
        wrapper.setListeners(new FastCpu());
        List<DataSet> parts = new ArrayList<>();
        for (int part = 0; part < ROUNDS * REPLICAS; part++) {
            parts.add(images(graph, part));
        }
        wrapper.fit(new ExistingDataSetIterator(parts));

        assertThat(replicas).hasSize(REPLICAS).allMatch(replica -> replica.wasFast);
        assertThat(SameTrainingTest.difference(network.params(), expected.params())).isLessThan(1e-5);
    }

    private static Model averagedByHand(boolean graph) {
        Model[] networks = {network(graph), network(graph)};
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < REPLICAS; i++) {
                SameTrainingTest.fit(networks[i], images(graph, round * REPLICAS + i));
            }
            INDArray parameters = networks[0].params().add(networks[1].params()).divi(2);
            INDArray state = state(networks[0]).add(state(networks[1])).divi(2);
            for (Model network : networks) {
                network.params().assign(parameters);
                state(network).assign(state);
            }
        }
        return networks[0];
    }

    private static INDArray state(Model network) {
        return network instanceof ComputationGraph ? ((ComputationGraph) network).getUpdater().getStateViewArray()
                : ((MultiLayerNetwork) network).getUpdater().getStateViewArray();
    }

    private static ParallelWrapper wrapper(Model network, List<Replica> replicas) {
        CountDownLatch copiesToMake = new CountDownLatch(REPLICAS);
        ParallelWrapper wrapper = new ParallelWrapper.Builder<>(network).workers(REPLICAS).prefetchBuffer(0)
                .averagingFrequency(1).build();
        wrapper.setTrainerContext(new DefaultTrainerContext() {
            @Override
            public Trainer create(String group, int number, Model original, int device, boolean multiDataSets,
                    ParallelWrapper owner, WorkspaceMode mode, int averagingFrequency) {
                replicas.add(new Replica(number, original, owner, mode, copiesToMake));
                return replicas.get(number);
            }
        });
        return wrapper;
    }

    /**
     * Deeplearning4j's, with one difference: it trains when all copies are made. Deeplearning4j copies the network while
     * its first replica may have trained already, so that two runs without FastCpu end at different weights.
     */
    private static final class Replica extends DefaultTrainer {

        private final CountDownLatch copiesToMake;
        private volatile boolean wasFast;

        Replica(int number, Model network, ParallelWrapper wrapper, WorkspaceMode mode, CountDownLatch copiesToMake) {
            threadId = number;
            originalModel = network;
            parallelWrapper = wrapper;
            workspaceMode = mode;
            uuid = "replica-" + number;
            this.copiesToMake = copiesToMake;
            setupIfNeccessary();
        }

        @Override
        protected void postInit() {
            super.postInit();
            copiesToMake.countDown();
            try {
                copiesToMake.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }

        @Override
        protected void fit(org.nd4j.linalg.dataset.api.DataSet part) {
            super.fit(part);
            Layer first = replicatedModel instanceof ComputationGraph ? ((ComputationGraph) replicatedModel).getLayer("conv1")
                    : ((MultiLayerNetwork) replicatedModel).getLayer(0);
            wasFast = first instanceof FastConvolution;
        }
    }
}
