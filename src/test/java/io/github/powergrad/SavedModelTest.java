package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

@DisplayName("A model file")
class SavedModelTest {

    /** Of the network in network.zip for SavedModels.INPUTS. */
    private static final double[] OUTPUTS = {0.14646792426629499, 0.28545546805081273, 0.5680766076828924,
        0.635300949578545, 0.23245466031126968, 0.13224439011018546};

    private static final double[] OUTPUTS_OF_THE_GRAPH = {0.16252924939733096, 0.3281693697663035, 0.5093013808363656,
        0.6415988853315345, 0.2286866222052532, 0.12971449246321232};

    private static InputStream file(String name) {
        return SavedModelTest.class.getResourceAsStream("saved/" + name);
    }

    private static MultiLayerNetwork load(String name) throws IOException {
        try (InputStream in = file(name)) {
            return ModelSerializer.restoreMultiLayerNetwork(in, true);
        }
    }

    private static ComputationGraph loadGraph(String name) throws IOException {
        try (InputStream in = file(name)) {
            return ModelSerializer.restoreComputationGraph(in, true);
        }
    }

    private static double[] outputs(ComputationGraph graph) {
        return graph.outputSingle(SavedModels.INPUTS).ravel().toDoubleVector();
    }

    @Test
    @DisabledOnDl4j(value = {"1.0.0-M1.1", "1.0.0-M2"}, reason = "loads no file that 1.0.0-M2.1 has saved")
    @DisplayName("of 0.1.0 with a MultiLayerNetwork loads with its settings, predicts as it did and trains on")
    void theNetworkOfVersion010Loads() throws IOException {
        MultiLayerNetwork network = load("0.1.0/network.zip");

        assertThat(SmallNetworks.lossOf(network)).isEqualTo(SavedModels.DENSE);
        assertThat(network.output(SavedModels.INPUTS).ravel().toDoubleVector()).containsExactly(OUTPUTS, within(1e-12));
        MultiLayerNetwork again = SmallNetworks.perceptron(SavedModels.DENSE);
        again.fit(SmallNetworks.minibatch(1));
        again.fit(SmallNetworks.minibatch(2));
        network.fit(SmallNetworks.minibatch(2));
        assertThat(SmallNetworks.params(network)).containsExactly(SmallNetworks.params(again), within(1e-12));
    }

