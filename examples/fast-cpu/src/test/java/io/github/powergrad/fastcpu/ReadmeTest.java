package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The README")
class ReadmeTest {

    @Test
    @DisplayName("shows the program as it is in the test sources, where it is compiled")
    void program() throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains(Files.readString(Path.of("src/test/java/example/TrainFaster.java")));
    }
}
