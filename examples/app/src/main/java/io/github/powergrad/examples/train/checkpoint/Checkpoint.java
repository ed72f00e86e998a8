package io.github.powergrad.examples.train.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.files.OutputFolder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network on disk, in Deeplearning4j's own format with one entry more, {@value #SETTINGS}: any program can read it
 * with {@code ModelSerializer.restoreComputationGraph}.
 *
 * <p>Here it is read in another way. Deeplearning4j makes objects of the classes that the file names, and deserializes
 * {@code preprocessor.bin} if there is one, so a malicious file can run any code. Here only numbers and text are read: the
 * network is made anew from the plan and then gets the weights. A file is refused if it names classes of other projects,
 * or if it has entries that no checkpoint has.
 */
public final class Checkpoint {

    /** The file of the last epoch. */
    public static final String LAST = "checkpoint-last.zip";

    /** The file of the epoch with the best test top-1 accuracy. */
    public static final String BEST = "checkpoint-best.zip";

    private static final String SETTINGS = "powergrad.json";
    private static final int BUFFER = 1 << 16;
    private static final List<String> ENTRIES = List.of(SETTINGS, ModelSerializer.CONFIGURATION_JSON,
            ModelSerializer.COEFFICIENTS_BIN, ModelSerializer.UPDATER_BIN);

    private final Path file;
    private final CheckpointSettings settings;
    private final int iterations;

    private Checkpoint(Path file, CheckpointSettings settings, int iterations) {
        this.file = file;
        this.settings = settings;
        this.iterations = iterations;
    }

