package io.github.powergrad.examples.backend;

import static io.github.powergrad.examples.backend.CudaBackend.CUDA_11_2;
import static io.github.powergrad.examples.backend.CudaBackend.CUDA_11_6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.examples.backend.CudaDriver.Gpu;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The CUDA backend")
class CudaBackendTest {

    private static final Optional<CudaBackend> ANY = Optional.empty();

    @ParameterizedTest(name = "{0}: CUDA {1}")
    @CsvSource({
        "3.5, 11.2", "3.7, 11.6", "5.0, 11.6", "7.5, 11.6", "8.6, 11.6", "8.9, 11.6", "9.0, 11.2", "10.0, 11.2", "12.0, 11.2",
        "3.5 3.7, 11.2", "8.0 8.9, 11.6", "8.0 9.0, 11.2", "9.0 8.0, 11.2"
    })
    void is_the_one_that_all_visible_gpus_can_run(String capabilities, String version) throws IOException {
        assertThat(CudaBackend.choose(ANY, driver(11_060, capabilities)).version()).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.0", "8.6 3.2"})
    void is_refused_for_gpus_that_neither_can_run_in_one_line_with_the_remedy(String capabilities) {
        assertThatThrownBy(() -> CudaBackend.choose(ANY, driver(11_060, capabilities))).isInstanceOf(IOException.class)
                .hasMessageMatching("ND4J for CUDA 11\\.2 runs on compute capability 3\\.5 and later, not on NVIDIA"
                        + " (?:A \\(compute capability 3\\.0|B \\(compute capability 3\\.2), 8\\.0 GiB\\); let it see other GPUs with"
                        + " CUDA_VISIBLE_DEVICES, or leave --cuda out to train on the processor");
    }

    @Test
    void is_the_one_that_is_asked_for_where_it_runs() throws IOException {
        assertThat(CudaBackend.choose(Optional.of(CUDA_11_2), driver(11_060, "8.6"))).isEqualTo(CUDA_11_2);
        assertThat(CudaBackend.choose(Optional.of(CUDA_11_6), driver(11_060, "8.6"))).isEqualTo(CUDA_11_6);
    }

    @Test
    void is_refused_where_the_one_that_is_asked_for_does_not_run() {
        assertThatThrownBy(() -> CudaBackend.choose(Optional.of(CUDA_11_6), driver(12_040, "9.0")))
                .isInstanceOf(IOException.class)
                .hasMessage("ND4J for CUDA 11.6 runs on compute capability 3.7 to 8.9, not on NVIDIA A (compute capability 9.0,"
                        + " 8.0 GiB); give --cuda alone, which chooses, let it see other GPUs with CUDA_VISIBLE_DEVICES, or"
                        + " leave --cuda out to train on the processor");
    }

    @Test
    void is_refused_for_a_driver_that_is_older_than_cuda_11() throws IOException {
        assertThat(CudaBackend.choose(ANY, driver(11_000, "8.6"))).isEqualTo(CUDA_11_6);
        assertThatThrownBy(() -> CudaBackend.choose(ANY, driver(10_020, "7.5"))).isInstanceOf(IOException.class)
                .hasMessage("the NVIDIA driver 1.2 for CUDA 10.2 is too old; install 450.80 or newer, or leave --cuda out to"
                        + " train on the processor");
    }

    @Test
    void is_refused_when_its_version_is_not_known() {
        assertThatThrownBy(() -> CudaBackend.of("12")).isInstanceOf(IOException.class)
                .hasMessage("--cuda=12 is not known; give --cuda alone, or one of --cuda=11.6, --cuda=11.2");
    }

    @Test
    void is_compiled_by_the_driver_from_9_0_on() {
        assertThat(CUDA_11_2.gpuToCompileFor(driver(12_000, "8.9 3.5").gpus())).isEmpty();
        assertThat(CUDA_11_2.gpuToCompileFor(driver(12_000, "8.9 9.0").gpus())).map(Gpu::capability).contains("9.0");
    }

    /** Returns a driver with GPUs named NVIDIA A, B and so on. */
    private static CudaDriver driver(int cuda, String capabilities) {
        List<String> all = Arrays.asList(capabilities.split(" "));
        return new CudaDriver("1.2", cuda, all.stream().map(capability -> new Gpu(
                "NVIDIA " + (char) ('A' + all.indexOf(capability)), Integer.parseInt(capability.split("\\.")[0]),
                Integer.parseInt(capability.split("\\.")[1]), 8L << 30)).collect(Collectors.toList()));
    }
}
