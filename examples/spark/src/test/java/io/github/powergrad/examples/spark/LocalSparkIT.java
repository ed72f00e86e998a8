package io.github.powergrad.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.examples.cli.PowerGrad;
import io.github.powergrad.fastcpu.FastCpu;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@DisplayName("powergrad spark and spark-prepare in one process")
class LocalSparkIT {

    private static final List<String> SMALL = List.of("--master", "local[2]", "--model", "resnet20", "--image-size",
            "8",
            "--batch", "16", "--warmup-epochs", "1", "--cooldown-epochs", "0", "--lr", "0.05");

    @TempDir
    Path folder;

    private String stdout;
    private String stderr;

    private int powergrad(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = PowerGradSpark.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int exitCode = PowerGrad.execute(commandLine, arguments);
        stdout = out.toString();
        stderr = err.toString();
        return exitCode;
    }

    private int train(Path out, String... more) {
        List<String> all = new ArrayList<>(List.of("spark", "--out", out.toString()));
        all.addAll(SMALL);
        all.addAll(Arrays.asList(more));
        return powergrad(all.toArray(new String[0]));
    }

    private int prepare(Path images, Path out, String... more) {
        List<String> all = new ArrayList<>(List.of("spark-prepare", "--master", "local[2]", "--images-per-file", "5",
                "--data", images.toString(), "--out", out.toString()));
        all.addAll(Arrays.asList(more));
        return powergrad(all.toArray(new String[0]));
    }

    /** Two classes that differ in their colour. */
    private Path images(int each) throws IOException {
        Path root = folder.resolve("images");
        for (String part : List.of("train", "val")) {
            for (String name : List.of("dark", "l\u00EDght")) {
                Path files = Files.createDirectories(root.resolve(part).resolve(name));
                for (int number = 0; number < each; number++) {
                    ImageIO.write(picture(name, new Random(number)), "png", files.resolve(number + ".png").toFile());
                }
            }
        }
        return root;
    }

    private static BufferedImage picture(String name, Random random) {
        BufferedImage picture = new BufferedImage(20 + random.nextInt(9), 20, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        int brightness = (name.equals("dark") ? 20 : 200) + random.nextInt(50);
        graphics.setColor(new Color(brightness, brightness, random.nextInt(255)));
        graphics.fillRect(0, 0, 40, 40);
        graphics.dispose();
        return picture;
    }

    private static Map<String, Long> times(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .collect(Collectors.toMap(Path::toString, file -> file.toFile().lastModified(), (a, b) -> a,
                    TreeMap::new));
        }
    }

    @Test
    @DisplayName("prepares a folder, broken images left out, and trains on it; what was killed goes on, whole files"
            + " stay")
    void preparesAndTrains() throws IOException {
        Path images = images(16);
        Files.write(images.resolve("train/dark/broken.jpg"), new byte[] {1, 2, 3});
        Path prepared = folder.resolve("prepared");

        assertThat(prepare(images, prepared, "--max-skipped", "5%")).as(stderr).isZero();
        assertThat(stdout).contains("prepared 32 images to train and 32 to test of 2 classes");
        assertThat(stderr).contains("broken.jpg");

        // As a kill leaves it: no manifest, one file missing, one begun.
        Files.delete(prepared.resolve("prepared.json"));
        Files.delete(prepared.resolve("train/part-000001"));
        Files.write(prepared.resolve("train/.part-000001.1.part"), new byte[10]);
        assertThat(train(folder.resolve("early"), "--data", prepared.toString(), "--epochs", "1")).isEqualTo(1);
        assertThat(stderr).contains("has not come to its end").hasLineCount(1);
        Map<String, Long> before = times(prepared);

        assertThat(prepare(images, prepared, "--max-skipped", "5%")).as(stderr).isZero();
        assertThat(stdout).contains("prepared 32 images to train");
        assertThat(times(prepared)).containsAllEntriesOf(before).hasSize(before.size() + 1);
        assertThat(prepared.resolve("train/.part-000001.1.part")).doesNotExist();

        assertThat(train(folder.resolve("trained"), "--data", prepared.toString(), "--epochs", "4",
                "--scheduler", "cosine")).as(stderr).isZero();
        assertThat(Metrics.in(folder.resolve("trained")).epochs()).isEqualTo(4);
        assertThat(Metrics.in(folder.resolve("trained")).testTop1()).isGreaterThan(90);
    }

