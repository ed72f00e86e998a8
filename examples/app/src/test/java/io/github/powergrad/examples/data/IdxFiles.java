package io.github.powergrad.examples.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Writes small data sets in the format of Fashion-MNIST: each class is a bright block at its own place. */
public final class IdxFiles {

    static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    private IdxFiles() {}

    /** Writes the four files, gzipped, with images of side x side pixels. */
    public static Path write(Path folder, int training, int test, int side) {
        try {
            Files.createDirectories(folder);
            save(folder.resolve(TRAIN_IMAGES + ".gz"), gzip(images(training, side, 1)));
            save(folder.resolve(TRAIN_LABELS + ".gz"), gzip(labels(training)));
            save(folder.resolve(TEST_IMAGES + ".gz"), gzip(images(test, side, 2)));
            save(folder.resolve(TEST_LABELS + ".gz"), gzip(labels(test)));
            return folder;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static void save(Path file, byte[] content) throws IOException {
        Files.write(file, content);
    }

    static byte[] images(int count, int side, long seed) throws IOException {
        Random random = new Random(seed);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x803);
        out.writeInt(count);
        out.writeInt(side);
        out.writeInt(side);
        for (int image = 0; image < count; image++) {
            int label = image % 10;
            for (int pixel = 0; pixel < side * side; pixel++) {
                boolean block = pixel * 10 / (side * side) == label;
                out.writeByte((block ? 180 : 20) + random.nextInt(60));
            }
        }
        return bytes.toByteArray();
    }

    static byte[] labels(int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(0x801);
        out.writeInt(count);
        for (int image = 0; image < count; image++) {
            out.writeByte(image % 10);
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
