package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@DisplayName("A failed command")
class FailureHandlerTest {

    private static String lineFor(Throwable failure) {
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new PowerGrad()).setErr(new PrintWriter(err));
        assertThat(FailureHandler.report(failure, command)).isEqualTo(1);
        return err.toString().strip();
    }

    @Test
    void says_what_is_wrong_with_the_data_in_one_line_wherever_it_was_found() {
        IOException tooMany = new IOException("2 of 12 images cannot be used");

        assertThat(lineFor(tooMany)).isEqualTo("error: 2 of 12 images cannot be used");
        assertThat(lineFor(new UncheckedIOException(tooMany))).isEqualTo("error: 2 of 12 images cannot be used");
    }

    @Test
    void says_where_to_look_if_the_cause_is_not_the_users() {
        assertThat(lineFor(new IllegalStateException("odd"))).contains("unexpected", "odd", "POWERGRAD_STACKTRACE=1");
    }

    @Test
    void says_what_to_do_where_memory_is_too_small() {
        assertThat(lineFor(new OutOfMemoryError("Physical memory usage is too high: physicalBytes (8G) > maxPhysicalBytes (8G)")))
                .startsWith("error: not enough memory (Physical memory usage is too high")
                .contains("lower --batch or --image-size").containsPattern("-Xmx[1-9][0-9]*g$");
    }
}
