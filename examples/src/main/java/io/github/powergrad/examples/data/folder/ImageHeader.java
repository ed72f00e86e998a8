package io.github.powergrad.examples.data.folder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the first bytes of a JPEG, PNG or BMP file say about it, whatever the file is called (ImageNet has a PNG and
 * CMYK files among its .JPEG).
 *
 * <p>It is read before OpenCV sees the file because OpenCV fills a truncated JPEG up with what happened to be in
 * memory, and allocates what a header asks for.
 */
final class ImageHeader {

    /** The limit of Python's imaging library; a decoded image of this size takes half a gigabyte. */
    static final long MOST_PIXELS = 178_956_970;

    private static final int PNG = 0x89504E47;
    private static final int JPEG_START = 0xFFD8;
    private static final int BMP = 0x424D;

    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;

    private final byte[] bytes;
    private final ByteBuffer content;
    private int width;
    private int height;

    private ImageHeader(byte[] bytes) {
        this.bytes = bytes;
        this.content = ByteBuffer.wrap(bytes);
    }

    /**
     * Reads the header of an image.
     *
     * @param bytes the whole file
     * @throws BrokenImageException if it is not a JPEG, PNG or BMP file, or not a whole one
     */
    static ImageHeader of(byte[] bytes) throws BrokenImageException {
        if (bytes.length == 0) {
            throw new BrokenImageException("is empty");
        }
        ImageHeader header = new ImageHeader(bytes);
        try {
            header.read();
        } catch (IndexOutOfBoundsException end) {
            throw new BrokenImageException("is truncated");
        }
        if (header.width < 1 || header.height < 1) {
            throw new BrokenImageException("says it is " + header.size());
        }
        if ((long) header.width * header.height > MOST_PIXELS) {
            throw new BrokenImageException("says it is " + header.size() + ", more than " + MOST_PIXELS + " pixels");
        }
        return header;
    }

    /** Returns the columns of the image as stored, before it is turned upright. */
    int width() {
        return width;
    }

    /** Returns the rows of the image as stored, before it is turned upright. */
    int height() {
        return height;
    }

    private String size() {
        return width + "x" + height + " pixels";
    }

    private void read() throws BrokenImageException {
        int magic = bytes.length < 4 ? 0 : content.getInt(0);
        if (magic == PNG) {
            width = content.getInt(16);
            height = content.getInt(20);
        } else if (magic >>> 16 == JPEG_START) {
            readJpeg();
        } else if (magic >>> 16 == BMP) {
            readBmp();
        } else {
            throw new BrokenImageException("is not a JPEG, PNG or BMP image");
        }
    }

    private void readBmp() {
        content.order(ByteOrder.LITTLE_ENDIAN);
        boolean old = content.getInt(14) == 12;
        width = old ? content.getShort(18) & 0xFFFF : content.getInt(18);
        // Rows from top to bottom are written as a negative height.
        height = old ? content.getShort(20) & 0xFFFF : Math.abs(content.getInt(22));
    }

    private void readJpeg() throws BrokenImageException {
        int at = 2;
        while (true) {
            // Decoders skip stray bytes between segments, and a segment may start with any number of FF.
            while (byteAt(at) != 0xFF || byteAt(at + 1) == 0xFF) {
                at++;
            }
            int marker = byteAt(at + 1);
            if (marker == START_OF_SCAN) {
                break;
            }
            if (marker == END_OF_IMAGE) {
                throw new BrokenImageException("is a JPEG file without an image");
            }
            if (startsFrame(marker)) {
                height = content.getShort(at + 5) & 0xFFFF;
                width = content.getShort(at + 7) & 0xFFFF;
            }
            at += 2 + (standsAlone(marker) ? 0 : content.getShort(at + 2) & 0xFFFF);
        }
        if (!endsAfter(at)) {
            throw new BrokenImageException("is truncated");
        }
    }

    private int byteAt(int at) {
        return content.get(at) & 0xFF;
    }

    private static boolean startsFrame(int marker) {
        // C4, C8 and CC in the same range are tables and an extension.
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static boolean standsAlone(int marker) {
        return marker <= 0x01 || marker >= 0xD0 && marker <= 0xD8;
    }

    /** From the end, where it is in a whole file; in image data an FF is always followed by 00. */
    private boolean endsAfter(int scan) {
        for (int at = bytes.length - 2; at > scan; at--) {
            if (bytes[at] == (byte) 0xFF && bytes[at + 1] == (byte) END_OF_IMAGE) {
                return true;
            }
        }
        return false;
    }
}
