package io.github.powergrad.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.powergrad.examples.train.LearningRateSchedule;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.SavedTraining;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.schedule.ISchedule;

@DisplayName("powergrad train --resume")
class ResumedTrainingTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEPS = 2; // per epoch
    private static final int RATE = 4; // the column of metrics.csv

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private final Console console = new Console();
    private TrainedFolder out;

    /** One training for all tests: each changes a copy. */
    @BeforeEach
    void copies_a_training_of_one_epoch() throws IOException {
        TrainedFolder trained = new TrainedFolder(shared.resolve("trained"));
        if (!trained.hasCheckpoint()) {
            assertThat(console.powergrad(TrainCommandTest.small(trained.path, 1).toArray(new String[0]))).isZero();
        }
        out = new TrainedFolder(Files.createDirectory(folder.resolve("out")));
        for (String file : trained.files()) {
            Files.copy(trained.path.resolve(file), out.path.resolve(file));
        }
    }

    private int resume(String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "train";
        arguments[1] = "--resume";
        arguments[2] = out.path.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return console.powergrad(arguments);
    }

    private void refuses(String message) {
        assertThat(resume()).isEqualTo(1);
        assertThat(console.stderr().lines()).singleElement().asString().startsWith("error: ").contains(message);
    }

    private static void change(Path file, Consumer<ObjectNode> change) throws IOException {
        ObjectNode json = (ObjectNode) JSON.readTree(Files.readAllBytes(file));
        change.accept(json);
        Files.write(file, JSON.writeValueAsBytes(json));
    }

    private void changeCheckpoint(Consumer<ObjectNode> change) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(out.path.resolve(Checkpoint.LAST), (ClassLoader) null)) {
            change(zip.getPath("powergrad.json"), change);
        }
    }

    private void forgetEpochs() throws IOException {
        for (String file : List.of(Checkpoint.LAST, Checkpoint.BEST, "metrics.csv", "curves.png")) {
            Files.delete(out.path.resolve(file));
        }
    }

    @Test
    void completes_a_training_that_has_lost_its_rows() throws IOException {
        List<String> rows = out.rows();
        Files.delete(out.path.resolve("metrics.csv"));
        Files.delete(out.path.resolve(Checkpoint.BEST));

        assertThat(resume()).as(console::stderr).isZero();

        assertThat(out.rows()).hasSize(1).isEqualTo(rows);
        assertThat(out.files()).contains(Checkpoint.BEST);
    }

    @Test
    void goes_on_to_more_epochs_at_the_rates_of_the_longer_training() throws IOException {
        List<String> rows = out.rows();

        assertThat(resume("--epochs", "3")).as(console::stderr).isZero();

        assertThat(out.saved()).isEqualTo(3);
        assertThat(out.rows()).hasSize(3).startsWith(rows.get(0));
        out.holds(List.of(1, 2, 3));
        TrainingPlan plan = Checkpoint.open(out.path.resolve(Checkpoint.LAST)).settings().plan();
        assertThat(plan.epochs()).isEqualTo(3);
        LearningRateSchedule rates = LearningRateSchedule.of(plan, STEPS);
        for (int epoch = 2; epoch <= 3; epoch++) {
            assertThat(Double.parseDouble(out.rows().get(epoch - 1).split(",")[RATE]))
                    .isCloseTo(rates.valueAt(epoch * STEPS - 1, epoch - 1), withinPercentage(0.01));
        }
        assertThat(scheduleOfTheNetwork()).isEqualTo(rates);
    }

    /** Returns the rates that the updater of the saved network has had. */
    private ISchedule scheduleOfTheNetwork() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(out.path.resolve(Checkpoint.LAST), (ClassLoader) null)) {
            String json = Files.readString(zip.getPath("configuration.json"));
            BaseLayer layer = (BaseLayer) ((LayerVertex) ComputationGraphConfiguration.fromJson(json).getVertices().get("fc"))
                    .getLayerConf().getLayer();
            return ((Nesterovs) layer.getIUpdater()).getLearningRateSchedule();
        }
    }

    @Test
    void refuses_fewer_epochs_and_other_settings_beside_more() throws IOException {
        assertThat(resume("--epochs", "5", "--lr", "0.7")).isEqualTo(1);
        assertThat(console.stderr()).contains("was trained with other settings: --lr 0.7 instead of").doesNotContain("--epochs");
        changeCheckpoint(json -> ((ObjectNode) json.get("plan")).put("epochs", 4));
        assertThat(resume("--epochs", "3")).isEqualTo(1);
        assertThat(console.stderr()).contains("other settings: --epochs 3 instead of 4");
    }

    @Test
    void goes_on_with_a_training_of_version_0_1_0() throws IOException {
        List<String> rows = out.rows();
        Files.delete(out.path.resolve(SavedTraining.SETTINGS));
        changeCheckpoint(json -> {
            json.remove("metrics");
            ((ObjectNode) json.get("plan")).put("epochs", 2);
        });
        // It wrote the row first: the epoch of this one was never saved.
        Files.writeString(out.path.resolve("metrics.csv"), rows.get(0).replaceFirst("1,1,", "1,2,") + "\n",
                StandardOpenOption.APPEND);

        assertThat(resume()).as(console::stderr).isZero();

        assertThat(out.saved()).isEqualTo(2);
        assertThat(out.rows()).hasSize(2).startsWith(rows.get(0));
        out.holds(List.of(1, 2));
    }

    private static String withoutCalibration(String row) {
        return row.replaceFirst("(,[^,]*){3}$", "");
    }

    @Test
    void reads_rows_without_calibration_from_the_checkpoint_of_an_earlier_version() throws IOException {
        String old = withoutCalibration(out.rows().get(0));
        changeCheckpoint(json -> {
            json.putArray("metrics").add(old);
            ((ObjectNode) json.get("plan")).put("epochs", 2);
        });

        assertThat(resume()).as(console::stderr).isZero();

        assertThat(out.rows()).hasSize(2).startsWith(old + ",NaN,NaN,NaN");
        assertThat(out.rows().get(1)).doesNotContain("NaN");
    }

    @Test
    void reads_rows_without_calibration_from_the_file_of_an_earlier_version() throws IOException {
        Path file = out.path.resolve("metrics.csv");
        List<String> old = Files.readAllLines(file).stream().map(ResumedTrainingTest::withoutCalibration)
                .collect(Collectors.toList());
        Files.write(file, old);
        changeCheckpoint(json -> {
            json.remove("metrics");
            ((ObjectNode) json.get("plan")).put("epochs", 2);
        });

        assertThat(resume()).as(console::stderr).isZero();

        assertThat(out.rows()).hasSize(2).startsWith(old.get(1) + ",NaN,NaN,NaN");
    }

    @Test
    void refuses_a_row_that_is_cut_off_among_others() throws IOException {
        String row = out.rows().get(0);
        changeCheckpoint(json -> json.putArray("metrics").add(row).add(withoutCalibration(row)));

        assertThat(resume()).isEqualTo(1);
        assertThat(console.stderr()).contains("cannot be read as the metrics of a training");
    }

    @Test
    void starts_a_training_again_that_has_saved_no_epoch() throws IOException {
        List<String> rows = out.rowsWithoutSpeed();
        forgetEpochs();

        assertThat(resume()).as(console::stderr).isZero();

        assertThat(out.rowsWithoutSpeed()).isEqualTo(rows);
        out.holds(List.of(1));
    }

    @Test
    void keeps_to_the_settings_of_a_training_that_has_saved_no_epoch() throws IOException {
        forgetEpochs();

        assertThat(resume("--alpha", "0.9")).isEqualTo(1);

        assertThat(console.stderr().lines()).singleElement().asString()
                .contains("the training in " + out.path, "--alpha 0.9 instead of 0.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "{\"format\" : 1, \"epo", "{}", "[]", "null", "{\"format\" : 1, \"plan\" : {\"alpha\" : 7}}"})
    void refuses_settings_that_are_no_whole_file(String content) throws IOException {
        forgetEpochs();
        Files.writeString(out.path.resolve(SavedTraining.SETTINGS), content);

        refuses(out.path.resolve(SavedTraining.SETTINGS) + " is not what 'powergrad train' has written (");
        assertThat(console.stderr()).contains("start the training again with its own options and the same output folder");
    }

    @Test
    void refuses_rows_in_a_checkpoint_that_are_not_those_of_its_epochs() throws IOException {
        changeCheckpoint(json -> json.withArray("metrics").add("no row"));

        assertThat(resume()).isEqualTo(1);
        assertThat(console.stderr().lines().filter(line -> line.startsWith("error: "))).singleElement().asString()
                .startsWith("error: checkpoint " + out.path).contains("cannot be read as the metrics of a training");
    }

    @Test
    void refuses_a_folder_that_is_empty() throws IOException {
        out = new TrainedFolder(Files.createDirectory(folder.resolve("empty")));

        refuses("checkpoint " + out.path.resolve(Checkpoint.LAST) + " does not exist");
        assertThat(out.path).isEmptyDirectory();
    }

    @Test
    void refuses_a_folder_of_something_else() throws IOException {
        out = new TrainedFolder(Files.createDirectory(folder.resolve("foreign")));
        Files.writeString(out.path.resolve("metrics.csv"), "day,rain\n1,2\n");

        refuses(out.path + " holds no checkpoint");
        assertThat(out.files()).containsExactly("metrics.csv");
    }
}
