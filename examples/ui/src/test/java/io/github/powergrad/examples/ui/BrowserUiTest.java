package io.github.powergrad.examples.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.report.TrainingUi;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The training UI")
class BrowserUiTest {

    @AfterEach
    void backToDefaultPort() {
        System.clearProperty(BrowserUi.PORT);
    }

    @Test
    void answers_while_a_network_trains_and_no_longer_after() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            System.setProperty(BrowserUi.PORT, String.valueOf(free.getLocalPort()));
        }
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().graphBuilder()
                .addInputs("in")
                .addLayer("out", new OutputLayer.Builder(new LossPowerGrad()).nIn(4).nOut(3)
                        .activation(Activation.SOFTMAX).build(), "in")
                .setOutputs("out").build());
        network.init();
        HttpRequest overview;
        try (TrainingUi ui = TrainingUi.start()) {
            ui.show(network);
            network.fit(new DataSet(Nd4j.rand(3, 4), Nd4j.eye(3)));
            overview = HttpRequest.newBuilder(URI.create(ui.address())).build();

            HttpResponse<String> page = HttpClient.newHttpClient().send(overview, HttpResponse.BodyHandlers.ofString());

            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("DL4J Training UI");
            assertThat(network.getListeners()).hasSize(1);
        }
        assertThatThrownBy(() -> HttpClient.newHttpClient().send(overview, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void names_the_port_that_is_taken_and_how_to_choose_another() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            System.setProperty(BrowserUi.PORT, String.valueOf(taken.getLocalPort()));

            assertThatThrownBy(TrainingUi::start).isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + taken.getLocalPort()).hasMessageContaining("--ui")
                    .hasMessageContaining(BrowserUi.PORT + "=PORT");
        }
    }
}
