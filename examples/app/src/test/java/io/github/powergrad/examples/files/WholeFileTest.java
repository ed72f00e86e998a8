package io.github.powergrad.examples.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A whole file")
class WholeFileTest {

    @TempDir
    Path folder;

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
        }
    }

    @Test
    void is_brought_to_the_disk_under_its_temporary_name_and_its_new_name_after_it() throws IOException {
        Path events = folder.resolve("events.jfr");
        Path file = folder.resolve("r.csv");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withThreshold(Duration.ZERO);
            recording.start();
            WholeFile.write(file, stream -> stream.write(1));
            recording.stop();
            recording.dump(events);
        }
        List<String> forced = RecordingFile.readAllEvents(events).stream()
                .map((RecordedEvent event) -> event.getString("path"))
                .filter(path -> path != null && path.startsWith(folder.toString())).collect(Collectors.toList());
        assertThat(forced).containsExactly(WholeFile.temporary(file).toString(), folder.toString());
    }

    @Test
    void stays_as_it_was_with_nothing_beside_it_when_the_new_one_cannot_be_made() throws IOException {
        Path file = Files.writeString(folder.resolve("r.csv"), "old");

        assertThatThrownBy(() -> WholeFile.write(file, stream -> {
            stream.write(new byte[3 << 20]);
            throw new IOException("No space left on device");
        })).hasMessage("cannot write %s (No space left on device); free space there, or"
                + " choose another folder for the results", file);
        assertThatThrownBy(() -> WholeFile.write(file, stream -> {
            stream.write(new byte[3 << 20]);
            throw new IllegalStateException("no array");
        })).hasMessage("no array");
        assertThatThrownBy(() -> WholeFile.alias(folder.resolve("none"), file)).isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot write " + file + " (");

        assertThat(files()).containsExactly("r.csv");
        assertThat(file).hasContent("old");
    }

    @Test
    void says_so_when_its_folder_has_gone() {
        assertThatThrownBy(() -> WholeFile.write(folder.resolve("gone/r.csv"), stream -> stream.write(1)))
                .isInstanceOf(IOException.class).hasMessageContaining("(it or its folder is not there); free space");
    }

    @Test
    void has_two_names_as_often_as_it_is_given_the_second() throws IOException {
        Path last = Files.writeString(folder.resolve("last"), "new");
        Path best = Files.writeString(folder.resolve("best"), "old");
        WholeFile.alias(last, best);
        WholeFile.alias(last, best);

        assertThat(files()).containsExactly("best", "last");
        assertThat(best).hasContent("new");
    }

    @Test
    void leaves_what_a_living_process_writes_and_takes_away_what_a_dead_one_or_its_own_number_left() throws Exception {
        Process dead = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-version").start();
        dead.waitFor();
        Path foreign = Files.createFile(folder.resolve(".r.csv." + ProcessHandle.current().parent().orElseThrow().pid()
                + ".part"));
        Files.createFile(folder.resolve(".r.csv." + dead.pid() + ".part"));
        Files.createFile(WholeFile.temporary(folder.resolve("r.csv")));
        Files.createFile(folder.resolve(".notes.part"));
        WholeFile.deleteLeftovers(folder);

        assertThat(files()).containsExactlyInAnyOrder(".notes.part", foreign.getFileName().toString());
    }
}
