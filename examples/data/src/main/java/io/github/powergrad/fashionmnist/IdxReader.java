package io.github.powergrad.fashionmnist;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads the IDX format of MNIST and its successors: a big-endian magic number (0x0000 08 and the number of
 * dimensions), one 32-bit extent per dimension, then the bytes. Gzip is recognized by its own magic number,
 * whatever the file is called.
 */
final class IdxReader {

    private static final int BYTES_OF_3_DIMENSIONS = 0x00000803;
    private static final int BYTES_OF_1_DIMENSION = 0x00000801;
    private static final int GZIP_MAGIC = 0x1F8B;

    private IdxReader() {}

    /** The images of one file. */
    static final class Images {
        final byte[] pixels;
        final int count;
        final int height;
        final int width;

        Images(byte[] pixels, int count, int height, int width) {
            this.pixels = pixels;
            this.count = count;
            this.height = height;
            this.width = width;
        }
    }

    static Images images(IdxSource source) throws IOException {
        return read(source, BYTES_OF_3_DIMENSIONS, "images", (in, count) -> {
            int height = in.readInt();
            int width = in.readInt();
            long bytes = (long) count * height * width;
            if (height < 1 || width < 1 || bytes > Integer.MAX_VALUE - 8) {
                throw new IdxException(source, "says it holds " + count + " images of " + height + "x" + width
                        + " pixels; that cannot be read");
            }
            return new Images(body(source, in, (int) bytes), count, height, width);
        });
    }

    static byte[] labels(IdxSource source) throws IOException {
        return read(source, BYTES_OF_1_DIMENSION, "labels", (in, count) -> body(source, in, count));
    }

    /** What follows the magic number and the number of items. */
    private interface Body<T> {
        T read(DataInputStream in, int count) throws IOException;
    }

    private static <T> T read(IdxSource source, int expectedMagic, String what, Body<T> body) throws IOException {
        try (DataInputStream in = open(source)) {
            int magic = in.readInt();
            if (magic != expectedMagic) {
                throw new IdxException(source, String.format(
                        "is not an IDX file of %s: magic number 0x%08X, expected 0x%08X", what, magic, expectedMagic));
            }
            int count = in.readInt();
            if (count < 1) {
                throw new IdxException(source, "says it holds " + Integer.toUnsignedString(count) + " " + what
                        + "; at least 1 is needed");
            }
            T content = body.read(in, count);
            if (in.read() != -1) {
                throw new IdxException(source, "goes on after the " + count + " " + what + " that it says it holds");
            }
            return content;
        } catch (EOFException | ZipException damaged) {
            throw new IdxException(source, "is truncated or damaged");
        } catch (IdxException known) {
            throw known;
        } catch (IOException failure) {
            throw new IdxException(source, failure);
        }
    }

    private static byte[] body(IdxSource source, DataInputStream in, int expected) throws IOException {
        // readNBytes grows with what is there, so a header that promises too much costs no memory.
        byte[] bytes = in.readNBytes(expected);
        if (bytes.length != expected) {
            throw new IdxException(source,
                    "is truncated: " + bytes.length + " of " + expected + " bytes after the header");
        }
        return bytes;
    }

    private static DataInputStream open(IdxSource source) throws IOException {
        InputStream raw = source.open();
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
}
