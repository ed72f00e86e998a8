package io.github.powergrad.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("powergrad spark on a master and two workers")
class StandaloneClusterIT {

    /**
     * Without batch normalization, which sees a worker's part of a batch: so the workers compute what one device does.
     */
    private static final List<String> EXACT = List.of("--model", "resnet18-nobn", "--image-size", "8", "--images", "32",
            "--classes", "2", "--batch", "16", "--epochs", "3", "--warmup-epochs", "1", "--cooldown-epochs", "0",
            "--lr", "0.2",
            "--label-smoothing", "0.1", "--dtype", "double");

    private static final List<String> ACCURATE = List.of("--model", "resnet20", "--image-size", "12", "--images",
            "1200",
            "--epochs", "4", "--classes", "3");

    @TempDir
    Path folder;

    private static void assertEndsWell(Launched training) throws IOException, InterruptedException {
        int exitCode = training.exitCode();
        assertThat(exitCode).as(training.output()).isZero();
    }

    private Launched start(String command, Path out, List<String> settings, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(command, "--out", out.toString()));
        arguments.addAll(settings);
        arguments.addAll(Arrays.asList(more));
        return Launched.powergrad(folder.resolve(out.getFileName() + ".log"), arguments.toArray(new String[0]));
    }

    @Test
    @DisplayName("computes what one device does: loss, label smoothing, momentum, rate and alpha by epoch reach the"
            + " workers")
    void sameAsOneDevice() throws Exception {
        Path one = folder.resolve("one");
        Path constant = folder.resolve("constant-alpha");
        Path two = folder.resolve("two");
        try (Launched ofOne = start("train", one, EXACT, "--alpha", "0.2", "--alpha-warmup-epochs", "1");
                Launched ofConstant = start("train", constant, EXACT, "--alpha", "0.2")) {
            assertEndsWell(ofOne);
            assertEndsWell(ofConstant);
        }
        try (StandaloneCluster cluster = StandaloneCluster.start(folder, 2);
                Launched ofTwo = start("spark", two, EXACT, "--alpha", "0.2", "--alpha-warmup-epochs", "1", "--master",
                        cluster.url())) {
            assertEndsWell(ofTwo);
        }

        assertThat(Metrics.in(two).measured()).containsExactly(Metrics.in(one).measured(), within(1e-3));
        // A schedule that did not arrive would have shown.
        assertThat(Metrics.in(constant).testCrossEntropy())
                .isNotCloseTo(Metrics.in(one).testCrossEntropy(), within(1e-2));
    }

    @Test
    @DisplayName("goes on when a worker is killed in the middle of an epoch, to the accuracy of one device")
    void killedWorker() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (Launched ofOne = start("train", one, ACCURATE);
                StandaloneCluster cluster = StandaloneCluster.start(folder, 2);
                Launched training = start("spark", two, ACCURATE, "--master", cluster.url())) {
            while (training.isAlive() && Metrics.in(two).epochs() < 1) {
                Thread.sleep(50);
            }
            cluster.killWorker(0);
            assertEndsWell(training);
            assertThat(training.output()).contains("Lost executor");
            assertEndsWell(ofOne);
        }

        assertThat(Metrics.in(two).epochs()).isEqualTo(4);
        assertThat(Metrics.in(two).testTop1()).isCloseTo(Metrics.in(one).testTop1(), within(3.0));
    }
}
