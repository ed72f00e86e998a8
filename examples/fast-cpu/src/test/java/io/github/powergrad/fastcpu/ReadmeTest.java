package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The README")
class ReadmeTest {

    @Test
    @DisplayName("shows the program as it is in the test sources, where it is compiled")
    void program() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains(Files.readString(Path.of("src/test/java/example/TrainFaster.java")));
    }

    @Test
    @DisplayName("says how fast it is as the benchmarks do")
    void speed() throws IOException {
        double[][] residual = {ratios("resnet20/32/64"), ratios("resnet50/32/64"), ratios("resnet50/64/32"),
            ratios("resnet50/224/16")};
        double[] small = ratios("three-convolutions/28/128");
        double[] stock = Arrays.stream(residual).mapToDouble(row -> row[0]).sorted().toArray();
        double[] torch = Arrays.stream(residual, 1, 4).mapToDouble(row -> row[1]).sorted().toArray();

        assertThat(Files.readString(Path.of("README.md")).replaceAll("\\s+", " ")).contains(String.format(Locale.ROOT,
                "trains residual networks %.1f to %.1f times as fast as Deeplearning4j alone, and a small network of three"
                        + " convolutions %.1f times. Beside PyTorch 1.13 at its best that is %.2f to %.2f for ResNet-50,"
                        + " %.2f for ResNet-20 and %.2f for the small one",
                stock[0], stock[3], small[0], torch[0], torch[2], residual[0][1], small[1]));
    }

    /** Returns the ratios of FastCpu's training to Deeplearning4j alone and to PyTorch. */
    private static double[] ratios(String network) throws IOException {
        String results = Files.readString(Path.of("../../benchmarks/RESULTS.md"));
        Matcher row = Pattern.compile("\\| \\Q" + network + "\\E \\|[^|]*\\| [0-9.,]+ \\(([0-9.]+); ([0-9.]+); [0-9.]+\\)")
                .matcher(results.substring(results.indexOf("### Training, images per second")));
        assertThat(row.find()).as("a row of " + network).isTrue();
        return new double[] {Double.parseDouble(row.group(1)), Double.parseDouble(row.group(2))};
    }
}
