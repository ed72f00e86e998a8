package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Runs with {@code -Pdl4j-1.0.0-M1.1 surefire:test}, after a build with 1.0.0-M2.1. */
@DisplayName("A checkpoint")
@EnabledIfSystemProperty(named = "powergrad.build.classpath.file", matches = ".+",
        disabledReason = "needs Deeplearning4j 1.0.0-M1.1 beside the version of the build")
class CheckpointVersionsTest {

    @TempDir
    private Path folder;

    private SeparateProcess ofM1;
    private SeparateProcess ofM21;

    @BeforeEach
    void processes() throws IOException {
        Path file = Path.of(System.getProperty("powergrad.build.classpath.file"));
        ofM1 = new SeparateProcess(folder);
        ofM21 = new SeparateProcess(folder).on(
                Files.readString(file) + File.pathSeparator + file.resolveSibling("classes"));
    }

    @Test
    void of_m1_1_gives_the_same_numbers_on_m2_1() throws Exception {
        trainedOneWayAndEvaluatedBoth(ofM1, ofM21);
    }

    @Test
    void of_m2_1_gives_the_same_numbers_on_m1_1() throws Exception {
        trainedOneWayAndEvaluatedBoth(ofM21, ofM1);
    }

    private void trainedOneWayAndEvaluatedBoth(SeparateProcess writer, SeparateProcess reader) throws Exception {
        Path out = train(writer);
        assertThat(evaluation(reader, out)).isEqualTo(evaluation(writer, out));
    }

    private Path train(SeparateProcess process) throws Exception {
        Path out = folder.resolve("out");
        assertThat(process.start(List.of("train", "--model", "resnet20", "--images", "64", "--image-size", "14", "--batch", "16",
                "--classes", "3", "--epochs", "2", "--warmup-epochs", "1", "--cooldown-epochs", "0",
                "--out", out.toString())).waitFor()).isZero();
        return out;
    }

    private List<String> evaluation(SeparateProcess process, Path out) throws Exception {
        int exitCode = process.start(
                List.of("evaluate", "--checkpoint", out.resolve("checkpoint-last.zip").toString())).waitFor();
        assertThat(exitCode).as("%s", process.stderr()).isZero();
        return process.stdout();
    }
}
