package io.github.powergrad.examples.files;

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
        OutputFolder.makeWritable(folder.resolve("a/b"));

        assertThat(folder.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void holds_nothing_but_whole_files_and_its_lock() throws IOException {
        try (OutputFolder output = OutputFolder.claim(folder)) {
            output.write("r.csv", new byte[] {1});
            output.write("r.csv", new byte[] {1, 2});
        }

        assertThat(files(folder)).containsExactlyInAnyOrder("r.csv", FolderLock.FILE);
        assertThat(folder.resolve("r.csv")).hasBinaryContent(new byte[] {1, 2});
    }

    @Test
    void loses_the_results_of_an_earlier_run_but_no_other_file() throws IOException {
        Files.writeString(folder.resolve("r.csv"), "old");
        Files.writeString(folder.resolve("notes.txt"), "mine");
        try (OutputFolder output = OutputFolder.claim(folder)) {
            output.clear(List.of("r.csv", "s.csv"));
        }

        assertThat(files(folder)).containsExactlyInAnyOrder("notes.txt", FolderLock.FILE);
    }

    @Test
    void is_claimed_once_at_a_time() throws IOException {
        try (OutputFolder first = OutputFolder.claim(folder)) {
            assertThatThrownBy(() -> OutputFolder.claim(folder)).isInstanceOf(IOException.class).hasMessage(
                    "output folder %s is being written to by another powergrad (process %d); wait until it ends, or"
                            + " choose another folder for the results", folder, ProcessHandle.current().pid());
            first.write("r.csv", new byte[1]);
        }
        try (OutputFolder second = OutputFolder.claim(folder)) {
            assertThat(second.path()).isEqualTo(folder);
        }
    }

    @Test
    void cannot_be_a_file_or_below_one() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");

        assertThatThrownBy(() -> OutputFolder.claim(file)).isInstanceOf(IOException.class)
                .hasMessageContaining(file + " is a file; choose another folder for the results");
        assertThatThrownBy(() -> OutputFolder.claim(file.resolve("below"))).isInstanceOf(IOException.class)
                .hasMessageContaining("choose another folder for the results");
        assertThat(file).hasContent("content");
    }

    @Test
    void cannot_have_a_folder_where_a_result_goes() throws IOException {
        Files.createDirectory(folder.resolve("r.csv"));
        try (OutputFolder output = OutputFolder.claim(folder)) {
            assertThatThrownBy(() -> output.clear(List.of("r.csv"))).isInstanceOf(IOException.class)
                    .hasMessageContaining("r.csv is a folder");
        }
    }
}
