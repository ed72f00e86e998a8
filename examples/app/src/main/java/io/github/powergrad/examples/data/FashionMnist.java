package io.github.powergrad.examples.data;

import io.github.powergrad.examples.files.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Fashion-MNIST from its four IDX files: the subset that comes with the examples, or a folder of the
 * user's, where the files may be gzipped or not. MNIST and other data sets in the same four files (grey
 * images, ten classes) can be read as well.
 */
public final class FashionMnist {

    private static final String RESOURCES = "/data/fashion-mnist/";

    private FashionMnist() {}

    /**
     * Returns the first 20,000 training and 4,000 test images, which come with the examples.
     *
     * @throws IOException if the examples were packed without them
     */
    public static ImageData bundled() throws IOException {
        return read("Fashion-MNIST", Bundled::new);
    }

    /**
     * Reads train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
     * t10k-labels-idx1-ubyte, each with or without {@code .gz}.
     *
     * @param folder where the four files are
     * @throws IOException naming the file that is missing, damaged or does not fit the others
     */
    public static ImageData inFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DataException("data folder " + folder + (Files.exists(folder) ? " is not a folder" : " does not exist")
                    + "; give the folder that holds the four IDX files of Fashion-MNIST");
        }
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return read(name == null ? folder.toString() : name.toString(), file -> new InFolder(folder, file));
    }

    private interface Files4 {
        IdxSource named(String file);
    }

    private static ImageData read(String name, Files4 files) throws IOException {
        ImageSet training = set(files.named("train-images-idx3-ubyte"), files.named("train-labels-idx1-ubyte"));
        IdxSource testImages = files.named("t10k-images-idx3-ubyte");
        ImageSet test = set(testImages, files.named("t10k-labels-idx1-ubyte"));
        if (test.height() != training.height() || test.width() != training.width()) {
            throw new DataException(testImages, "holds images of " + test.height() + "x" + test.width()
                    + " pixels, the training images have " + training.height() + "x" + training.width());
        }
        return new ImageData(name, training, test);
    }

    private static ImageSet set(IdxSource imageFile, IdxSource labelFile) throws IOException {
        IdxReader.Images images = IdxReader.images(imageFile);
        byte[] labels = IdxReader.labels(labelFile);
        if (labels.length != images.count) {
            throw new DataException(labelFile, "holds " + labels.length + " labels for the " + images.count
                    + " images of " + imageFile);
        }
        for (int i = 0; i < labels.length; i++) {
            int label = labels[i] & 0xFF;
            if (label >= ImageData.CLASSES) {
                throw new DataException(labelFile, "holds label " + label + " at position " + i
                        + ", allowed are 0 to " + (ImageData.CLASSES - 1));
            }
        }
        return new ImageSet(images.pixels, labels, images.height, images.width);
    }

    /** A file of the user's folder, plain or gzipped. */
    private static final class InFolder implements IdxSource {

        private final Path folder;
        private final String file;

        InFolder(Path folder, String file) {
            this.folder = folder;
            this.file = file;
        }

        private Path path() {
            Path plain = folder.resolve(file);
            Path gzipped = folder.resolve(file + ".gz");
            return Files.exists(plain) || !Files.exists(gzipped) ? plain : gzipped;
        }

        @Override
        public InputStream open() throws IOException {
            Path path = path();
            if (Files.isDirectory(path)) {
                throw new DataException(this, "is a folder, not a file");
            }
            try {
                return Files.newInputStream(path);
            } catch (NoSuchFileException missing) {
                throw new DataException(folder.resolve(file) + "[.gz] is missing; " + remedy());
            } catch (IOException unreadable) {
                throw new DataException(this, "cannot be read (" + Fault.of(unreadable) + ")");
            }
        }

        @Override
        public String remedy() {
            return "put the four original files of Fashion-MNIST there, or leave --data out to use the bundled images";
        }

        @Override
        public String toString() {
            return path().toString();
        }
    }

    /** A file that comes with the examples. */
    private static final class Bundled implements IdxSource {

        private final String resource;

        Bundled(String file) {
            this.resource = RESOURCES + file + ".gz";
        }

        @Override
        public InputStream open() throws IOException {
            InputStream stream = FashionMnist.class.getResourceAsStream(resource);
            if (stream == null) {
                throw new DataException(this, "is missing");
            }
            return stream;
        }

        @Override
        public String remedy() {
            return "build the examples again, or use --data with a folder that holds the four files";
        }

        @Override
        public String toString() {
            return "bundled " + resource;
        }
    }
}
