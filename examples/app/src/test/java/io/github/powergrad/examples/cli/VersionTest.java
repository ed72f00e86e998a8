package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The option --version")
class VersionTest {

    @Test
    void prints_the_version_of_the_library_that_the_parent_of_the_examples_names() {
        Console console = new Console();

        assertThat(console.powergrad("--version")).isZero();
        assertThat(console.stdout().strip())
                .isEqualTo("powergrad-dl4j examples " + System.getProperty("powergrad.version"));
    }
}
