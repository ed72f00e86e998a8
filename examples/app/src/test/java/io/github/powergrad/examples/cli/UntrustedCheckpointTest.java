package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.fastcpu.FastCpu;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.example.Intruder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("A checkpoint of someone else's")
class UntrustedCheckpointTest {

    private static final String JSON = ModelSerializer.CONFIGURATION_JSON;
    private static final String RELU = "\"@class\" : \"org.nd4j.linalg.activations.impl.ActivationReLU\"";

    @TempDir
    static Path trained;

    @TempDir
    Path folder;

    private final Console console = new Console();
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private Path file;

    @BeforeAll
    static void trains() {
        assertThat(new Console().powergrad(TrainCommandTest.small(trained, 1).toArray(new String[0]))).isZero();
    }

    @BeforeEach
    void takes_a_checkpoint_apart() throws IOException {
        file = folder.resolve(Checkpoint.LAST);
        Files.copy(trained.resolve("metrics.csv"), folder.resolve("metrics.csv"));
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(trained.resolve(Checkpoint.LAST)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        Intruder.made = 0;
    }

    private void write() throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.setLevel(Deflater.NO_COMPRESSION); // weights hardly shrink
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
    }

    private void changed(String entry, UnaryOperator<String> change) {
        String before = new String(entries.get(entry), StandardCharsets.UTF_8);
        String after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        entries.put(entry, after.getBytes(StandardCharsets.UTF_8));
    }

    /** Asserts that whatever reads checkpoints refuses this one, in one line, before anything of it has run. */
    private void is_refused(String reason) {
        Path image = folder.resolve("no-image.png");
        for (List<String> command : List.of(
                List.of("evaluate", "--checkpoint", file.toString()),
                List.of("predict", "--checkpoint", file.toString(), image.toString()),
                List.of("fold", "--checkpoint", file.toString(), "--out", folder.resolve("folded.zip").toString()),
                List.of("train", "--resume", folder.toString()))) {
            int exit = console.powergrad(command.toArray(new String[0]));
            assertThat(Intruder.made).as("objects that %s has made", command).isZero();
            assertThat(exit).as(command.toString()).isEqualTo(1);
            assertThat(console.stderr().lines()).as(command.toString()).singleElement().asString()
                    .startsWith("error: " + file + " is not a whole checkpoint (").contains(reason);
        }
    }

    private static byte[] serialized(Object object) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        }
        Intruder.made = 0;
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"preprocessor.bin", "normalizer.bin", "objectData/1", "noParams.marker", "../outside",
        "PREPROCESSOR.BIN", "preprocessor.bin/"})
    void is_refused_if_it_has_another_entry(String name) throws IOException {
        entries.put(name, name.endsWith("/") ? new byte[0] : serialized(new Intruder()));
        write();

        is_refused("a checkpoint has no '" + name + "'");
    }

    @Test
    void is_refused_if_it_has_an_entry_twice() throws IOException {
        entries.put("configuration.jsox", entries.get(JSON));
        write();
        // The zip classes write no name twice.
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.writeString(file, bytes.replace("configuration.jsox", JSON), StandardCharsets.ISO_8859_1);

        is_refused("'configuration.json', or has it once");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"@class\" : \"org.example.Intruder\"",
        "\"@class\" : \"org.\\u0065xample.Intruder\"",
        "\"\\u0040class\" : \"org.example.Intruder\"",
        "\"@class\" : \"org.example.Intruder\", \"@class\" : \"org.nd4j.linalg.activations.impl.ActivationReLU\"",
        "\"@class\" : \"org.nd4j.linalg.activations.impl.ActivationReLU<org.example.Intruder>\"",
    })
    void is_refused_if_an_object_in_it_is_of_a_class_of_others(String named) throws IOException {
        changed(JSON, json -> json.replace(RELU, named));
        write();

        is_refused("it names the class org.example.Intruder, which is not of Deeplearning4j, ND4J or powergrad");
    }

    @Test
    void is_refused_if_it_names_a_class_of_others_at_the_head_of_a_list() throws IOException {
        changed(JSON, json -> json.replaceFirst("\\{\\s*" + RELU + "[^{}]*}", "[ \"org.example.Intruder\", { } ]"));
        write();

        is_refused("it names the class org.example.Intruder,");
    }

    @Test
    void is_refused_if_it_names_a_class_of_others_where_nothing_reads_it() throws IOException {
        changed(JSON, json -> json.replaceFirst("\\{", "{ \"more\" : { \"org.example.Intruder\" : 1 },"));
        write();

        is_refused("it names the class org.example.Intruder,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"powergrad.json", "configuration.json", "coefficients.bin", "updaterState.bin"})
    void is_refused_if_it_lacks_an_entry(String name) throws IOException {
        entries.remove(name);
        write();

        assertThat(console.powergrad("evaluate", "--checkpoint", file.toString())).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().contains("(it has no entry " + name + ")");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void is_refused_if_its_weights_are_more_or_fewer_than_the_network_has(int more) throws IOException {
        INDArray weights = Nd4j.read(new DataInputStream(new ByteArrayInputStream(entries.get("coefficients.bin"))));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Nd4j.write(Nd4j.zeros(weights.dataType(), weights.length() + more), new DataOutputStream(bytes));
        entries.put("coefficients.bin", bytes.toByteArray());
        write();

        assertThat(console.powergrad("evaluate", "--checkpoint", file.toString())).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString()
                .contains("(its coefficients.bin does not fit the network)");
    }

    @Test
    void gives_the_network_that_deeplearning4j_reads_from_it() throws IOException {
        write();
        ComputationGraph theirs = ModelSerializer.restoreComputationGraph(file.toFile(), true);

        ComputationGraph ours = Checkpoint.open(file).network();

        assertThat(ours.getConfiguration().toJson()).isEqualTo(theirs.getConfiguration().toJson());
        assertThat(ours.params().dup().toFloatVector()).containsExactly(theirs.params().dup().toFloatVector());
        assertThat(ours.getUpdater().getStateViewArray().dup().toFloatVector())
                .containsExactly(theirs.getUpdater().getStateViewArray().dup().toFloatVector());
        assertThat(ours.getEpochCount()).isEqualTo(1);
        assertThat(ours.getIterationCount()).isEqualTo(2);
    }

    @Test
    void gives_a_network_that_runs_fast() throws IOException {
        assumeThat(FastCpu.isAvailable()).as("FastCpu, which is for one version of Deeplearning4j").isTrue();
        write();
        assertThat(Checkpoint.open(file).network().getLayer("conv1").getClass().getPackageName())
                .isEqualTo(FastCpu.class.getPackageName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "evaluate", "predict"})
    void is_warned_of_by_the_help(String command) {
        assertThat(console.powergrad(command, "--help")).isZero();

        assertThat(console.stdout().replaceAll("\\s+", " ")).contains("load only files that you trust");
    }
}
