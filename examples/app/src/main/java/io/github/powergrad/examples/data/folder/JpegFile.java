package io.github.powergrad.examples.data.folder;

import java.nio.ByteBuffer;

/** The segments of a JPEG file up to its image data, and the mark at its end. */
final class JpegFile {

    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;

    private JpegFile() {}

    static ImageHeader header(ByteBuffer file) throws BrokenImageException {
        ImageHeader header = null;
        int at = 2;
        int marker = 0;
        while (marker != START_OF_SCAN) {
            // Decoders skip stray bytes between segments, and a segment may start with any number of FF.
            while (byteAt(file, at) != 0xFF || byteAt(file, at + 1) == 0xFF) {
                at++;
            }
            marker = byteAt(file, at + 1);
            if (startsFrame(marker)) {
                header = ImageHeader.ofSize(file.getShort(at + 7) & 0xFFFF, file.getShort(at + 5) & 0xFFFF);
            }
            at += 2 + (standsAlone(marker) ? 0 : file.getShort(at + 2) & 0xFFFF);
        }
        if (header == null) {
            throw new BrokenImageException("is damaged");
        }
        if (!endsAfter(file, at)) {
            throw new BrokenImageException("is truncated");
        }
        return header;
    }

    private static int byteAt(ByteBuffer file, int at) {
        return file.get(at) & 0xFF;
    }

    private static boolean startsFrame(int marker) {
        // C4, C8 and CC in the same range are tables and an extension.
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static boolean standsAlone(int marker) {
        return marker <= 0x01 || marker >= 0xD0 && marker <= END_OF_IMAGE;
    }

    /** From the end, where the mark is in a whole file; in image data an FF is always followed by 00. */
    private static boolean endsAfter(ByteBuffer file, int scan) {
        for (int at = file.limit() - 2; at >= scan; at--) {
            if (byteAt(file, at) == 0xFF && byteAt(file, at + 1) == END_OF_IMAGE) {
                return true;
            }
        }
        return false;
    }
}