    @Test
    @DisabledOnDl4j(value = {"1.0.0-M1.1", "1.0.0-M2"}, reason = "loads no file that 1.0.0-M2.1 has saved")
    @DisplayName("of 0.1.0 with a ComputationGraph loads with its settings, predicts as it did and trains on")
    void theGraphOfVersion010Loads() throws IOException {
        ComputationGraph graph = loadGraph("0.1.0/graph.zip");

        assertThat(SmallNetworks.lossOf(graph, "out")).isEqualTo(SavedModels.SPARSE);
        assertThat(outputs(graph)).containsExactly(OUTPUTS_OF_THE_GRAPH, within(1e-12));
        ComputationGraph again = SmallNetworks.graph(SavedModels.SPARSE);
        again.fit(SavedModels.withIndices(SmallNetworks.minibatch(1)));
        again.fit(SavedModels.withIndices(SmallNetworks.minibatch(2)));
        graph.fit(SavedModels.withIndices(SmallNetworks.minibatch(2)));
        assertThat(SmallNetworks.params(graph)).containsExactly(SmallNetworks.params(again), within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0-M1.1", "1.0.0-M2", "1.0.0-M2.1"})
    @DisplayName("saved on any version of Deeplearning4j loads on any other where a file of the stock loss does")
    void loadsWhereAFileOfTheStockLossDoes(String writer) throws IOException {
        String folder = "dl4j-" + writer + "/";
        if (writer.equals("1.0.0-M2.1") && !DisabledOnDl4j.Condition.version().equals(writer)) {
            for (String name : new String[] {"stock.zip", "network.zip"}) { // older versions save parameters as [1, n]
                assertThatThrownBy(() -> load(folder + name)).hasMessageContaining("rank 1 array ([43])");
            }
            assertThatThrownBy(() -> loadGraph(folder + "graph.zip")).hasMessageContaining("rank 1 array ([43])");
            return;
        }
        assertThat(SmallNetworks.lossOf(load(folder + "stock.zip"))).isEqualTo(SavedModels.STOCK);
        MultiLayerNetwork network = load(folder + "network.zip");
        assertThat(SmallNetworks.lossOf(network)).isEqualTo(SavedModels.DENSE);
        assertThat(network.output(SavedModels.INPUTS).ravel().toDoubleVector()).containsExactly(OUTPUTS, within(1e-12));
        ComputationGraph graph = loadGraph(folder + "graph.zip");
        assertThat(SmallNetworks.lossOf(graph, "out")).isEqualTo(SavedModels.SPARSE);
        assertThat(outputs(graph)).containsExactly(OUTPUTS_OF_THE_GRAPH, within(1e-12));
    }

    /** The configuration of a network whose loss section has the given fields. */
    private static String withLoss(String fields) {
        String json = SmallNetworks.perceptron(new LossPowerGrad(0.5)).getLayerWiseConfigurations().toJson();
        int start = json.indexOf('{', json.indexOf("\"lossFn\""));
        int end = json.indexOf('}', start) + 1;
        return json.substring(0, start) + "{\"@class\":\"io.github.powergrad.LossPowerGrad\"," + fields + "}"
                + json.substring(end);
    }

    private static ILossFunction read(String fields) {
        MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(withLoss(fields));
        return SmallNetworks.lossOf(configuration.getConf(1).getLayer());
    }

    @Test
    @DisplayName("with fields of a later version loads; they are ignored")
    void ignoresFieldsOfALaterVersion() {
        assertThat(read("\"alpha\":0.2,\"focus\":{\"x\":[1,2]},\"newer\":3")).isEqualTo(new LossPowerGrad(0.2));
    }

    @Test
    @DisplayName("with weights as a plain array, or none, loads")
    void readsPlainWeights() {
        assertThat(read("\"weights\":[1,2,0.5]")).isEqualTo(new LossPowerGrad(Nd4j.createFromArray(1.0, 2.0, 0.5)));
        assertThat(read("\"weights\":null,\"alpha\":null")).isEqualTo(new LossPowerGrad());
    }

    @ParameterizedTest
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"alpha\":7                                         | alpha must be in [0, 1], got 7.0",
        "\"alpha\":\"NaN\"                                   | alpha must be in [0, 1], got NaN",
        "\"alpha\":1e999999999                               | alpha must be in [0, 1], got Infinity",
        "\"alpha\":\"abc\"                                   | String \"abc\"",
        "\"alpha\":{}                                        | `java.lang.Double` from Object value",
        "\"labelSmoothing\":5                                | labelSmoothing must be in [0, 1), got 5.0",
        "\"softmaxClipEps\":-1                               | softmaxClipEps must be in [0, 0.5], got -1.0",
        "\"weights\":5                                       | got NUMBER",
        "\"weights\":\"abc\"                                 | got STRING",
        "\"weights\":[]                                      | there are no numbers",
        "\"weights\":{}                                      | data is MISSING",
        "\"weights\":[1,\"a\"]                               | weight 1 is STRING",
        "\"weights\":[1,[2]]                                 | weight 1 is ARRAY",
        "\"weights\":[1,1e999]                               | must be finite numbers, got Infinity for class 1",
        "\"weights\":{\"dataType\":\"DOUBLE\",\"shape\":[1,2000000000],\"data\":[1.0]}   | shape must be [1] or [1, 1]",
        "\"weights\":{\"dataType\":\"FLOAT\",\"shape\":[1,9223372036854775807],\"data\":[1.0]} | shape must be [1]",
        "\"weights\":{\"dataType\":\"FLOAT\",\"shape\":[-1,-2],\"data\":[1.0,2]}         | shape must be [2] or [1, 2]",
        "\"weights\":{\"dataType\":\"FLOAT\",\"shape\":[2,1],\"data\":[1.0,2]}           | shape must be [2] or [1, 2]",
        "\"weights\":{\"dataType\":\"FLOAT\",\"shape\":[2,2],\"data\":[1.0,2]}           | shape must be [2] or [1, 2]",
        "\"weights\":{\"dataType\":\"FLOAT\",\"shape\":[1,1,2],\"data\":[1.0,2]}         | shape must be [2] or [1, 2]",
        "\"weights\":{\"dataType\":\"FLOAT\",\"data\":[1.0,2]}                           | shape must be [2] or [1, 2]",
        "\"weights\":{\"dataType\":\"FLOAT\",\"shape\":[2]}                              | data is MISSING",
        "\"weights\":{\"dataType\":\"UTF8\",\"shape\":[2],\"data\":[1,2]}                | dataType must be DOUBLE or FLOAT",
        "\"weights\":{\"shape\":[2],\"data\":[1,2]}                                      | dataType must be DOUBLE or FLOAT"})
    @DisplayName("with a damaged loss section is refused in one sentence")
    void refusesADamagedLossSection(String fields, String message) {
        assertThatThrownBy(() -> read(fields)).hasMessageContaining(message);
    }

