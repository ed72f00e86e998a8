package io.github.powergrad.examples.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

@DisplayName("The residual networks")
class ResNetTest {

    private static final int IMAGES = 4;
    private static final double EPSILON = 1e-6;

    private static NeuralNetConfiguration.Builder training() {
        return new NeuralNetConfiguration.Builder().seed(1).updater(new NoOp());
    }

    private static ComputationGraph initialized(
            Architecture architecture, NetworkShape shape, NeuralNetConfiguration.Builder training, boolean zeroLastGamma) {
        ComputationGraph graph = new ComputationGraph(NetworkBuilder.configuration(
                architecture, shape, training, new LossMCXENT(), zeroLastGamma));
        graph.init();
        return graph;
    }

    /** Two stages of one block each: every kind of layer and both kinds of shortcut. */
    private static Architecture tiny(String name) {
        return Architecture.named(name).sized(new int[] {2, 3}, new int[] {1, 1});
    }

    private static INDArray oneHot(int images, int classes) {
        INDArray labels = Nd4j.zeros(DataType.FLOAT, images, classes);
        for (int image = 0; image < images; image++) {
            labels.putScalar(image, image % classes, 1);
        }
        return labels;
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, 3, 1000, 11689512",
        "resnet50, 3, 1000, 25557032",
        "resnet101, 3, 1000, 44549160",
        "seresnet18, 3, 1000, 11778592",
        "seresnet50, 3, 1000, 28088024",
        "resnet18-nobn, 3, 1000, 11679912",
        "resnet20, 3, 10, 272474",
    })
    void have_as_many_trainable_parameters_as_published(String name, int channels, int classes, long parameters) {
        Architecture architecture = Architecture.named(name);
        assertThat(architecture.paperClasses()).isEqualTo(classes);
        int size = name.equals("resnet20") ? 32 : 224;
        assertThat(NetworkBuilder.trainableParameters(
                NetworkBuilder.untrained(architecture, new NetworkShape(channels, size, classes)))).isEqualTo(parameters);
    }

    @Test
    void count_running_means_and_variances_apart_from_what_is_trained() {
        ComputationGraph graph = initialized(
                Architecture.named("resnet20"), new NetworkShape(3, 32, 10), training(), false);
        // 7 normalizations of 16 channels, 7 of 32 and 7 of 64, a mean and a variance each.
        assertThat(graph.numParams()).isEqualTo(272_474 + 2 * 7 * (16 + 32 + 64));
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, 3, 224, 7", "resnet50, 3, 64, 2", "resnet50, 1, 28, 1", "resnet50, 3, 32, 1", "resnet50, 1, 1, 1",
        "resnet20, 3, 32, 8", "resnet20, 1, 28, 7",
    })
    void shrink_the_image_by_32_or_by_4_and_end_in_one_logit_a_class(
            String name, int channels, int imageSize, int lastSize) {
        Architecture narrow = Architecture.named(name);
        int[] widths = narrow.widths.clone();
        Arrays.setAll(widths, i -> 4 * (i + 1));
        int[] depths = narrow.depths.clone();
        Arrays.fill(depths, 1);
        ComputationGraph graph = initialized(
                narrow.sized(widths, depths), new NetworkShape(channels, imageSize, 7), training(), false);

        INDArray images = Nd4j.rand(DataType.FLOAT, 2, channels, imageSize, imageSize);
        INDArray[] outputs = graph.output(
                List.of("layer" + widths.length + ".0", NetworkBuilder.LOGITS, NetworkBuilder.LOSS), false, new INDArray[] {images}, null);
        int expansion = name.equals("resnet50") ? 4 : 1;
        assertThat(outputs[0].shape()).containsExactly(2, (long) expansion * widths[widths.length - 1], lastSize, lastSize);
        assertThat(outputs[1].shape()).containsExactly(2, 7);
        assertThat(Nd4j.nn().softmax(outputs[1], 1).equalsWithEps(outputs[2], 1e-6)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "resnet18", "resnet50", "resnet101", "seresnet18", "seresnet50", "resnet18-nobn", "resnet20"})
    void have_the_gradient_that_finite_differences_give(String name) {
        ComputationGraph graph = initialized(tiny(name), new NetworkShape(2, 9, 3),
                training().dataType(DataType.DOUBLE).seed(12), false);
        Nd4j.getRandom().setSeed(7);
        INDArray images = Nd4j.randn(DataType.DOUBLE, IMAGES, 2, 9, 9);
        DataSet data = new DataSet(images, oneHot(IMAGES, 3).castTo(DataType.DOUBLE));
        graph.setInputs(images);
        graph.setLabels(data.getLabels());
        graph.computeGradientAndScore();
        Map<String, INDArray> gradients = graph.gradient().gradientForVariable();

        graph.paramTable().forEach((key, parameter) -> {
            if (key.endsWith("_mean") || key.endsWith("_log10stdev")) {
                return;
            }
            long step = Math.max(1, parameter.length() / 8);
            for (long i = 0; i < parameter.length(); i += step) {
                double analytic = gradients.get(key).getDouble(i) / IMAGES;
                assertThat(analytic).as(key + "[" + i + "]")
                        .isCloseTo(finiteDifference(graph, data, parameter, i), within(1e-7 + 1e-4 * Math.abs(analytic)));
            }
        });
    }

    /**
     * Not GradientCheckUtil: it takes parameters for those of another layer where the branches of a graph are not
     * configured in the order in which it sorts them, and then cannot leave running means and variances out.
     */
    private static double finiteDifference(ComputationGraph graph, DataSet data, INDArray parameter, long index) {
        double value = parameter.getDouble(index);
        parameter.putScalar(index, value + EPSILON);
        double above = graph.score(data, true);
        parameter.putScalar(index, value - EPSILON);
        double below = graph.score(data, true);
        parameter.putScalar(index, value);
        return (above - below) / (2 * EPSILON);
    }

    @Test
    void decay_weights_but_neither_biases_nor_batch_normalization() {
        ComputationGraph graph = initialized(tiny("seresnet18"), new NetworkShape(1, 8, 2),
                training().updater(new Sgd(1)).l2(0.25), false);
        graph.paramTable().forEach((name, parameter) -> parameter.assign(1));
        // Blank images and labels equal to the predictions leave the decay as the only gradient.
        graph.fit(new INDArray[] {Nd4j.zeros(DataType.FLOAT, 4, 1, 8, 8)},
                new INDArray[] {Nd4j.valueArrayOf(new long[] {4, 2}, 0.5, DataType.FLOAT)});

        graph.paramTable().forEach((name, parameter) -> {
            if (name.endsWith("_W")) {
                assertThat(parameter.minNumber().doubleValue()).as(name).isEqualTo(0.75);
                assertThat(parameter.maxNumber().doubleValue()).as(name).isEqualTo(0.75);
            } else if (name.endsWith("_b") || name.endsWith("_gamma") || name.endsWith("_beta")) {
                assertThat(parameter.minNumber().doubleValue()).as(name).isEqualTo(1);
            }
        });
    }

    @Test
    void start_each_block_as_the_identity_with_a_zero_last_gamma() {
        ComputationGraph graph = initialized(tiny("resnet50"), new NetworkShape(3, 16, 2),
                training(), true);
        assertThat(graph.getParam("layer1.0.bn3_gamma").sumNumber().doubleValue()).isZero();
        assertThat(graph.getParam("layer1.0.bn2_gamma").sumNumber().doubleValue()).isEqualTo(2);
    }

    @Test
    void start_convolutions_with_the_deviation_of_the_fan_out() {
        ComputationGraph graph = initialized(
                Architecture.named("resnet20"), new NetworkShape(3, 32, 10), training(), false);
        assertThat(graph.getParam("layer3.1.conv1_W").stdNumber().doubleValue())
                .isCloseTo(Math.sqrt(2.0 / (9 * 64)), withinPercentage(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"seresnet18", "resnet50"})
    void survive_their_json(String name) {
        ComputationGraphConfiguration configuration = NetworkBuilder.untrained(tiny(name), new NetworkShape(3, 32, 5));
        assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()).toJson()).isEqualTo(configuration.toJson());
    }

    @Test
    void are_listed_where_a_name_is_unknown() {
        assertThatThrownBy(() -> Architecture.named("resnet34"))
                .hasMessage("model must be one of resnet18, resnet50, resnet101, seresnet18, seresnet50, resnet18-nobn,"
                        + " resnet20, conv3-8, conv3-8-bn, got resnet34");
    }
}
