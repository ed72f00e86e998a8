package io.github.powergrad.examples.data.folder;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** A folder with train and val that tests fill with images. */
public final class ImageTree {

    public final Path root;

    public ImageTree(Path root) {
        this.root = root;
    }

    /** Writes classes with so many training images each and one for testing. */
    public ImageTree with(int trainingImages, String... classes) {
        for (String name : classes) {
            for (int i = 0; i < trainingImages; i++) {
                photo("train/" + name + "/" + i + ".jpg", i);
            }
            photo("val/" + name + "/v.png", 99);
        }
        return this;
    }

    /** Writes a picture of random shapes. */
    ImageTree photo(String file, int seed) {
        Random random = new Random(seed * 31L + file.hashCode());
        BufferedImage picture = new BufferedImage(40 + random.nextInt(40), 40 + random.nextInt(40),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        for (int i = 0; i < 12; i++) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillOval(random.nextInt(60) - 10, random.nextInt(60) - 10, random.nextInt(40), random.nextInt(40));
        }
        graphics.dispose();
        return write(file, encode(picture, format(file)));
    }

    public ImageTree write(String file, byte[] content) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.write(path, content);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    ImageTree folder(String name) {
        try {
            Files.createDirectories(root.resolve(name));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    /** Keeps the first part of a file. */
    ImageTree truncate(String file, double kept) {
        try {
            byte[] whole = Files.readAllBytes(root.resolve(file));
            return write(file, Arrays.copyOf(whole, (int) (whole.length * kept)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Changes one byte of a file. */
    ImageTree overwrite(String file, int at) {
        try {
            byte[] bytes = Files.readAllBytes(root.resolve(file));
            bytes[at] ^= 0x55;
            return write(file, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static BufferedImage plain(int width, int height, int rgb) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, rgb);
            }
        }
        return picture;
    }

    static byte[] encode(BufferedImage picture, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, format, bytes)) {
                throw new IllegalArgumentException("cannot write " + format);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return bytes.toByteArray();
    }

    /** Returns a small PNG file that says that its image has this width and height. */
    public static byte[] promising(int size) {
        byte[] png = encode(plain(8, 8, 0), "png");
        ByteBuffer.wrap(png).putInt(16, size).putInt(20, size);
        CRC32 checksum = new CRC32();
        checksum.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) checksum.getValue());
        return png;
    }

    /** Returns a file that make-images.py made. */
    static byte[] resource(String name) {
        try (InputStream stream = ImageTree.class.getResourceAsStream("/images/" + name)) {
            return stream.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String format(String file) {
        return file.substring(file.lastIndexOf('.') + 1);
    }
}
