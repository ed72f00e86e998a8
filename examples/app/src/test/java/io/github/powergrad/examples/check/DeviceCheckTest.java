package io.github.powergrad.examples.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.backend.CudaOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The check of a device")
class DeviceCheckTest {

    /** All but the steps of ResNet-20 and the times, which take long; CheckCommandTest runs those. */
    private static Report report(UnaryOperator<LossPowerGrad> losses) {
        return new DeviceCheck(losses, DeviceCheck.partsOfTheLoss()).run(line -> {});
    }

    @Test
    void passes_with_the_loss_of_the_library() {
        Report report = report(UnaryOperator.identity());

        assertThat(report.failed()).isEmpty();
        assertThat(report.passed()).isTrue();
        assertThat(report.verdict()).isEqualTo("passed");
        assertThat(report.text()).endsWith("passed" + System.lineSeparator());
        assertThat(report.rows()).isGreaterThan(30);
    }

    @Test
    void fails_where_a_gradient_is_compared_if_it_is_five_percent_too_large() {
        Report report = report(WrongLoss.gradientTooLarge(0.05));

        assertThat(report.failed()).contains("vectors gradient in DOUBLE", "vectors gradient in FLOAT",
                        "vectors gradient in HALF", "vectors gradient in BFLOAT16", "settings mask", "edge NaN",
                        "network 43 parameters, two layers, DOUBLE")
                .doesNotContain("vectors score in FLOAT", "read-back computeGradient", "edge one class");
        assertThat(report.verdict()).startsWith("failed: vectors gradient in DOUBLE; ");
    }

    @Test
    void fails_where_a_score_is_compared_if_it_is_a_millionth_too_large() {
        Report report = report(WrongLoss.scoreTooLarge(1e-6));

        assertThat(report.failed()).contains("vectors score in DOUBLE", "vectors score in BFLOAT16",
                        "settings class weights")
                .doesNotContain("vectors gradient in DOUBLE", "network 43 parameters, two layers, DOUBLE");
    }

    @Test
    void fails_if_alpha_is_a_hundredth_too_large() {
        assertThat(report(WrongLoss.alphaTooLarge(0.01)).failed()).contains("vectors gradient in FLOAT",
                        "settings one-hot labels", "settings identity behind softmax", "settings sparse labels",
                        "network 43 parameters, two layers, DOUBLE")
                .doesNotContain("vectors score in DOUBLE");
    }

    @Test
    void fails_in_the_rows_with_masks_if_masks_are_not_heard() {
        assertThat(report(WrongLoss.deafToMasks()).failed()).contains("settings mask",
                        "settings minibatch of one, with and without mask")
                .doesNotContain("settings one-hot labels", "settings class weights");
    }

    @Test
    void fails_in_the_rows_at_the_edge_if_nan_reaches_other_rows() {
        assertThat(report(WrongLoss.spreadingNaN()).failed()).containsExactlyInAnyOrder(
                "edge -infinity in every class", "edge +infinity", "edge NaN");
    }

    @Test
    void fails_in_the_row_for_it_if_the_gradient_reads_back() {
        Report report = report(WrongLoss.readingBack());

        assertThat(report.failed()).containsExactly("read-back computeGradient");
        assertThat(report.text()).contains("an op gave a single number with 64 examples in DOUBLE, alpha 0.0");
    }

    @Test
    void names_the_number_that_is_most_out_of_its_bound() {
        assertThat(report(WrongLoss.gradientTooLarge(0.05)).text())
                .contains("gradient in FLOAT, '").contains(", expected ");
    }

    /** Throws, as a loss or a device might. */
    private static void broken(Report report, UnaryOperator<LossPowerGrad> losses) {
        throw new IllegalStateException("CUDA error 700\nand where", new IOException("the cause"));
    }

    private static DeviceCheck brokenCheck() {
        return new DeviceCheck(UnaryOperator.identity(), Map.of("broken", DeviceCheckTest::broken));
    }

    @Test
    void runs_the_other_parts_after_one_that_throws() {
        Map<String, DeviceCheck.Part> parts = new LinkedHashMap<>();
        parts.put("broken", DeviceCheckTest::broken);
        parts.put("network", SmallNetworkGradient::check);
        Report report = new DeviceCheck(UnaryOperator.identity(), parts).run(line -> {});

        assertThat(report.failed()).containsExactly("broken");
        assertThat(report.rows()).isEqualTo(2);
        assertThat(report.text()).contains("java.lang.IllegalStateException: CUDA error 700");
        assertThat(report.verdict()).isEqualTo("failed: broken");
    }

    @Test
    void goes_on_with_the_next_row_after_one_that_throws() {
        Report report = report(loss -> {
            if (loss.getLabelSmoothing() > 0) {
                throw new IllegalStateException("no smoothing here");
            }
            return loss;
        });

        assertThat(report.failed()).contains("settings label smoothing", "network", "read-back")
                .doesNotContain("settings class weights", "settings mask", "edge NaN");
        assertThat(report.text()).contains("java.lang.IllegalStateException: no smoothing here");
    }

    @Test
    void tells_its_lines_as_soon_as_it_knows_them() {
        List<String> told = new ArrayList<>();
        Report report = brokenCheck().run(told::add);

        assertThat(String.join(System.lineSeparator(), told) + System.lineSeparator()).isEqualTo(report.text());
    }

    @Test
    void says_what_a_report_must_say_of_the_machine() {
        assertThat(brokenCheck().run(line -> {}).text())
                .contains("library  powergrad-dl4j " + System.getProperty("powergrad.version"),
                        "ND4J 1.0.0-M", "nd4j-native-1.0.0-M",
                        "device   processor (CpuBackend)", "Java     " + System.getProperty("java.version"),
                        System.getProperty("os.arch"), " MiB for Java");
    }

    @Test
    void fails_at_once_where_there_is_no_device() {
        System.setProperty(CudaOption.PROPERTY, "none");
        try {
            Report report = brokenCheck().run(line -> {});

            assertThat(report.verdict()).isEqualTo("failed: device");
            assertThat(report.text()).containsAnyOf("no NVIDIA driver", "--cuda=none is not known");
        } finally {
            System.clearProperty(CudaOption.PROPERTY);
        }
    }

    @Test
    void compares_with_the_vectors_of_the_librarys_own_tests() throws IOException {
        try (InputStream built = GoldenVectors.class.getResourceAsStream(GoldenVectors.FILE)) {
            assertThat(built.readAllBytes())
                    .isEqualTo(Files.readAllBytes(Path.of("../../src/test/resources/io/github/powergrad/golden.json")));
        }
    }

    @Test
    void passes_nothing_that_was_not_compared() {
        Report report = new Report(line -> {});
        report.compare("what", "reference", deviation -> {});
        assertThat(report.passed()).isFalse();
        assertThat(new Report(line -> {}).passed()).isFalse();
    }

    @Test
    void takes_nan_for_right_only_where_nan_is_expected() {
        Report.Deviation deviation = new Report.Deviation();
        deviation.compare("both", Double.NaN, Double.NaN, 1);
        deviation.compare("same infinity", Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1);
        assertThat(deviation.withinBounds()).isTrue();
        deviation.compare("one", Double.NaN, 0, 1);
        assertThat(deviation.withinBounds()).isFalse();
        assertThat(deviation.place()).startsWith("one: NaN");
    }
}
