package io.github.powergrad.examples.spark;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a folder of prepared images says of itself: what it was prepared from, written before the first file, and which
 * files there are, written after the last. Immutable.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY, getterVisibility = Visibility.NONE)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
final class Manifest {

    private static final String BEGUN = "preparation.json";
    private static final String WHOLE = "prepared.json";
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setDefaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.SKIP, Nulls.FAIL));

    // Not final, because Jackson sets them.
    private int format = 1;
    private String from = "";
    private long seed;
    @JsonProperty("images-per-file")
    private int imagesPerFile;
    @JsonProperty("training-images")
    private int trainingImages;
    @JsonProperty("test-images")
    private int testImages;
    private List<String> classes = List.of();
    private List<PreparedFile> training = List.of();
    private List<PreparedFile> test = List.of();

    private Manifest() {}

    /**
     * @param from the folder of the images
     * @param seed decides the order
     * @param imagesPerFile the most images in a file
     * @param trainingImages how many images there are to train on, broken ones among them
     * @param testImages how many images there are to test with, broken ones among them
     */
    Manifest(String from, List<String> classNames, long seed, int imagesPerFile, int trainingImages, int testImages) {
        this.from = from;
        this.classes = List.copyOf(classNames);
        this.seed = seed;
        this.imagesPerFile = imagesPerFile;
        this.trainingImages = trainingImages;
        this.testImages = testImages;
    }

    /** Returns the same with its files. */
    Manifest with(List<PreparedFile> trainingFiles, List<PreparedFile> testFiles) {
        Manifest whole = new Manifest(from, classes, seed, imagesPerFile, trainingImages, testImages);
        whole.training = List.copyOf(trainingFiles);
        whole.test = List.copyOf(testFiles);
        return whole;
    }

    List<String> classNames() {
        return classes;
    }

    List<PreparedFile> training() {
        return training;
    }

    List<PreparedFile> test() {
        return test;
    }

    /** Returns the number of images in some files. */
    static int images(List<PreparedFile> files) {
        return files.stream().mapToInt(PreparedFile::images).sum();
    }

    /**
     * Marks a folder as holding this preparation.
     *
     * @throws IOException if it holds another one, or other files
     */
    void begin(Path folder, Configuration configuration) throws IOException {
        FileSystem system = folder.getFileSystem(configuration);
        Path file = new Path(folder, BEGUN);
        if (system.exists(file)) {
            Manifest before = read(system, file);
            if (!JSON.valueToTree(before).equals(JSON.valueToTree(this))) {
                throw new IOException(folder + " holds a preparation of other images or settings, " + before.from
                        + "; choose another folder, or remove this one");
            }
            return;
        }
        if (system.exists(folder) && system.listStatus(folder).length > 0) {
            throw new IOException("output folder " + folder + " is not empty and holds no preparation; choose"
                    + " another one");
        }
        system.mkdirs(folder);
        write(system, file);
    }

    /**
     * Marks a folder as whole.
     *
     * @throws IOException if that cannot be written
     */
    void write(Path folder, Configuration configuration) throws IOException {
        write(folder.getFileSystem(configuration), new Path(folder, WHOLE));
    }

    /**
     * Reads the manifest of a folder.
     *
     * @throws IOException if it is not a folder of prepared images, saying what to do
     */
    static Manifest read(Path folder, Configuration configuration) throws IOException {
        FileSystem system = folder.getFileSystem(configuration);
        if (!system.exists(folder)) {
            throw new DataException("folder " + folder + " does not exist; give one that 'powergrad spark-prepare'"
                    + " has written");
        }
        Path whole = new Path(folder, WHOLE);
        if (!system.exists(whole)) {
            throw new DataException(system.exists(new Path(folder, BEGUN))
                    ? "the preparation in " + folder + " has not come to its end; start 'powergrad spark-prepare'"
                            + " again, it goes on"
                    : "folder " + folder + " holds no prepared images; prepare it by 'powergrad spark-prepare --data "
                            + folder + " --out PREPARED', then give --data PREPARED");
        }
        Manifest manifest = read(system, whole);
        for (List<PreparedFile> files : List.of(manifest.training, manifest.test)) {
            for (PreparedFile file : files) {
                // Workers open what is named here: nothing outside the folder, whatever has been written into the manifest.
                if (!file.hasProperName()) {
                    throw new DataException(whole + " names a file " + JSON.valueToTree(file.name())
                            + ", but 'powergrad spark-prepare' calls its files " + PreparedFile.name(0) + ", "
                            + PreparedFile.name(1) + " and so on; prepare the images into a new folder");
                }
            }
        }
        return manifest;
    }

    /** Returns a number that is equal for preparations of the same images in the same order, in any process. */
    int namesHash() {
        return Objects.hash(seed, imagesPerFile, classes,
                training.stream().map(PreparedFile::images).collect(Collectors.toList()),
                test.stream().map(PreparedFile::images).collect(Collectors.toList()));
    }

    private static Manifest read(FileSystem system, Path file) throws IOException {
        try (InputStream stream = system.open(file)) {
            return JSON.readValue(stream, Manifest.class);
        } catch (IOException damaged) {
            // Jackson tells the place in lines of their own.
            throw new IOException(file + " cannot be read (" + Fault.of(damaged).lines().findFirst().orElse("") + ");"
                    + " prepare the images into a new folder", damaged);
        }
    }

    private void write(FileSystem system, Path file) throws IOException {
        Path temporary = new Path(file.getParent(), "." + file.getName() + ".part");
        try (OutputStream stream = system.create(temporary, true)) {
            stream.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
        }
        system.delete(file, false);
        if (!system.rename(temporary, file)) {
            throw new IOException("cannot write " + file);
        }
    }
}
