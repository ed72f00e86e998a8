package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.buffer.util.DataTypeUtil;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

@DisplayName("Gradients of convolution, batch normalization, ReLU and pooling")
class GradientsTest {

    private static final int SIZE = 11;
    private static final DataSet IMAGES = Networks.images(5, 2, SIZE, 3, 4);

    private static MultiLayerNetwork network(DataType type, Activation activation) {
        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder().seed(5).dataType(type)
                .updater(new NoOp()).list()
                .layer(new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(6).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(activation))
                .layer(new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(3, 3).stride(2, 2).build())
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(5).hasBias(false).activation(Activation.IDENTITY).build())
                .layer(new BatchNormalization())
                .layer(new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(2, 2).stride(1, 1).build())
                .layer(new ConvolutionLayer.Builder(1, 1).nOut(4).activation(Activation.IDENTITY).build())
                .layer(new GlobalPoolingLayer(PoolingType.AVG))
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(SIZE, SIZE, 2)).build());
        network.init();
        return network;
    }

    @Test
    @DisplayName("in FLOAT are those of Deeplearning4j in DOUBLE, parameter by parameter")
    void ofFloatAsOfDouble() {
        MultiLayerNetwork exact = network(DataType.DOUBLE, Activation.RELU);
        MultiLayerNetwork fast = network(DataType.FLOAT, Activation.RELU);
        exact.setParams(fast.params().castTo(DataType.DOUBLE));
        FastCpuReport report = FastCpu.apply(fast);
        assertThat(report.lines()).filteredOn(line -> !line.isFaster()).extracting(FastCpuReport.Line::kind)
                .containsExactly("OutputLayer");

        Map<String, INDArray> expected = gradients(exact, DataType.DOUBLE);
        Map<String, INDArray> actual = gradients(fast, DataType.FLOAT);
        assertThat(actual.keySet()).isEqualTo(expected.keySet()).hasSizeGreaterThan(10);
        actual.forEach((name, gradient) -> {
            if (!name.equals("0_b")) { // 0 in front of a batch normalization, and rounding is all that is left of it
                assertThat(SameTrainingTest.difference(gradient, expected.get(name))).as(name).isLessThan(1e-4);
            }
        });
    }

    private static Map<String, INDArray> gradients(MultiLayerNetwork network, DataType type) {
        network.setInput(IMAGES.getFeatures().castTo(type));
        network.setLabels(IMAGES.getLabels().castTo(type));
        network.computeGradientAndScore();
        return network.gradient().gradientForVariable();
    }

    @Test
    @DisplayName("pass Deeplearning4j's own check, which wants DOUBLE: then FastCpu leaves each layer as it is, and says so")
    void deeplearning4jsCheck() {
        DataType before = DataTypeUtil.getDtypeFromContext();
        DataTypeUtil.setDTypeForContext(DataType.DOUBLE);
        try {
            MultiLayerNetwork network = network(DataType.DOUBLE, Activation.SOFTPLUS);
            FastCpuReport report = FastCpu.apply(network);
            assertThat(report.isFaster()).isFalse();
            assertThat(report.lines()).filteredOn(line -> line.kind().equals("ConvolutionLayer")).hasSize(3)
                    .allMatch(line -> line.reason().equals("its data type is DOUBLE, not FLOAT"));
            assertThat(report.updater()).startsWith("left as it is");
            assertThat(GradientCheckUtil.checkGradients(new GradientCheckUtil.MLNConfig().net(network)
                    .input(IMAGES.getFeatures().castTo(DataType.DOUBLE)).labels(IMAGES.getLabels().castTo(DataType.DOUBLE))
                    // The first has a gradient of 0; the statistics of batch normalization have none.
                    .excludeParams(Set.of("0_b", "1_mean", "1_log10stdev", "5_mean", "5_log10stdev"))
                    .print(GradientCheckUtil.PrintMode.FAILURES_ONLY))).isTrue();
        } finally {
            DataTypeUtil.setDTypeForContext(before);
        }
    }
}