    @Test
    @DisplayName("a prepared folder whose manifest names a file outside it is refused by one line")
    void namesAFileOutside() throws IOException {
        Path prepared = folder.resolve("prepared");
        assertThat(prepare(images(4), prepared)).as(stderr).isZero();
        Path manifest = prepared.resolve("prepared.json");
        Files.writeString(manifest, Files.readString(manifest).replace("part-000001", "../../elsewhere/part-000001"));
        Files.delete(prepared.resolve(".prepared.json.crc"));

        assertThat(train(folder.resolve("out"), "--data", prepared.toString(), "--epochs", "1")).isEqualTo(1);
        assertThat(stderr).startsWith("error: ").contains("names a file \"../../elsewhere/part-000001\"")
                .hasLineCount(1);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    @DisplayName("classes whose folders macOS has written are called as powergrad train calls them, in its order")
    void composesNames() throws IOException {
        Path images = images(4);
        for (String part : List.of("train", "val")) {
            Files.move(images.resolve(part).resolve("l\u00EDght"), images.resolve(part).resolve("e\u0301tude"));
            Files.move(images.resolve(part).resolve("dark"), images.resolve(part).resolve("fugue"));
        }
        Path prepared = folder.resolve("prepared");

        assertThat(prepare(images, prepared)).as(stderr).isZero();

        assertThat(Files.readString(prepared.resolve("prepared.json")).replaceAll("\\s", ""))
                .contains("\"classes\":[\"fugue\",\"\u00E9tude\"]");
    }

    @Test
    @DisplayName("more broken images than allowed end the preparation without a manifest")
    void tooManyBroken() throws IOException {
        Path images = images(4);
        Files.write(images.resolve("train/dark/broken.jpg"), new byte[] {1, 2, 3});
        Path prepared = folder.resolve("prepared");

        assertThat(prepare(images, prepared)).isEqualTo(1);
        assertThat(stderr).contains("1 of 17 images are broken, more than the 1% that may be skipped");
        assertThat(prepared.resolve("prepared.json")).doesNotExist();
    }

    @Test
    @DisplayName("a worker gets FastCpu, with oneDNN of one platform, and trains on it")
    void sendsFastCpu() throws IOException {
        String[] jars = Files.readString(Path.of("target/jars.txt")).strip().split(",");
        assertThat(jars).filteredOn(jar -> jar.contains("dl4j-fast-cpu")).hasSize(1);
        assertThat(jars).filteredOn(jar -> jar.matches(".*/dnnl-[\\d.-]+-[a-z]+-\\w+\\.jar")).hasSize(1);
        assertThat(FastCpu.isAvailable()).as("oneDNN loads from the class path of the workers").isTrue();
    }

    @Test
    @DisplayName("a folder that is not prepared is answered by what to do, a missing one too")
    void notPrepared() throws IOException {
        assertThat(train(folder.resolve("out"), "--data", images(1).toString(), "--epochs", "1")).isEqualTo(1);
        assertThat(stderr).startsWith("error: ").contains("spark-prepare --data").hasLineCount(1);
        assertThat(train(folder.resolve("out"), "--data", folder.resolve("nowhere").toString(), "--epochs",
                "1")).isEqualTo(1);
        assertThat(stderr).contains("does not exist").hasLineCount(1);
    }

    @Test
    @DisplayName("a master that does not answer is answered by one line")
    void unreachableMaster() {
        assertThat(powergrad("spark", "--master", "spark://127.0.0.1:1", "--out",
                folder.resolve("out").toString())).isEqualTo(1);
        assertThat(stderr).startsWith("error: no Spark master answers at spark://127.0.0.1:1").hasLineCount(1);
    }

    @ParameterizedTest
    @DisplayName("values that are not allowed are usage errors that name the option")
    @CsvSource({"--workers,0", "--workers,3", "--averaging-frequency,0", "--alpha,2", "--epochs,0", "--method,gossip",
            "--master,nonsense"})
    void usageErrors(String option, String value) {
        assertThat(powergrad("spark", "--out", folder.resolve("out").toString(), option, value)).isEqualTo(2);
        assertThat(stderr).startsWith("error: ").contains(option);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    @DisplayName("a training that was stopped goes on to the same figures")
    void resumes() throws Exception {
        String[] settings = {"--images", "64", "--classes", "2", "--epochs", "3"};
        Path whole = folder.resolve("whole");
        Path stopped = folder.resolve("stopped");
        assertThat(train(whole, settings)).as(stderr).isZero();

        List<String> arguments = new ArrayList<>(List.of("spark", "--out", stopped.toString()));
        arguments.addAll(SMALL);
        arguments.addAll(Arrays.asList(settings));
        try (Launched training = Launched.powergrad(folder.resolve("log"), arguments.toArray(new String[0]))) {
            while (training.isAlive() && Files.notExists(stopped.resolve("checkpoint-last.zip"))) {
                Thread.sleep(20);
            }
            training.kill();
        }
        int before = Metrics.in(stopped).epochs();
        assertThat(before).isBetween(1, 3);
        if (before < 3) {
            assertThat(powergrad("spark", "--master", "local[2]", "--resume", stopped.toString())).as(stderr).isZero();
        }
        assertThat(Metrics.in(stopped).measured()).containsExactly(Metrics.in(whole).measured(), within(1e-3));
    }
}