    @Test
    @DisplayName("has class weights of the shape that they had")
    void keepsTheShapeOfClassWeights() {
        for (long[] shape : new long[][] {{2}, {1, 2}}) {
            String weights = "\"weights\":{\"dataType\":\"DOUBLE\",\"shape\":" + Arrays.toString(shape)
                    + ",\"data\":[1.0,2.0]}";
            assertThat(((LossPowerGrad) read(weights)).getWeights().shape()).containsExactly(shape);
        }
    }

    @ParameterizedTest
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    @ValueSource(strings = {"weights", "alpha", "future"})
    @DisabledOnDl4j(value = {"1.0.0-M1.1", "1.0.0-M2"}, reason = "its Jackson reads nested arrays by recursion")
    @DisplayName("with a huge loss section neither hangs nor runs out of stack or memory")
    void survivesAHugeLossSection(String field) {
        int depth = 200_000;
        String nested = "\"" + field + "\":" + "[".repeat(depth) + "]".repeat(depth);
        String wide = "\"" + field + "\":[" + "[],".repeat(1_000_000) + "1]";
        for (String fields : new String[] {nested, wide}) {
            if (field.equals("future")) {
                assertThat(read(fields)).isEqualTo(new LossPowerGrad());
            } else {
                assertThatThrownBy(() -> read(fields)).isInstanceOf(RuntimeException.class);
            }
        }
        assertThat(read("\"alpha\":0." + "25".repeat(500_000))).isEqualTo(new LossPowerGrad(25 / 99.0));
    }

    @Test
    @DisplayName("without this library on the class path fails with the error that docs/guide.md explains")
    void namesTheMissingClass() {
        String network = withLoss("\"alpha\":0.2").replace("powergrad.LossPowerGrad", "powergrad.NotOnTheClassPath");
        assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(network))
                .hasMessageContaining("pre version 1.0.0-beta JSON format").cause()
                .hasMessageContaining("Could not resolve type id 'io.github.powergrad.NotOnTheClassPath'")
                .hasMessageContaining("no such class found");
        String graph = SmallNetworks.graph(new LossPowerGrad(0.2)).getConfiguration().toJson()
                .replace("powergrad.LossPowerGrad", "powergrad.NotOnTheClassPath");
        assertThatThrownBy(() -> ComputationGraphConfiguration.fromJson(graph))
                .hasMessageContaining("Could not resolve type id 'io.github.powergrad.NotOnTheClassPath'")
                .hasMessageContaining("no such class found");
    }
}
