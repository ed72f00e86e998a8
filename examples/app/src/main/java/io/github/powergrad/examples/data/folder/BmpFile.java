package io.github.powergrad.examples.data.folder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The header of a BMP file. */
final class BmpFile {

    private static final int OLD_HEADER = 12;
    private static final int UNCOMPRESSED = 0;

    private BmpFile() {}

    static ImageHeader header(ByteBuffer bytes) throws BrokenImageException {
        ByteBuffer file = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        boolean old = file.getInt(14) == OLD_HEADER;
        int width = old ? file.getShort(18) & 0xFFFF : file.getInt(18);
        // Rows from top to bottom are written as a negative height.
        int height = old ? file.getShort(20) & 0xFFFF : Math.abs(file.getInt(22));
        ImageHeader header = ImageHeader.ofSize(width, height);
        int bitsPerPixel = file.getShort(old ? 24 : 28) & 0xFFFF;
        if (old || file.getInt(30) == UNCOMPRESSED) {
            // Rows are filled up to a multiple of four bytes.
            long row = ((long) width * bitsPerPixel + 31) / 32 * 4;
            if ((file.getInt(10) & 0xFFFFFFFFL) + row * height > file.limit()) {
                throw new BrokenImageException("is truncated");
            }
        }
        return header;
    }
}
