package io.github.powergrad.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The output folder")
class OutputFolderTest {

    @TempDir
    Path folder;

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).collect(java.util.stream.Collectors.toList());
        }
    }

    @Test
    void is_made_with_the_folders_above_it() throws IOException {
        OutputFolder.prepare(folder.resolve("a/b"), List.of("r.csv"));

        assertThat(folder.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void holds_nothing_but_whole_files() throws IOException {
        OutputFolder output = OutputFolder.prepare(folder, List.of("r.csv"));
        output.write("r.csv", new byte[] {1});
        output.write("r.csv", new byte[] {1, 2});

        assertThat(files(folder)).containsExactly("r.csv");
        assertThat(folder.resolve("r.csv")).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void loses_the_results_of_an_earlier_run_but_no_other_file() throws IOException {
        Files.writeString(folder.resolve("r.csv"), "old");
        Files.writeString(folder.resolve("notes.txt"), "mine");
        OutputFolder.prepare(folder, List.of("r.csv"));

        assertThat(files(folder)).containsExactly("notes.txt");
    }

    @Test
    void cannot_be_a_file_or_below_one() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");

        assertThatThrownBy(() -> OutputFolder.prepare(file, List.of("r.csv")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + " is a file; choose another folder with --out");
        assertThatThrownBy(() -> OutputFolder.prepare(file.resolve("below"), List.of("r.csv")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("choose another folder with --out");
        assertThat(file).hasContent("content");
    }

    @Test
    void cannot_have_a_folder_where_a_result_goes() throws IOException {
        Files.createDirectory(folder.resolve("r.csv"));

        assertThatThrownBy(() -> OutputFolder.prepare(folder, List.of("r.csv")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("r.csv is a folder");
    }
}
