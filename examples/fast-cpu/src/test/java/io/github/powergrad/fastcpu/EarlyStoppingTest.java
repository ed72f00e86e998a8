package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.termination.ScoreImprovementEpochTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

@DisplayName("Early stopping with FastCpu as a listener")
class EarlyStoppingTest {

    private static final int SIZE = 12;
    /** What rounding changes: 1.5e-4 in epoch 2, with two threads. From epoch to epoch the scores differ by 5e-2 and more. */
    private static final double ROUNDING = 1e-3;

    private static DataSetIterator images(int channels, int minibatches, long seed) {
        List<DataSet> images = new ArrayList<>();
        for (int i = 0; i < minibatches; i++) {
            images.add(Networks.images(4, channels, SIZE, 10, seed + i));
        }
        return new ExistingDataSetIterator(images);
    }

    private static <T extends Model> EarlyStoppingConfiguration<T> until(int channels) {
        return new EarlyStoppingConfiguration.Builder<T>()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(4),
                        new ScoreImprovementEpochTerminationCondition(1))
                .scoreCalculator(new DataSetLossCalculator(images(channels, 2, 50), true))
                .modelSaver(new InMemoryModelSaver<>()).build();
    }

    private static EarlyStoppingResult<MultiLayerNetwork> train(MultiLayerNetwork network) {
        return new EarlyStoppingTrainer(until(1), network, images(1, 3, 1)).fit();
    }

    private static EarlyStoppingResult<ComputationGraph> train(ComputationGraph network) {
        return new EarlyStoppingGraphTrainer(until(3), network, images(3, 3, 1)).fit();
    }

    private static void assertSame(EarlyStoppingResult<?> actual, EarlyStoppingResult<?> expected) {
        assertThat(actual.getTotalEpochs()).isEqualTo(expected.getTotalEpochs());
        assertThat(actual.getBestModelEpoch()).isEqualTo(expected.getBestModelEpoch());
        assertThat(actual.getScoreVsEpoch().keySet()).isEqualTo(expected.getScoreVsEpoch().keySet());
        actual.getScoreVsEpoch().forEach((epoch, score) -> assertThat(score).as("epoch %d", epoch)
                .isCloseTo(expected.getScoreVsEpoch().get(epoch), Offset.offset(ROUNDING)));
        assertThat(SameTrainingTest.difference(actual.getBestModel().params(), expected.getBestModel().params()))
                .isLessThan(ROUNDING);
    }

    @Test
    @DisplayName("finds the same best MultiLayerNetwork at the same epoch")
    void multiLayerNetwork() {
        MultiLayerNetwork fast = Networks.threeConvolutions(SIZE, 10);
        fast.addListeners(new FastCpu());
        EarlyStoppingResult<MultiLayerNetwork> actual = train(fast);
        assertThat(fast.getLayer(0)).isInstanceOf(FastConvolution.class);
        assertSame(actual, train(Networks.threeConvolutions(SIZE, 10)));
    }

    @Test
    @DisplayName("finds the same best ComputationGraph at the same epoch")
    void computationGraph() {
        ComputationGraph fast = graph();
        fast.addListeners(new FastCpu());
        EarlyStoppingResult<ComputationGraph> actual = train(fast);
        assertThat(fast.getLayer("conv1")).isInstanceOf(FastConvolution.class);
        assertSame(actual, train(graph()));
    }

    private static ComputationGraph graph() {
        ComputationGraph network = Networks.resNet20(SIZE, 10);
        network.setLearningRate(1e-3);
        return network;
    }
}
