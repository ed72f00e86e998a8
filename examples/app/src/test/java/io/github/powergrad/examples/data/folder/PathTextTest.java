package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Paths;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A path as text")
class PathTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/tmp", "/tmp/a b/c+d %20/e", "a", "a/../b", "/größe/猫"})
    void is_what_the_path_says(String path) {
        assertThat(PathText.of(Paths.get(path))).isEqualTo(path);
    }

    @Test
    void is_in_composed_form_so_that_names_written_on_macos_are_the_same() {
        assertThat(PathText.of(Paths.get("/gro\u0308ße"))).isEqualTo("/größe");
    }

    @Test
    void stays_on_one_line() {
        assertThat(PathText.of(Paths.get("/a\nb"))).isEqualTo("/a?b");
    }

    @Test
    void can_be_of_the_last_names_alone() {
        assertThat(PathText.last(Paths.get("/a/b/c"), 2)).isEqualTo("b/c");
        assertThat(PathText.last(Paths.get("/"), 0)).isEmpty();
    }
}
