package io.github.powergrad.examples.data.folder;

import java.nio.ByteBuffer;

/**
 * The size of an image as the first bytes of its file tell it.
 *
 * <p>Files are looked at before OpenCV gets them, because it fills a truncated JPEG up with what happened to be in
 * memory, allocates whatever a header asks for, and writes what else it finds to the terminal. What a file is called
 * does not matter: ImageNet has a PNG among its .JPEG.
 */
final class ImageHeader {

    /** The limit of Python's imaging library; a decoded image of this size takes half a gigabyte. */
    static final long MOST_PIXELS = 178_956_970;

    private static final int PNG = 0x89504E47;
    private static final int JPEG = 0xFFD8;
    private static final int BMP = 0x424D;

    private final int width;
    private final int height;
    private final boolean scalable;

    private ImageHeader(int width, int height, boolean scalable) {
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
                return PngFile.header(content);
            }
            if (magic >>> 16 == JPEG) {
                return JpegFile.header(content).scalable();
            }
            if (magic >>> 16 == BMP) {
                return BmpFile.header(content);
            }
        } catch (IndexOutOfBoundsException end) {
            throw new BrokenImageException("is truncated");
        }
        throw new BrokenImageException("is not a JPEG, PNG or BMP image");
    }

    /**
     * Returns the header of an image of some size.
     *
     * @throws BrokenImageException if no image can have that size, or none that is safe to decode
     */
    static ImageHeader ofSize(int width, int height) throws BrokenImageException {
        if (width < 1 || height < 1) {
            throw new BrokenImageException("says it is " + width + "x" + height + " pixels");
        }
        if ((long) width * height > MOST_PIXELS) {
            throw new BrokenImageException(
                    "says it is " + width + "x" + height + " pixels, more than " + MOST_PIXELS + " in all");
        }
        return new ImageHeader(width, height, false);
    }

    private ImageHeader scalable() {
        return new ImageHeader(width, height, true);
    }

    /** Returns 8, 4 or 2 if the image may be decoded at that part of its size for a view, and else 1. */
    int reduction(View view) {
        // OpenCV decodes other formats whole and then drops pixels, which is neither faster nor as good.
        double excess = scalable ? view.excess(width, height) : 1;
        return excess >= 8 ? 8 : excess >= 4 ? 4 : excess >= 2 ? 2 : 1;
    }
}
