package io.github.powergrad.examples.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.cli.PowerGrad;
import io.github.powergrad.examples.cli.TrainingUi;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The training UI")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowserUiTest {

    @AfterEach
    void backToDefaultPort() {
        System.clearProperty(BrowserUi.PORT);
    }

    @Test
    void answers_while_a_network_trains_and_no_longer_after() throws Exception {
        chooseFreePort();
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder().graphBuilder()
                .addInputs("in")
                .addLayer("out", new OutputLayer.Builder(new LossPowerGrad()).nIn(4).nOut(3)
                        .activation(Activation.SOFTMAX).build(), "in")
                .setOutputs("out").build());
        network.init();
        HttpRequest overview;
        try (TrainingUi ui = TrainingUi.start().orElseThrow()) {
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

    private static int chooseFreePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            System.setProperty(BrowserUi.PORT, String.valueOf(free.getLocalPort()));
            return free.getLocalPort();
        }
    }

    @Test
    void listens_on_all_interfaces_as_it_says() throws Exception {
        int port = chooseFreePort();
        try (TrainingUi ui = TrainingUi.start().orElseThrow()) {
            assertThat(ui.access()).contains("other computers", "without a login").hasLineCount(1);
            for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(each.getInetAddresses())) {
                    if (address instanceof Inet4Address) {
                        URI page = URI.create("http://" + address.getHostAddress() + ":" + port + "/train/overview");
                        assertThat(HttpClient.newHttpClient().send(HttpRequest.newBuilder(page).build(),
                                HttpResponse.BodyHandlers.discarding()).statusCode()).as("%s", page).isEqualTo(200);
                    }
                }
            }
        }
    }

    @Test
    void is_announced_by_train_with_its_address_and_who_can_open_it(@TempDir Path folder) throws IOException {
        int port = chooseFreePort();
        StringWriter stderr = new StringWriter();

        assertThat(train(folder, stderr)).as(stderr.toString()).isZero();
        assertThat(stderr.toString().lines()).containsSequence(
                "ui       http://localhost:" + port + "/train/overview",
                "         other computers in your network can open this page too, without a login: it listens on all"
                        + " interfaces");
    }

    private static int train(Path folder, StringWriter stderr) {
        return PowerGrad.execute(PowerGrad.commandLine().setErr(new PrintWriter(stderr, true)), "train", "--ui",
                "--model", "resnet20", "--images", "32", "--image-size", "8", "--batch", "16", "--epochs", "1",
                "--warmup-epochs", "0", "--cooldown-epochs", "0", "--out", folder.resolve("out").toString());
    }

    // Last: Deeplearning4j keeps a server that could not start, and hands it out again.
    @Test
    @Order(Integer.MAX_VALUE)
    void names_the_port_that_is_taken_and_how_to_choose_another(@TempDir Path folder) throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            System.setProperty(BrowserUi.PORT, String.valueOf(taken.getLocalPort()));

            StringWriter stderr = new StringWriter();
            assertThat(train(folder, stderr)).isEqualTo(1);
            assertThat(stderr.toString().lines()).last().asString()
                    .startsWith("error: the training UI cannot start on port " + taken.getLocalPort() + " (")
                    .endsWith("; set another free port by POWERGRAD_JAVA_OPTS=-D" + BrowserUi.PORT
                            + "=PORT, or leave --ui out");
        }
    }
}
