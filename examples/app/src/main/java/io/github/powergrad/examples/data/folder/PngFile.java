package io.github.powergrad.examples.data.folder;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** The chunks of a PNG file, each with a checksum of its own. */
final class PngFile {

    private static final int SIGNATURE = 8;
    private static final int HEADER = 0x49484452;
    private static final int END = 0x49454E44;

    private PngFile() {}

    static ImageHeader header(ByteBuffer file) throws BrokenImageException {
        int type = 0;
        for (int at = SIGNATURE; type != END; ) {
            int length = file.getInt(at);
            type = file.getInt(at + 4);
            if (length < 0 || at == SIGNATURE && type != HEADER) {
                throw new BrokenImageException("is damaged");
            }
            CRC32 checksum = new CRC32();
            checksum.update(bytes(file, at + 4, 4 + length));
            if ((int) checksum.getValue() != file.getInt(at + 8 + length)) {
                throw new BrokenImageException("is damaged: a checksum is wrong");
            }
            at += 12 + length;
        }
        return ImageHeader.ofSize(file.getInt(SIGNATURE + 8), file.getInt(SIGNATURE + 12));
    }

    private static ByteBuffer bytes(ByteBuffer file, int from, int count) {
        if (count < 0 || count > file.limit() - from) {
            throw new IndexOutOfBoundsException();
        }
        ByteBuffer part = file.duplicate();
        part.position(from);
        part.limit(from + count);
        return part;
    }
}
