package io.github.powergrad.examples.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
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
final class Manifest {

    private static final String BEGUN = "preparation.json";
    private static final String WHOLE = "prepared.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode origin;
    private final List<String> classNames;
    private final List<PreparedFile> training;
    private final List<PreparedFile> test;

    Manifest(String from, List<String> classNames, long seed, int imagesPerFile, int training, int test) {
        this(JSON.createObjectNode().put("format", 1).put("from", from).put("seed", seed)
                .put("images-per-file", imagesPerFile).put("training-images", training).put("test-images", test),
                classNames, List.of(), List.of());
        origin.set("classes", JSON.valueToTree(classNames));
    }

    private Manifest(ObjectNode origin, List<String> classNames, List<PreparedFile> training, List<PreparedFile> test) {
        this.origin = origin;
        this.classNames = List.copyOf(classNames);
        this.training = List.copyOf(training);
        this.test = List.copyOf(test);
    }

    Manifest with(List<PreparedFile> trainingFiles, List<PreparedFile> testFiles) {
        return new Manifest(origin, classNames, trainingFiles, testFiles);
    }

    List<String> classNames() {
        return classNames;
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
            JsonNode before = read(system, file);
            if (!before.equals(JSON.readTree(JSON.writeValueAsBytes(origin)))) {
                throw new IOException(folder + " holds a preparation of other images or settings,"
                        + " " + before.path("from").asText()
                        + "; choose another folder with --out, or remove it");
            }
            return;
        }
        if (system.exists(folder) && system.listStatus(folder).length > 0) {
            throw new IOException("output folder " + folder + " is not empty and holds no preparation; choose"
                    + " another with --out");
        }
        system.mkdirs(folder);
        write(system, file, origin);
    }

    /**
     * Marks a folder as whole.
     *
     * @throws IOException if that cannot be written
     */
    void write(Path folder, Configuration configuration) throws IOException {
        ObjectNode json = origin.deepCopy();
        json.set("training", files(training));
        json.set("test", files(test));
        write(folder.getFileSystem(configuration), new Path(folder, WHOLE), json);
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
                    : "folder " + folder + " holds no prepared images; prepare it by 'powergrad spark-prepare --data"
                            + " " + folder
                            + " --out PREPARED', then give --data PREPARED");
        }
        ObjectNode json = read(system, whole);
        List<String> names = new ArrayList<>();
        json.path("classes").forEach(name -> names.add(name.asText()));
        return new Manifest(json, names, files(whole, json.path("training")), files(whole, json.path("test")));
    }

    /** Equal for preparations of the same images in the same order, in any process. */
    @Override
    public int hashCode() {
        return Objects.hash(origin.path("seed").asLong(), origin.path("images-per-file").asInt(), classNames,
                training.stream().map(PreparedFile::images).collect(Collectors.toList()),
                test.stream().map(PreparedFile::images).collect(Collectors.toList()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Manifest && ((Manifest) other).origin.equals(origin)
                && ((Manifest) other).hashCode() == hashCode();
    }

    private static ArrayNode files(List<PreparedFile> files) {
        ArrayNode array = JSON.createArrayNode();
        files.forEach(file -> array.addObject().put("file", file.name()).put("images", file.images()));
        return array;
    }

    private static List<PreparedFile> files(Path manifest, JsonNode array) throws DataException {
        List<PreparedFile> files = new ArrayList<>();
        for (JsonNode file : array) {
            String name = file.path("file").asText();
            // Workers open what is named here: nothing outside the folder, whatever has been written into the manifest.
            if (!PreparedFile.isName(name)) {
                throw new DataException(manifest + " names a file " + JSON.getNodeFactory().textNode(name)
                        + ", but 'powergrad spark-prepare' calls its files " + PreparedFile.name(0) + ", "
                        + PreparedFile.name(1) + " and so on; prepare the images into a new folder");
            }
            files.add(new PreparedFile(name, file.path("images").asInt(), List.of()));
        }
        return files;
    }

    private static ObjectNode read(FileSystem system, Path file) throws IOException {
        try (InputStream stream = system.open(file)) {
            return JSON.readValue(stream, ObjectNode.class);
        } catch (IOException damaged) {
            // Jackson tells the place in lines of their own.
            throw new IOException(file + " cannot be read (" + Fault.of(damaged).lines().findFirst().orElse("") + ");"
                    + " prepare the images into a new folder", damaged);
        }
    }

    private static void write(FileSystem system, Path file, JsonNode json) throws IOException {
        Path temporary = new Path(file.getParent(), "." + file.getName() + ".part");
        try (OutputStream stream = system.create(temporary, true)) {
            stream.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        }
        system.delete(file, false);
        if (!system.rename(temporary, file)) {
            throw new IOException("cannot write " + file);
        }
    }
}
