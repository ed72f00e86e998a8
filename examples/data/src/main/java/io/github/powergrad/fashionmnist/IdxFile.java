package io.github.powergrad.fashionmnist;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file in the IDX format of MNIST and its successors, bundled or in a folder of the user's: a big-endian magic number
 * (0x0000 08 and the number of dimensions), one 32-bit extent per dimension, then the bytes. Gzip is recognized by its
 * own magic number, whatever the file is called.
 */
final class IdxFile {

    private static final int BYTES_OF_3_DIMENSIONS = 0x00000803;
    private static final int BYTES_OF_1_DIMENSION = 0x00000801;
    private static final int GZIP_MAGIC = 0x1F8B;

    private final Path folder;
    private final String file;

    /**
     * @param folder where the file is, plain or gzipped; null for a bundled one
     * @param file its name without .gz
     */
    IdxFile(Path folder, String file) {
        this.folder = folder;
        this.file = file;
    }

    /** Reads images, which have no labels yet. */
    ImageSet images() throws IOException {
        return read(BYTES_OF_3_DIMENSIONS, "images", (in, count) -> {
            int height = in.readInt();
            int width = in.readInt();
            long bytes = (long) count * height * width;
            if (height < 1 || width < 1 || bytes > Integer.MAX_VALUE - 8) {
                throw unusable("says it holds " + count + " images of " + height + "x" + width
                        + " pixels; that cannot be read");
            }
            return new ImageSet(body(in, (int) bytes), new byte[count], height, width);
        });
    }

    byte[] labels() throws IOException {
        return read(BYTES_OF_1_DIMENSION, "labels", (in, count) -> body(in, count));
    }

    /** What follows the magic number and the number of items. */
    private interface Body<T> {
        T read(DataInputStream in, int count) throws IOException;
    }

    private <T> T read(int expectedMagic, String what, Body<T> body) throws IOException {
        try (DataInputStream in = contents()) {
            int magic = in.readInt();
            if (magic != expectedMagic) {
                throw unusable(String.format(
                        "is not an IDX file of %s: magic number 0x%08X, expected 0x%08X", what, magic, expectedMagic));
            }
            int count = in.readInt();
            if (count < 1) {
                throw unusable("says it holds " + Integer.toUnsignedString(count) + " " + what
                        + "; at least 1 is needed");
            }
            T content = body.read(in, count);
            if (in.read() != -1) {
                throw unusable("goes on after the " + count + " " + what + " that it says it holds");
            }
            return content;
        } catch (EOFException | ZipException damaged) {
            throw unusable("is truncated or damaged");
        } catch (IdxException known) {
            throw known;
        } catch (IOException failure) {
            throw unusable(failure);
        }
    }

    private byte[] body(DataInputStream in, int expected) throws IOException {
        // readNBytes grows with what is there, so a header that promises too much costs no memory.
        byte[] bytes = in.readNBytes(expected);
        if (bytes.length != expected) {
            throw unusable("is truncated: " + bytes.length + " of " + expected + " bytes after the header");
        }
        return bytes;
    }

    private DataInputStream contents() throws IOException {
        InputStream raw = open();
        try {
            BufferedInputStream buffered = new BufferedInputStream(raw, 1 << 16);
            buffered.mark(2);
            boolean gzip = (buffered.read() << 8 | buffered.read()) == GZIP_MAGIC;
            buffered.reset();
            return new DataInputStream(gzip ? new BufferedInputStream(new GZIPInputStream(buffered, 1 << 16)) : buffered);
        } catch (IOException | RuntimeException failure) {
            raw.close();
            throw failure;
        }
    }

    private InputStream open() throws IOException {
        if (folder == null) {
            InputStream stream = IdxFile.class.getResourceAsStream(file + ".gz");
            if (stream == null) {
                throw unusable("is missing");
            }
            return stream;
        }
        if (Files.isDirectory(path())) {
            throw unusable("is a folder, not a file");
        }
        try {
            return Files.newInputStream(path());
        } catch (NoSuchFileException missing) {
            throw new IdxException(folder.resolve(file) + "[.gz] is missing; " + remedy());
        } catch (IOException unreadable) {
            throw unusable(unreadable);
        }
    }

    private Path path() {
        Path plain = folder.resolve(file);
        Path gzipped = folder.resolve(file + ".gz");
        return Files.exists(plain) || !Files.exists(gzipped) ? plain : gzipped;
    }

    /** Returns what to throw of a file with this fault. */
    IOException unusable(String fault) {
        return new IdxException(this + " " + fault + "; " + remedy());
    }

    private IOException unusable(IOException failure) {
        return unusable("cannot be read ("
                + (failure instanceof AccessDeniedException ? "permission denied" : failure.getMessage()) + ")");
    }

    private String remedy() {
        return folder == null ? "build the jar again, or give a folder that holds the four files"
                : "put the four original files of Fashion-MNIST there, or use the bundled images";
    }

    /** What error messages call it. */
    @Override
    public String toString() {
        return folder == null ? "bundled " + file + ".gz" : path().toString();
    }

    /** Says which file cannot be used, why, and what to do about it. */
    private static final class IdxException extends IOException {

        private static final long serialVersionUID = 1L;

        private IdxException(String message) {
            super(message);
        }
    }
}
