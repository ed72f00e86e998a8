package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

@DisplayName("The filters of a network")
class ConvolutionFiltersTest {

    private static ComputationGraph network() {
        ComputationGraph network = new ComputationGraph(NetworkBuilder.untrained(
                Architecture.threeConvolutions(3, false), new NetworkShape(1, 12, 10)));
        network.init();
        return network;
    }

    @Test
    void have_one_norm_each_layer_by_layer() {
        ComputationGraph network = network();
        double squares = 0;
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                double weight = network.getLayer(0).getParam("W").getDouble(1, 0, row, column);
                squares += weight * weight;
            }
        }

        double[] norms = ConvolutionFilters.norms(network);

        assertThat(norms).hasSize(3 + 6 + 6);
        assertThat(norms[1]).isCloseTo(Math.sqrt(squares), within(1e-6));
    }

    @Test
    void are_zeroed_below_a_hundredth_of_the_median_at_the_start() {
        double[] initial = {1, 2, 3, 100};

        assertThat(ConvolutionFilters.zeroed(new double[] {0.0249, 0.0251, 0, 50}, initial)).isEqualTo(2);
        assertThat(ConvolutionFilters.zeroed(initial, initial)).isZero();
    }

    @Test
    void are_silent_where_their_relu_never_opens() {
        ComputationGraph network = network();
        INDArray images = Nd4j.rand(DataType.FLOAT, 4, 1, 12, 12);
        for (int layer = 0; layer < 3; layer++) {
            network.getLayer(layer).getParam("W").assign(1);
        }
        assertThat(ConvolutionFilters.silent(network, images)).isZero();
        network.getLayer(0).getParam("W").get(NDArrayIndex.interval(0, 2)).assign(-1);

        assertThat(ConvolutionFilters.silent(network, images)).isEqualTo(2);
    }

    @Test
    void count_as_zeroed_once_their_weights_are_gone() {
        ComputationGraph network = network();
        double[] initial = ConvolutionFilters.norms(network);
        network.getLayer(1).getParam("W").get(NDArrayIndex.interval(2, 5)).assign(0);

        assertThat(ConvolutionFilters.zeroed(ConvolutionFilters.norms(network), initial)).isEqualTo(3);
    }
}