    /**
     * Reads what a checkpoint says of itself.
     *
     * @throws IOException if the file is not there, is not a checkpoint, or holds what no checkpoint does
     */
    public static Checkpoint open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("checkpoint " + file + (Files.exists(file) ? " is not a file" : " does not exist")
                    + "; give a " + LAST + " or " + BEST + " that 'powergrad train' has written");
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            requireKnownEntries(zip);
            byte[] configuration = content(zip, ModelSerializer.CONFIGURATION_JSON);
            ClassNames.requireTrusted(configuration);
            return new Checkpoint(file, CheckpointSettings.of(content(zip, SETTINGS)),
                    new ObjectMapper().readTree(configuration).path("iterationCount").asInt());
        } catch (IOException | RuntimeException damaged) {
            throw unusable(file, damaged);
        }
    }

    private static void requireKnownEntries(ZipFile zip) throws IOException {
        List<String> unknown = zip.stream().map(ZipEntry::getName).collect(Collectors.toList());
        // Each may be there only once: which of two is read depends on the reader.
        ENTRIES.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IOException("a checkpoint has no '" + unknown.get(0).replaceAll("\\p{Cntrl}", "?")
                    + "', or has it once");
        }
    }

    private static byte[] content(ZipFile zip, String entry) throws IOException {
        try (InputStream stream = stream(zip, entry)) {
            return stream.readAllBytes();
        }
    }

    private static InputStream stream(ZipFile zip, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException("it has no entry " + name);
        }
        return zip.getInputStream(entry);
    }

    public CheckpointSettings settings() {
        return settings;
    }

    /** Reads the network, with counters, the state of the updater and {@linkplain FastLayers fast layers}. */
    public ComputationGraph network() throws IOException {
        return network(settings, iterations);
    }

    /**
     * Reads the network for a training that goes on at the same epoch with more images, with fewer, or to more epochs.
     *
     * @param changed describes that training
     */
    public ComputationGraph network(CheckpointSettings changed) throws IOException {
        return network(changed, settings.epoch() * changed.iterationsPerEpoch());
    }

    private ComputationGraph network(CheckpointSettings described, int iterationsBefore) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ComputationGraphConfiguration configuration = described.configuration();
            configuration.setEpochCount(settings.epoch());
            configuration.setIterationCount(iterationsBefore);
            ComputationGraph network = new ComputationGraph(configuration);
            network.init();
            restore(network.params(), zip, ModelSerializer.COEFFICIENTS_BIN);
            restore(network.getUpdater().getStateViewArray(), zip, ModelSerializer.UPDATER_BIN);
            FastLayers.installIn(network);
            return network;
        } catch (IOException | RuntimeException damaged) {
            throw unusable(file, damaged);
        }
    }

    private static void restore(INDArray values, ZipFile zip, String name) throws IOException {
        if (values == null || values.isEmpty()) {
            return;
        }
        try (DataInputStream stream = new DataInputStream(new BufferedInputStream(stream(zip, name), BUFFER))) {
            INDArray saved = Nd4j.read(stream);
            // ND4J trusts the shape and strides in the file, and would read past the end of the values.
            if (saved.isCompressed() || saved.dataType() != values.dataType() || !saved.isVector()
                    || saved.length() != values.length() || saved.data().length() != values.length()
                    || saved.stride(saved.rank() - 1) != 1) {
                throw new IOException("its " + name + " does not fit the network");
            }
            values.assign(saved.reshape(values.shape()));
            saved.close();
        }
    }

    /** Writes a checkpoint as the last one. If the process is killed meanwhile, the previous one is still there. */
    public static void write(OutputFolder output, ComputationGraph network, CheckpointSettings settings) throws IOException {
        output.write(LAST, stream -> write(stream, network, settings));
    }

    /** Lets the last checkpoint be the best as well. */
    public static void lastIsBest(OutputFolder output) throws IOException {
        output.alias(LAST, BEST);
    }

    private static void write(OutputStream stream, ComputationGraph network, CheckpointSettings settings)
            throws IOException {
        ZipOutputStream zip = new ZipOutputStream(stream);
        // Weights hardly shrink; compressing them takes longer than an epoch of a small training.
        zip.setLevel(Deflater.NO_COMPRESSION);
        put(zip, SETTINGS, settings.toJson());
        put(zip, ModelSerializer.CONFIGURATION_JSON,
                network.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8));
        put(zip, ModelSerializer.COEFFICIENTS_BIN, network.params());
        INDArray state = network.getUpdater().getStateViewArray();
        if (state != null && state.length() > 0) {
            put(zip, ModelSerializer.UPDATER_BIN, state);
        }
        zip.finish();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static void put(ZipOutputStream zip, String name, INDArray content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        DataOutputStream data = new DataOutputStream(new BufferedOutputStream(zip, BUFFER));
        Nd4j.write(content, data);
        data.flush();
        zip.closeEntry();
    }

    private static IOException unusable(Path file, Exception fault) {
        return new IOException(file + " is not a whole checkpoint (" + reason(fault) + "); give a "
                + LAST + " or " + BEST + " that 'powergrad train' has written", fault);
    }

    static String reason(Exception fault) {
        return fault.getMessage() == null
                ? fault.getClass().getSimpleName() : fault.getMessage().lines().findFirst().orElse("");
    }

    @Override
    public String toString() {
        return "checkpoint " + file;
    }

    /**
     * The names of classes in the JSON of a network. Deeplearning4j makes an object of every class that its JSON names, and
     * JSON can name one in several ways: {@code "@class": "x.Y"} and {@code ["x.Y", {}]} mean the same, and
     * {@code x.Y<z.W>} is two names. So every text is looked at, whatever it stands for. The names of our layers
     * ({@code layer1.0.conv1}) cannot be taken for classes, because each has a part that is a number.
     */
    private static final class ClassNames {

        private static final List<String> TRUSTED = List.of("io.github.powergrad.", "org.deeplearning4j.", "org.nd4j.");

        private static final String IDENTIFIER = "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*";
        private static final Pattern QUALIFIED = Pattern.compile(
                "(?<![\\p{javaJavaIdentifierPart}.])" + IDENTIFIER + "(\\." + IDENTIFIER + ")+");

        /**
         * Makes sure that all classes are of Deeplearning4j, of ND4J or of this project.
         *
         * @throws IOException naming one that is not, or if this is no JSON
         */
        static void requireTrusted(byte[] json) throws IOException {
            // Read token by token: a tree would keep one of two equal names alone.
            try (JsonParser parser = new JsonFactory().createParser(json)) {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                        requireTrusted(parser.getText());
                    }
                }
            }
        }

        private static void requireTrusted(String text) throws IOException {
            Matcher name = QUALIFIED.matcher(text);
            while (name.find()) {
                if (TRUSTED.stream().noneMatch(name.group()::startsWith)) {
                    throw new IOException("it names the class " + name.group() + ", which is not of Deeplearning4j, ND4J or"
                            + " powergrad");
                }
            }
        }
    }
}
