package io.github.powergrad.examples.data.folder;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** CIFAR-10's binary files with a few images of random pixels; the same images as PNG files in class folders. */
public final class CifarTree {

    static final List<String> CLASSES = List.of(
            "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    static final int PLANE = 32 * 32;

    final Map<String, byte[]> files = new LinkedHashMap<>();

    /** @param imagesPerFile at least 1; labels go round, so that ten of them have every class */
    public CifarTree(int imagesPerFile) {
        for (int number = 1; number <= 5; number++) {
            files.put("data_batch_" + number + ".bin", records(imagesPerFile, number));
        }
        files.put("test_batch.bin", records(imagesPerFile, 0));
    }

    private static byte[] records(int images, int seed) {
        byte[] bytes = new byte[images * 3073];
        new Random(seed).nextBytes(bytes);
        for (int image = 0; image < images; image++) {
            bytes[image * 3073] = (byte) ((7 * image + seed) % 10);
        }
        return bytes;
    }

    /** Writes the binary files. */
    public CifarTree write(Path folder) {
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    /** Returns the archive of the binary files, in blocks of the size that the program tar writes. */
    byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip, 20 * 512)) {
            tar.putArchiveEntry(new TarArchiveEntry("cifar-10-batches-bin/"));
            tar.closeArchiveEntry();
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry("cifar-10-batches-bin/" + file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** Returns the start of an archive with one file that is said to be of some size. */
    static byte[] archive(String name, long size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry(name);
            entry.setSize(size);
            byte[] header = new byte[512];
            entry.writeEntryHeader(header);
            gzip.write(header);
        }
        return bytes.toByteArray();
    }

    /** Writes the same images as PNG files, whose names sort as the images come in the binary files. */
    public void writeAsFolder(Path folder) {
        ImageTree tree = new ImageTree(folder);
        int number = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String half = file.getKey().startsWith("test") ? "val" : "train";
            byte[] bytes = file.getValue();
            for (int at = 0; at < bytes.length; at += 3073) {
                BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
                for (int pixel = 0; pixel < PLANE; pixel++) {
                    int red = bytes[at + 1 + pixel] & 0xFF;
                    int green = bytes[at + 1 + PLANE + pixel] & 0xFF;
                    int blue = bytes[at + 1 + 2 * PLANE + pixel] & 0xFF;
                    picture.setRGB(pixel % 32, pixel / 32, red << 16 | green << 8 | blue);
                }
                tree.write(String.format("%s/%s/%05d.png", half, CLASSES.get(bytes[at]), number++),
                        ImageTree.encode(picture, "png"));
            }
        }
    }
}
