package io.github.powergrad.examples.data.folder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * The size of an image as the first bytes of its file tell it, and whether the file is whole.
 *
 * <p>Files are looked at before OpenCV gets them, because it fills a truncated JPEG up with what happened to be in
 * memory, allocates whatever a header asks for, and writes what else it finds to the terminal. Java's own readers tell
 * the size too, but not whether the file goes on to its end. What a file is called does not matter: ImageNet has a PNG
 * among its .JPEG.
 */
final class ImageHeader {

    /** The limit of Python's imaging library; a decoded image of this size takes half a gigabyte. */
    static final long MOST_PIXELS = 178_956_970;

    private static final int PNG = 0x89504E47;
    private static final int PNG_HEADER = 0x49484452;
    private static final int PNG_END = 0x49454E44;
    private static final int JPEG = 0xFFD8;
    private static final int JPEG_START_OF_SCAN = 0xDA;
    private static final int JPEG_END = 0xD9;
    private static final int BMP = 0x424D;
    private static final int BMP_OLD_HEADER = 12;
    private static final int BMP_UNCOMPRESSED = 0;

    private final int width;
    private final int height;
    private final boolean scalable;

    /** @throws BrokenImageException if no image can have that size, or none that is safe to decode */
    private ImageHeader(int width, int height, boolean scalable) throws BrokenImageException {
        if (width < 1 || height < 1) {
            throw new BrokenImageException("says it is " + width + "x" + height + " pixels");
        }
        if ((long) width * height > MOST_PIXELS) {
            throw new BrokenImageException(
                    "says it is " + width + "x" + height + " pixels, more than " + MOST_PIXELS + " in all");
        }
        this.width = width;
        this.height = height;
        this.scalable = scalable;
    }

    /**
     * Reads the header of an image and sees whether the file goes on to its end.
     *
     * @param file the whole file
     * @throws BrokenImageException if it is not a JPEG, PNG or BMP file, or not a whole one
     */
    static ImageHeader of(byte[] file) throws BrokenImageException {
        if (file.length == 0) {
            throw new BrokenImageException("is empty");
        }
        ByteBuffer content = ByteBuffer.wrap(file);
        int magic = file.length < 4 ? 0 : content.getInt(0);
        try {
            if (magic == PNG) {
                return png(content);
            }
            if (magic >>> 16 == JPEG) {
                return jpeg(content);
            }
            if (magic >>> 16 == BMP) {
                return bmp(content.order(ByteOrder.LITTLE_ENDIAN));
            }
        } catch (IndexOutOfBoundsException end) {
            throw new BrokenImageException("is truncated");
        }
        throw new BrokenImageException("is not a JPEG, PNG or BMP image");
    }

    /** Returns 8, 4 or 2 if the image may be decoded at that part of its size for a view, and else 1. */
    int reduction(View view) {
        // OpenCV decodes other formats than JPEG whole and then drops pixels, which is neither faster nor as good.
        double excess = scalable ? view.excess(width, height) : 1;
        return excess >= 8 ? 8 : excess >= 4 ? 4 : excess >= 2 ? 2 : 1;
    }

    /** The chunks of a PNG file, each with a checksum of its own. */
    private static ImageHeader png(ByteBuffer file) throws BrokenImageException {
        int first = 8;
        int type = 0;
        for (int at = first; type != PNG_END; ) {
            int length = file.getInt(at);
            type = file.getInt(at + 4);
            if (length < 0 || at == first && type != PNG_HEADER) {
                throw new BrokenImageException("is damaged");
            }
            CRC32 checksum = new CRC32();
            checksum.update(file.array(), at + 4, 4 + length);
            if ((int) checksum.getValue() != file.getInt(at + 8 + length)) {
                throw new BrokenImageException("is damaged: a checksum is wrong");
            }
            at += 12 + length;
        }
        return new ImageHeader(file.getInt(first + 8), file.getInt(first + 12), false);
    }

    /** The segments of a JPEG file up to its image data, and the mark at its end. */
    private static ImageHeader jpeg(ByteBuffer file) throws BrokenImageException {
        ImageHeader header = null;
        int at = 2;
        int marker = 0;
        while (marker != JPEG_START_OF_SCAN) {
            // Decoders skip stray bytes between segments, and a segment may start with any number of FF.
            while (byteAt(file, at) != 0xFF || byteAt(file, at + 1) == 0xFF) {
                at++;
            }
            marker = byteAt(file, at + 1);
            // C4, C8 and CC in the same range are tables and an extension.
            if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) {
                header = new ImageHeader(file.getShort(at + 7) & 0xFFFF, file.getShort(at + 5) & 0xFFFF, true);
            }
            boolean standsAlone = marker <= 0x01 || marker >= 0xD0 && marker <= JPEG_END;
            at += 2 + (standsAlone ? 0 : file.getShort(at + 2) & 0xFFFF);
        }
        if (header == null) {
            throw new BrokenImageException("is damaged");
        }
        // From the end, where the mark is in a whole file; in image data an FF is always followed by 00.
        for (int end = file.limit() - 2; end >= at; end--) {
            if (byteAt(file, end) == 0xFF && byteAt(file, end + 1) == JPEG_END) {
                return header;
            }
        }
        throw new BrokenImageException("is truncated");
    }

    private static int byteAt(ByteBuffer file, int at) {
        return file.get(at) & 0xFF;
    }

    private static ImageHeader bmp(ByteBuffer file) throws BrokenImageException {
        boolean old = file.getInt(14) == BMP_OLD_HEADER;
        int width = old ? file.getShort(18) & 0xFFFF : file.getInt(18);
        // Rows from top to bottom are written as a negative height.
        int height = old ? file.getShort(20) & 0xFFFF : Math.abs(file.getInt(22));
        ImageHeader header = new ImageHeader(width, height, false);
        int bitsPerPixel = file.getShort(old ? 24 : 28) & 0xFFFF;
        if (old || file.getInt(30) == BMP_UNCOMPRESSED) {
            // Rows are filled up to a multiple of four bytes.
            long row = ((long) width * bitsPerPixel + 31) / 32 * 4;
            if ((file.getInt(10) & 0xFFFFFFFFL) + row * height > file.limit()) {
                throw new BrokenImageException("is truncated");
            }
        }
        return header;
    }
}
