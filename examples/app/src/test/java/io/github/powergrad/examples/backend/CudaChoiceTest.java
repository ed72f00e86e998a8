package io.github.powergrad.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Asks a library with the driver's name, compiled from driver.c, in a process of its own. */
@DisplayName("The choice of a CUDA backend")
@EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "ND4J has CUDA there alone")
class CudaChoiceTest {

    @TempDir
    private static Path folder;

    private static boolean compiled;

    @BeforeAll
    static void compileDriver() throws Exception {
        try {
            compiled = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", folder.resolve("libcuda.so.1").toString(),
                    Path.of("src/test/resources/cuda/driver.c").toString()).inheritIO().start().waitFor() == 0;
        } catch (IOException noCompiler) {
            compiled = false;
        }
    }

    @Test
    void is_printed_from_what_the_driver_says_of_each_gpu() throws Exception {
        assertThat(choice("", Map.of("FAKE_GPUS", "8.6"))).containsExactly("exit code 0", "11.6");
        assertThat(choice("", Map.of("FAKE_GPUS", "8.6,9.0"))).containsExactly("exit code 0", "11.2");
        assertThat(choice("11.2", Map.of("FAKE_GPUS", "8.6"))).containsExactly("exit code 0", "11.2");
    }

    @Test
    void names_the_gpu_that_cannot_be_used_with_its_own_name_and_memory() throws Exception {
        assertThat(choice("", Map.of("FAKE_GPUS", "8.6,3.0"))).hasSize(2).startsWith("exit code 1").last().asString()
                .startsWith("error: ND4J for CUDA 11.2 runs on").contains("NVIDIA Test 1 (compute capability 3.0, 16.0 GiB)");
    }

    @Test
    void says_in_one_line_that_a_driver_sees_no_gpu() throws Exception {
        String remedy = "; see 'nvidia-smi' and CUDA_VISIBLE_DEVICES, or leave --cuda out to train on the processor";
        assertThat(choice("", Map.of("FAKE_ERROR", "100"))).containsExactly("exit code 1",
                "error: the NVIDIA driver sees no GPU that can be used (cuInit: CUDA_ERROR_NO_DEVICE)" + remedy);
        assertThat(choice("", Map.of("FAKE_GPUS", ""))).containsExactly("exit code 1",
                "error: the NVIDIA driver sees no GPU" + remedy);
    }

    @Test
    void says_in_one_line_that_the_driver_is_too_old() throws Exception {
        assertThat(choice("", Map.of("FAKE_GPUS", "7.5", "FAKE_CUDA", "10020"))).hasSize(2).startsWith("exit code 1")
                .last().asString().startsWith("error: the NVIDIA driver").contains("for CUDA 10.2 is too old");
    }

    @Test
    void refuses_a_version_that_is_not_known_before_it_asks() throws Exception {
        assertThat(choice("12", Map.of("FAKE_ERROR", "100"))).containsExactly("exit code 1",
                "error: --cuda=12 is not known; give --cuda alone, or one of --cuda=11.6, --cuda=11.2");
    }

    @Test
    void refuses_other_platforms_than_nd4j_has_cuda_for() throws Exception {
        assertThat(choice("", Map.of("JAVA_TOOL_OPTIONS", "-Dos.arch=aarch64"))).last().isEqualTo("error: --cuda needs Linux on"
                + " amd64, this is Linux on aarch64; leave it out to train on the processor");
    }

    private static List<String> choice(String asked, Map<String, String> environment) throws Exception {
        assumeTrue(compiled, "no C compiler to make a driver with");
        Path printed = folder.resolve("printed.txt");
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"), "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                CudaChoice.class.getName(), asked).redirectErrorStream(true).redirectOutput(printed.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("LD_LIBRARY_PATH", folder.toString());
        List<String> lines = new ArrayList<>(List.of("exit code " + builder.start().waitFor()));
        lines.addAll(Files.readAllLines(printed));
        return lines;
    }
}
