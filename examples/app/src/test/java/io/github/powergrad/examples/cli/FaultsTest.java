package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.powergrad.examples.data.IdxFiles;
import io.github.powergrad.examples.data.folder.ImageTree;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault is met in a process of its own, as a user meets it. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "signals, permissions and small disks are made with Linux's own tools")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@DisplayName("A command that meets a fault")
class FaultsTest {

    /** More than any test waits for. */
    private static final int ENDLESS = 5000;

    @TempDir
    Path folder;

    private SeparateProcess alone;
    private TrainedFolder out;

    @BeforeEach
    void processes() {
        alone = new SeparateProcess(folder);
        out = new TrainedFolder(folder.resolve("out"));
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException | InterruptedException absent) {
            return false;
        }
    }

    static boolean canMount() {
        return succeeds("unshare", "-r", "-m", "mount", "-t", "tmpfs", "none", "/mnt");
    }

    static boolean canBeBoundByPermissions() {
        return !isRoot() || succeeds(withoutRootsPrivilege("true"));
    }

    static boolean canChooseSignals() {
        return succeeds("env", "--default-signal=INT", "true");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Root is above permissions, but not without its capabilities. */
    private static String[] withoutRootsPrivilege(String... command) {
        List<String> all = new ArrayList<>();
        if (isRoot()) {
            all.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
        }
        all.addAll(List.of(command));
        return all.toArray(new String[0]);
    }

    private String errorLine() throws IOException {
        assertThat(alone.stderr()).noneMatch(line -> line.startsWith("\tat "));
        List<String> errors = alone.stderr();
        errors.removeIf(line -> !line.startsWith("error: ") && !line.startsWith("stopped: "));
        assertThat(errors).as(() -> "the errors among " + stderrText()).hasSize(1);
        return errors.get(0);
    }

    private String stderrText() {
        try {
            return String.join("\n", alone.stderr());
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    private void awaitEpoch(Process process) throws Exception {
        while (TrainedFolder.reported(alone.stderr()).isEmpty()) {
            assertThat(process.isAlive()).as(this::stderrText).isTrue();
            Thread.sleep(20);
        }
    }

    private List<String> bash(String script, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        command.addAll(arguments);
        return command;
    }

    /** Runs a script as $1 folder for results, $2 mount point, then java, with a file system of its own. */
    private int inNamespace(String script) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(folder.toString(),
                Files.createDirectory(folder.resolve("disk"))
                .toString()));
        arguments.addAll(alone.java(List.of()));
        List<String> command = new ArrayList<>(List.of("unshare", "-r", "-m"));
        command.addAll(bash("results=$1 disk=$2; shift 2; " + script, arguments));
        return alone.run(command).waitFor();
    }

    // --- Disk full -------------------------------------------------------------------------------------------

    @Test
    @EnabledIf(value = "canMount", disabledReason = "no small disk can be mounted in a name space of one's own here")
    void keeps_the_last_epoch_when_the_disk_is_full_and_goes_on_once_there_is_room() throws Exception {
        // Room for a checkpoint and a half.
        int exit = inNamespace("mount -t tmpfs -o size=3500k none $disk || exit 99\n"
                + "\"$@\" " + String.join(" ", TrainCommandTest.small(Path.of("$disk/out"), 3)) + "; exit=$?\n"
                + "cp -a $disk/out $results/full; mount -o remount,size=64m $disk\n"
                + "\"$@\" train --resume $disk/out 2>$results/resume.txt; echo $? >$results/resume-exit.txt\n"
                + "cp -a $disk/out $results/resumed; exit $exit");

        assertThat(exit).as(this::stderrText).isEqualTo(1);
        assertThat(errorLine()).startsWith("error: cannot write " + folder.resolve("disk/out/checkpoint-last.zip")
                        + ": the disk is full (No space left on device); free space there")
                .endsWith("epoch 1 is saved, go on from there with --resume " + folder.resolve("disk/out"));
        assertThat(TrainedFolder.reported(alone.stderr())).containsExactly(1);
        TrainedFolder full = new TrainedFolder(folder.resolve("full"));
        full.holds(List.of(1));
        assertThat(full.halves()).isEmpty();

        assertThat(folder.resolve("resume-exit.txt")).as("%s", Files.readString(folder.resolve("resume.txt")))
                .hasContent("0");
        TrainedFolder resumed = new TrainedFolder(folder.resolve("resumed"));
        resumed.holds(List.of(1, 2, 3));
        assertThat(new Console().powergrad(TrainCommandTest.small(out.path, 3).toArray(new String[0]))).isZero();
        assertThat(resumed.rowsWithoutSpeed()).isEqualTo(out.rowsWithoutSpeed());
    }

    @Test
    @EnabledIf(value = "canMount", disabledReason = "no small disk can be mounted in a name space of one's own here")
    void keeps_the_rows_of_a_comparison_when_the_disk_has_no_room_for_the_figure() throws Exception {
        Path data = IdxFiles.write(folder.resolve("data"), 60, 30, 12);
        int exit = inNamespace("mount -t tmpfs -o size=20k none $disk || exit 99\n"
                + "\"$@\" compare --data " + data + " --epochs 1 --seeds 1 --batch 20 --out $disk; exit=$?\n"
                + "cp -a $disk $results/full; exit $exit");

        assertThat(exit).as(this::stderrText).isEqualTo(1);
        assertThat(errorLine()).startsWith("error: cannot write " + folder.resolve("disk/curves.png")
                + ": the disk is full (No space left on device); free space there, or"
                + " choose another folder for the results");
        TrainedFolder full = new TrainedFolder(folder.resolve("full"));
        assertThat(full.files()).containsExactly(".powergrad.lock", "metrics.csv", "summary.json");
        assertThat(full.rows()).hasSize(2);
    }

    @Test
    void says_which_file_may_not_grow() throws Exception {
        List<String> arguments = alone.java(TrainCommandTest.small(out.path, 2));
        assertThat(alone.run(bash("ulimit -f 1024; exec \"$@\"", arguments)).waitFor()).as(this::stderrText)
                .isEqualTo(1);

        assertThat(errorLine()).startsWith("error: cannot write " + out.path.resolve(Checkpoint.LAST)
                + " (File too large); ")
                .endsWith("; no epoch was saved, start again with --resume " + out.path);
        assertThat(out.files()).containsExactly(".powergrad.lock", "metrics.csv", "settings.json");
    }

    // --- Permissions -----------------------------------------------------------------------------------------

    @Test
    @EnabledIf(value = "canBeBoundByPermissions", disabledReason = "root without setpriv may write everywhere")
    void says_that_the_output_folder_is_read_only_before_it_trains() throws Exception {
        assertThat(new Console().powergrad(TrainCommandTest.small(out.path, 1).toArray(new String[0]))).isZero();
        List<String> before = out.files();
        Files.setPosixFilePermissions(out.path, PosixFilePermissions.fromString("r-xr-xr-x"));
        alone.startedBy(withoutRootsPrivilege());
        Path data = IdxFiles.write(folder.resolve("data"), 60, 30, 12);
        try {
            for (List<String> arguments : List.of(
                    List.of("train", "--resume", out.path.toString()),
                    TrainCommandTest.small(out.path, 1, "--overwrite"),
                    TrainCommandTest.small(out.path.resolve("below"), 1),
                    List.of("compare", "--batch", "20", "--data", data.toString(), "--out", out.path.toString()),
                    List.of("evaluate", "--checkpoint", out.path.resolve(Checkpoint.LAST).toString(), "--out",
                            out.path.resolve("classes.csv").toString()))) {
                assertThat(alone.start(arguments).waitFor()).as(() -> arguments + stderrText()).isEqualTo(1);
                assertThat(errorLine()).startsWith("error: cannot write to output folder " + out.path)
                        .endsWith("(permission denied); make it writable, or choose another folder for the results");
            }
        } finally {
            Files.setPosixFilePermissions(out.path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assertThat(out.files()).isEqualTo(before);
    }

    @Test
    @EnabledIf(value = "canBeBoundByPermissions", disabledReason = "root without setpriv may read everything")
    void names_the_image_the_folder_or_the_idx_file_that_it_may_not_read() throws Exception {
        alone.startedBy(withoutRootsPrivilege());
        Path images = new ImageTree(folder.resolve("images")).with(4, "cat", "dog").root;
        refusesToRead(images.resolve("train/cat/1.jpg"), "train", images);
        refusesToRead(images.resolve("train/dog"), "train", images);
        Path idx = IdxFiles.write(folder.resolve("idx"), 60, 30, 12);
        refusesToRead(idx.resolve("train-images-idx3-ubyte.gz"), "compare", idx);
        assertThat(out.path).doesNotExist();
    }

    private void refusesToRead(Path file, String command, Path data) throws Exception {
        String before = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        int exit = alone.start(List.of(command, "--data", data.toString(), "--out", out.path.toString())).waitFor();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(before));

        assertThat(exit).as(this::stderrText).isEqualTo(1);
        assertThat(errorLine()).startsWith("error: ").contains(file + " cannot be read (permission denied); ");
    }

    @Test
    void names_the_file_that_the_disk_cannot_read() throws Exception {
        // Reading this file gives an input/output error, to root too.
        Path unreadable = Path.of("/proc/self/mem");
        Path idx = IdxFiles.write(folder.resolve("idx"), 60, 30, 12);
        Path file = idx.resolve("t10k-labels-idx1-ubyte.gz");
        Files.delete(file);
        Files.createSymbolicLink(file, unreadable);
        Console console = new Console();
        assertThat(console.powergrad("compare", "--data", idx.toString(), "--out", out.path.toString())).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString()
                .startsWith("error: " + file + " cannot be read (Input/output error); ");

        ImageTree tree = new ImageTree(folder.resolve("images")).with(4, "cat", "dog");
        Files.createSymbolicLink(tree.root.resolve("train/cat/bad.jpg"), unreadable);
        assertThat(console.powergrad("train", "--data", tree.root.toString(), "--model", "resnet20",
                "--image-size", "16", "--epochs", "2", "--warmup-epochs", "1", "--cooldown-epochs", "0", "--batch", "4",
                "--out", out.path.toString())).isEqualTo(1);
        assertThat(console.stderr()).contains("1 of 11 images cannot be used",
                "bad.jpg cannot be read: Input/output error");
        assertThat(out.path.resolve("skipped.txt")).content().contains("bad.jpg\tcannot be read: Input/output error");
        // JUnit warns of links that lead out of its folder.
        Files.delete(tree.root.resolve("train/cat/bad.jpg"));
        Files.delete(file);
    }

    @Test
    void tells_a_lack_of_images_from_a_divergence() {
        ImageTree tree = new ImageTree(folder.resolve("images")).with(4, "cat", "dog");
        Console console = new Console();
        List<String> arguments = List.of("train", "--data", tree.root.toString(), "--model", "resnet20",
                "--image-size", "16", "--epochs", "2", "--warmup-epochs", "1", "--cooldown-epochs", "0", "--batch", "4",
                "--max-skipped", "100%", "--out", out.path.toString());

        tree.write("val/cat/v.png", new byte[0]).write("val/dog/v.png", new byte[0]);
        assertThat(console.powergrad(arguments.toArray(new String[0]))).isEqualTo(1);
        assertThat(console.stderr().lines()).last().asString()
                .startsWith("error: none of the 2 test images of images (")
                .endsWith(" can be used; repair or restore them; no epoch was saved, start again with"
                        + " --resume " + out.path);

        for (int image = 0; image < 4; image++) {
            tree.write("train/cat/" + image + ".jpg", new byte[1]).write("train/dog/" + image + ".jpg", new byte[1]);
        }
        assertThat(console.powergrad(arguments.toArray(new String[0]))).isEqualTo(1);
        assertThat(console.stderr().lines()).last().asString()
                .startsWith("error: none of the 8 training images of images (")
                .endsWith(" can be used; repair or restore them; no epoch was saved, start again with"
                        + " --resume " + out.path);
    }

    // --- A folder that changes -------------------------------------------------------------------------------

    @Test
    void tells_that_images_went_missing_and_goes_on_with_those_that_are_left() throws Exception {
        ImageTree tree = new ImageTree(folder.resolve("data")).with(20, "cat", "dog");
        List<String> data = List.of("--data", tree.root.toString());
        List<String> arguments = new ArrayList<>(List.of("train", "--out", out.path.toString(), "--model", "resnet20",
                "--image-size", "16", "--batch", "16", "--epochs", "" + ENDLESS, "--warmup-epochs", "1",
                "--cooldown-epochs", "0", "--workers", "1"));
        arguments.addAll(data);
        Process process = alone.start(arguments);
        awaitEpoch(process);
        process.destroyForcibly().waitFor();
        int saved = Checkpoint.open(out.path.resolve(Checkpoint.LAST)).settings().epoch();
        // What has been read is kept in memory, so the images must change before they are read again.
        Path dog = tree.root.resolve("train/dog");
        Files.move(dog, folder.resolve("dog"));
        for (int image = 0; image < 20; image++) {
            tree.write("train/dog/" + image + ".jpg", new byte[0]);
        }

        String[] resume = Stream.concat(Stream.of("train", "--resume", out.path.toString()), data.stream())
                .toArray(String[]::new);
        Console console = new Console();
        assertThat(console.powergrad(resume)).isEqualTo(1);
        assertThat(console.stderr().lines()).last().asString().contains(
                "images cannot be used, more than the 1% that may be skipped: ",
                "epoch " + saved + " is saved, go on from there with --resume " + out.path);
        out.holds(List.of(saved));
        assertThat(out.halves()).isEmpty();

        for (int image = 0; image < 20; image++) {
            Files.delete(dog.resolve(image + ".jpg"));
        }
        Files.delete(dog);
        console = new Console();
        assertThat(console.powergrad(resume)).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().contains("train lacks dog;");

        Files.move(folder.resolve("dog"), dog);
        for (int image = 0; image < 10; image++) {
            Files.delete(dog.resolve(image + ".jpg"));
        }
        Process resumed = alone.start(List.of(resume));
        awaitEpoch(resumed);
        assertThat(TrainedFolder.reported(alone.stderr())).first().isEqualTo(saved + 1);
        resumed.destroyForcibly().waitFor();
        assertThat(alone.stderr()).anyMatch(line -> line.startsWith("note: the images have changed since checkpoint ")
                && line.endsWith(": 30 training images instead of 40; going on with them"));
    }

    // --- Two at a time ---------------------------------------------------------------------------------------

    @Test
    void leaves_a_folder_alone_that_another_one_writes_to_until_that_is_gone() throws Exception {
        Process first = alone.start(TrainCommandTest.small(out.path, ENDLESS));
        awaitEpoch(first);
        Path data = IdxFiles.write(folder.resolve("data"), 60, 30, 12);
        Console console = new Console();
        for (List<String> second : List.of(
                TrainCommandTest.small(out.path, 1),
                TrainCommandTest.small(out.path, 1, "--overwrite"),
                List.of("train", "--resume", out.path.toString()),
                List.of("compare", "--data", data.toString(), "--batch", "20", "--out", out.path.toString()))) {
            assertThat(console.powergrad(second.toArray(new String[0]))).isEqualTo(1);
            assertThat(console.stderr().lines()).singleElement().isEqualTo("error: output folder " + out.path
                    + " is being written to by another powergrad (process " + first.pid()
                    + "); wait until it ends, or choose another folder for the results");
        }
        assertThat(first.isAlive()).isTrue();
        first.destroyForcibly().waitFor();
        out.holds(TrainedFolder.reported(alone.stderr()));

        assertThat(console.powergrad(TrainCommandTest.small(out.path, 1, "--overwrite").toArray(new String[0])))
                .as(console::stderr).isZero();
    }

    /** A library that, loaded before the others, takes the locks of files away, as some network file systems do. */
    private static final String WITHOUT_LOCKS = "#define _GNU_SOURCE\n"
            + "#include <dlfcn.h>\n#include <errno.h>\n#include <fcntl.h>\n#include <stdarg.h>\n"
            + "static int call(const char *name, int file, int command, void *argument) {\n"
            + "  if (command == F_SETLK || command == F_SETLK64) { errno = ENOLCK; return -1; }\n"
            + "  int (*next)(int, int, ...) = dlsym(RTLD_NEXT, name);\n"
            + "  return next(file, command, argument);\n}\n"
            + "#define WRAP(name) int name(int file, int command, ...) {"
            + " va_list list; va_start(list, command); void *argument = va_arg(list, void *); va_end(list);"
            + " return call(#name, file, command, argument); }\n"
            + "WRAP(fcntl)\nWRAP(fcntl64)\n";

    static boolean hasCompiler() {
        return succeeds("gcc", "--version");
    }

    @ParameterizedTest
    @EnabledIf(value = "hasCompiler", disabledReason = "no gcc to make a library with that takes file locks away")
    @ValueSource(strings = {"train", "train again", "compare", "study"})
    void says_once_that_the_file_system_has_no_locks(String command) throws Exception {
        Path source = Files.writeString(folder.resolve("nolocks.c"), WITHOUT_LOCKS);
        Path library = folder.resolve("nolocks.so");
        assertThat(succeeds("gcc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")).isTrue();
        if (command.equals("train again")) {
            // The folder is there, and looked at before the images are.
            Files.createDirectory(out.path);
        }
        List<String> arguments = command.startsWith("train") ? TrainCommandTest.small(out.path, 1)
                : command.equals("study") ? List.of("study", "transform", "--quick", "--out", out.path.toString())
                : List.of("compare", "--data", IdxFiles.write(folder.resolve("idx"), 60, 30, 12).toString(),
                        "--batch", "20", "--epochs", "1", "--out", out.path.toString());

        assertThat(alone.startedBy("env", "LD_PRELOAD=" + library).start(arguments).waitFor())
                .as(this::stderrText).isZero();

        assertThat(alone.stderr().stream().filter(line -> line.contains("lock"))).containsExactly(
                "note: the file system of " + out.path + " cannot lock files; make sure that no other powergrad writes"
                        + " to this folder");
    }

    // --- Signals ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnabledIf(value = "canChooseSignals", disabledReason = "env here cannot undo what a parent has set to be ignored")
    @CsvSource({"TERM, 143", "INT, 130"})
    void that_is_a_signal_ends_with_whole_files_and_says_what_is_saved(String signal, int code) throws Exception {
        Process process = alone.startedBy("env", "--default-signal=" + signal).start(
                TrainCommandTest.small(out.path, ENDLESS));
        awaitEpoch(process);
        assertThat(succeeds("kill", "-" + signal, "" + process.pid())).isTrue();

        assertThat(process.waitFor()).as(this::stderrText).isEqualTo(code);
        List<Integer> reported = TrainedFolder.reported(alone.stderr());
        out.holds(reported);
        assertThat(out.halves()).isEmpty();
        assertThat(errorLine()).matches("stopped: epoch \\d+ is saved, go on from there with --resume " + out.path);
    }

    @Test
    @EnabledIf(value = "canChooseSignals", disabledReason = "env here cannot undo what a parent has set to be ignored")
    void that_is_a_signal_keeps_the_rows_of_a_comparison() throws Exception {
        Process process = alone.startedBy("env", "--default-signal=TERM").start(
                List.of("compare", "--epochs", "" + ENDLESS, "--out", out.path.toString()));
        awaitEpoch(process);
        assertThat(succeeds("kill", "-TERM", "" + process.pid())).isTrue();

        assertThat(process.waitFor()).as(this::stderrText).isEqualTo(143);
        assertThat(errorLine()).isEqualTo("stopped: " + out.path.resolve("metrics.csv")
                + " keeps the epochs that were measured");
        assertThat(out.rows()).hasSizeGreaterThanOrEqualTo(TrainedFolder.reported(alone.stderr()).size());
        assertThat(out.files()).containsExactly(".powergrad.lock", "metrics.csv");
    }
}
