package io.github.powergrad.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.examples.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The manifest of prepared images")
class ManifestTest {

    @TempDir
    Path folder;

    private ClusterPaths paths;
    private Configuration configuration;

    @BeforeEach
    void write() throws IOException {
        paths = new ClusterPaths(folder);
        configuration = paths.configuration();
        org.apache.hadoop.fs.Path path = paths.local();
        Manifest begun = new Manifest("file:/images", List.of("cat", "dog"), 1, 5, 7, 3);
        begun.begin(path, configuration);
        begun.with(List.of(new PreparedFile(PreparedFile.name(0), 5, List.of()),
                        new PreparedFile(PreparedFile.name(1), 2, List.of())),
                List.of(new PreparedFile(PreparedFile.name(1_000_000), 3, List.of()))).write(path, configuration);
    }

    private void edit(String text, String by) throws IOException {
        Path file = folder.resolve("prepared.json");
        assertThat(file).content().contains(text);
        Files.writeString(file, Files.readString(file).replace(text, by));
        // Hadoop's checksum of what was there before.
        Files.deleteIfExists(folder.resolve(".prepared.json.crc"));
    }

    @Test
    @DisplayName("is read as it was written")
    void readAsWritten() throws IOException {
        Manifest read = Manifest.read(paths.local(), configuration);

        assertThat(read.classNames()).containsExactly("cat", "dog");
        assertThat(read.training().stream().map(PreparedFile::name).collect(Collectors.toList()))
                .containsExactly("part-000000", "part-000001");
        assertThat(read.test().stream().map(PreparedFile::name).collect(Collectors.toList()))
                .containsExactly("part-1000000");
        assertThat(Manifest.images(read.training())).isEqualTo(7);
    }

    @ParameterizedTest
    @DisplayName("is refused by one line where it names a file outside its folder, on a local disk or a cluster")
    @ValueSource(strings = {"../val/part-000000", "..", "/etc/passwd", "train/part-000000", "./part-000000",
        "file:/etc/passwd", "hdfs://elsewhere:8020/part-000000", "http://elsewhere/part-000000", "part-000000/../x",
        "..\\\\part-000000", "C:\\\\part-000000", "\\\\\\\\elsewhere\\\\part-000000", "%2e%2e/part-000000",
        "part-000000\\n", "part-00000", "~", ""})
    void refusesOtherFiles(String name) throws IOException {
        edit("\"part-000001\"", '"' + name + '"');

        for (org.apache.hadoop.fs.Path path : paths.both()) {
            assertThatThrownBy(() -> Manifest.read(path, configuration)).isInstanceOf(DataException.class)
                    .message().startsWith(new org.apache.hadoop.fs.Path(path, "prepared.json") + " names a file \"" + name + "\", but ")
                    .contains("part-000000, part-000001 and so on", "into a new folder").hasLineCount(1);
        }
    }

    @Test
    @DisplayName("is refused by one line where a file to test with lies outside its folder")
    void refusesOtherTestFiles() throws IOException {
        edit("\"part-1000000\"", "\"../train/part-000000\"");

        assertThatThrownBy(() -> Manifest.read(paths.local(), configuration)).isInstanceOf(DataException.class)
                .hasMessageContaining("names a file \"../train/part-000000\"");
    }

    @ParameterizedTest
    @DisplayName("is refused by one line where it is no manifest")
    @ValueSource(strings = {"", "[]", "7", "{\"training\": ["})
    void refusesWhatIsNoManifest(String content) throws IOException {
        edit(Files.readString(folder.resolve("prepared.json")), content);

        assertThatThrownBy(() -> Manifest.read(paths.local(), configuration)).isInstanceOf(IOException.class)
                .message().contains("prepared.json cannot be read (", "into a new folder").hasLineCount(1);
    }
}
