package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The examples")
class ClockTest {

    /** What a class file holds that asks for the time of day, or asks the progress bar, which asks for it. */
    private static final List<String> TIME_OF_DAY = List.of("currentTimeMillis", "java/time/Instant", "java/time/Clock",
            "java/time/Local", "java/time/Zoned", "java/util/Date", "java/util/Calendar", "getElapsed", "showSpeed");

    @Test
    @DisplayName("never ask for the time of day, which somebody may set while they run, but for time that passes")
    void neverAskForTheTimeOfDay() throws Exception {
        Path classes = Path.of(PowerGrad.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        int askForTimeThatPasses = 0;
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(file -> file.toString().endsWith(".class")).collect(Collectors.toList());
        }
        for (Path file : files) {
            String content = content(file);
            assertThat(TIME_OF_DAY).as(file.toString()).noneMatch(content::contains);
            askForTimeThatPasses += content.contains("nanoTime") ? 1 : 0;
        }
        assertThat(askForTimeThatPasses).isGreaterThanOrEqualTo(4);
    }

    private static String content(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}
