package io.github.powergrad.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.backend.CudaDriver.Gpu;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The first start on a GPU that is newer than CUDA 11.2")
class KernelCompilationTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream terminal = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void is_told_before_it_begins_with_how_long_it_takes_and_that_it_happens_once() {
        KernelCompilation.announce(new Gpu("NVIDIA H100", 9, 0, 1), Duration.ofHours(1), terminal).close();

        assertThat(printed.toString(StandardCharsets.UTF_8).lines()).singleElement().asString()
                .startsWith("note: NVIDIA H100 is newer than CUDA 11.2").contains("9.0", "an hour", "once");
    }

    @Test
    void shows_that_it_is_alive_until_it_is_over() throws Exception {
        KernelCompilation start = KernelCompilation.announce(new Gpu("NVIDIA H100", 9, 0, 1), Duration.ofMillis(10), terminal);
        while (printed.toString(StandardCharsets.UTF_8).lines().count() < 4) {
            Thread.sleep(5);
        }
        start.close();
        Thread.sleep(100);
        String then = printed.toString(StandardCharsets.UTF_8);
        Thread.sleep(100);

        assertThat(then.lines().skip(1)).hasSizeGreaterThanOrEqualTo(3)
                .allMatch(line -> line.matches("still starting ND4J on the GPU, 0:0\\d min so far"));
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo(then);
    }
}
