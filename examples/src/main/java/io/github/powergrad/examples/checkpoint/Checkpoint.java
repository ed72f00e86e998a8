package io.github.powergrad.examples.checkpoint;

import io.github.powergrad.examples.storage.OutputFolder;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
 */
public final class Checkpoint {

    /** The file of the last epoch. */
    public static final String LAST = "checkpoint-last.zip";

    /** The file of the epoch with the best test top-1 accuracy. */
    public static final String BEST = "checkpoint-best.zip";

    private static final String SETTINGS = "powergrad.json";

    private final Path file;
    private final CheckpointSettings settings;

    private Checkpoint(Path file, CheckpointSettings settings) {
        this.file = file;
        this.settings = settings;
    }

    /**
     * Reads what a checkpoint says of itself.
     *
     * @throws IOException if the file is not there or is not a checkpoint
     */
    public static Checkpoint open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("checkpoint " + file + (Files.exists(file) ? " is not a file" : " does not exist")
                    + "; give a " + LAST + " or " + BEST + " that 'powergrad train' has written");
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(SETTINGS);
            if (entry == null) {
                throw new IOException("it has no entry " + SETTINGS);
            }
            try (InputStream stream = zip.getInputStream(entry)) {
                return new Checkpoint(file, CheckpointSettings.of(stream.readAllBytes()));
            }
        } catch (IOException | RuntimeException damaged) {
            throw unusable(file, damaged);
        }
    }

    /** Returns what it says of itself. */
    public CheckpointSettings settings() {
        return settings;
    }

    /**
     * Reads the network, with counters and the state of the updater.
     *
     * @throws IOException if the file is damaged
     */
    public ComputationGraph network() throws IOException {
        try {
            return ModelSerializer.restoreComputationGraph(file.toFile(), true);
        } catch (IOException | RuntimeException damaged) {
            throw unusable(file, damaged);
        }
    }

    /**
     * Reads the weights and the state of the updater into a network of another number of iterations an epoch, which
     * goes on at the same epoch.
     *
     * @param configuration of the same network
     * @param iterationsPerEpoch iterations an epoch from here on
     * @throws IOException if the file is damaged
     */
    public ComputationGraph network(ComputationGraphConfiguration configuration, int iterationsPerEpoch)
            throws IOException {
        ComputationGraph saved = network();
        configuration.setEpochCount(settings.epoch());
        configuration.setIterationCount(settings.epoch() * iterationsPerEpoch);
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        network.setParams(saved.params());
        network.getUpdater().setStateViewArray(saved.getUpdater().getStateViewArray());
        return network;
    }

    /**
     * Writes a checkpoint as the last one; a kill at any moment leaves the one before.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(OutputFolder output, ComputationGraph network, CheckpointSettings settings) throws IOException {
        output.write(LAST, stream -> write(stream, network, settings));
    }

    /**
     * Lets the last checkpoint be the best as well.
     *
     * @throws IOException if that cannot be written
     */
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
        DataOutputStream data = new DataOutputStream(new BufferedOutputStream(zip, 1 << 16));
        Nd4j.write(content, data);
        data.flush();
        zip.closeEntry();
    }

    private static IOException unusable(Path file, Exception fault) {
        String reason = fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        return new IOException(file + " is not a whole checkpoint (" + reason.lines().findFirst().orElse("") + "); give a "
                + LAST + " or " + BEST + " that 'powergrad train' has written", fault);
    }

    @Override
    public String toString() {
        return "checkpoint " + file;
    }
}
