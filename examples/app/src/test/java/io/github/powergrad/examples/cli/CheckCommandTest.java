package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.check.WrongLoss;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("'powergrad check'")
class CheckCommandTest {

    @TempDir
    Path folder;

    private final StringWriter stdout = new StringWriter();
    private final StringWriter stderr = new StringWriter();

    private int check(UnaryOperator<LossPowerGrad> losses, String... arguments) {
        return PowerGrad.execute(PowerGrad.commandLine(new CheckCommand(losses))
                .setOut(new PrintWriter(stdout, true)).setErr(new PrintWriter(stderr, true)), arguments);
    }

    @Test
    void passes_and_writes_what_it_prints_into_a_folder() throws IOException {
        assertThat(check(UnaryOperator.identity(), "--quick", "--out", folder.toString()))
                .as(stdout::toString).isZero();

        Path file = folder.resolve("powergrad-check.txt");
        assertThat(stdout.toString())
                .isEqualTo(Files.readString(file) + "written to " + file + System.lineSeparator())
                .contains("resnet20   weights after 5 steps in FLOAT", "gradient [256,1000]", "training resnet20")
                .endsWith("passed" + System.lineSeparator() + "written to " + file + System.lineSeparator());
        assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining(one -> !one.equals(file));
    }

    @Test
    void fails_with_exit_code_1_and_writes_the_file_if_gradients_are_five_percent_too_large() throws IOException {
        Path file = folder.resolve("new/of-my-gpu.txt");
        assertThat(check(WrongLoss.gradientTooLarge(0.05), "--quick", "--out", file.toString())).isEqualTo(1);

        assertThat(Files.readAllLines(file)).last().asString().startsWith("failed: ")
                .contains("vectors gradient in FLOAT", "resnet20 weights after 5 steps in DOUBLE")
                .doesNotContain("vectors score", "read-back");
        assertThat(stdout.toString()).contains("written to " + file);
    }

    @Test
    void says_before_it_checks_that_the_file_cannot_be_written() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(check(UnaryOperator.identity(), "--out", file.resolve("below").toString())).isEqualTo(1);
        assertThat(stderr.toString()).startsWith("error: output folder " + file + " cannot be made");

        Files.createDirectories(folder.resolve("powergrad-check.txt"));
        assertThat(check(UnaryOperator.identity(), "--out", folder.toString())).isEqualTo(1);
        assertThat(stderr.toString()).contains("error: --out must be a file for the text, "
                + folder.resolve("powergrad-check.txt") + " is a folder");
        assertThat(stdout.toString()).isEmpty();
    }
}
