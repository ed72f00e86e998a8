package io.github.powergrad.fashionmnist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Fashion-MNIST: 28x28 grey images of ten kinds of clothing. Its first 20,000 training and 4,000 test images come with this
 * class. The full data set, and others in the same four IDX files such as MNIST, are read from a folder.
 *
 * <p>{@link #training} and {@link #test} give what a network trains on and is tested with: DL4J DataSets with features
 * [N, 784] in FLOAT, pixels scaled to [0, 1], and one-hot labels [N, 10]. A network reads the features as images with
 * {@code InputType.convolutionalFlat(28, 28, 1)}. The last minibatch of an epoch may be smaller.
 *
 * <pre>{@code
 * network.fit(FashionMnist.training(64), epochs);
 * Evaluation evaluation = network.evaluate(FashionMnist.test(500));
 * }</pre>
 */
public final class FashionMnist {

    /** The names of the classes; the label of an image is an index into this list. */
    public static final List<String> CLASS_NAMES = List.of("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
            "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private static final String TRAINING_IMAGES = "train-images-idx3-ubyte";
    private static final String TRAINING_LABELS = "train-labels-idx1-ubyte";
    private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
    private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

    private FashionMnist() {}

    /**
     * Returns the bundled training images in minibatches. Their order differs from epoch to epoch, and is the same in
     * every run.
     *
     * @param batch images per minibatch
     * @throws IOException if the images are not there
     */
    public static DataSetIterator training(int batch) throws IOException {
        return Minibatches.of(set(null, TRAINING_IMAGES, TRAINING_LABELS), batch, true);
    }

    /**
     * Returns the bundled test images in minibatches, in the order of their file.
     *
     * @param batch images per minibatch
     * @throws IOException if the images are not there
     */
    public static DataSetIterator test(int batch) throws IOException {
        return Minibatches.of(set(null, TEST_IMAGES, TEST_LABELS), batch, false);
    }

    /**
     * Returns the first 20,000 training and 4,000 test images, which are bundled.
     *
     * @throws IOException if the images are not there
     */
    public static ImageData bundled() throws IOException {
        return read("Fashion-MNIST", null);
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
            throw new IOException("data folder " + folder + (Files.exists(folder) ? " is not a folder" : " does not exist")
                    + "; give the folder that holds the four IDX files of Fashion-MNIST");
        }
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return read(name == null ? folder.toString() : name.toString(), folder);
    }

    /** @param folder null for the bundled images */
    private static ImageData read(String name, Path folder) throws IOException {
        ImageSet training = set(folder, TRAINING_IMAGES, TRAINING_LABELS);
        ImageSet test = set(folder, TEST_IMAGES, TEST_LABELS);
        if (test.height() != training.height() || test.width() != training.width()) {
            throw new IdxFile(folder, TEST_IMAGES).unusable("holds images of " + test.height() + "x" + test.width()
                    + " pixels, the training images have " + training.height() + "x" + training.width());
        }
        return new ImageData(name, training, test);
    }

    private static ImageSet set(Path folder, String imagesName, String labelsName) throws IOException {
        IdxFile imageFile = new IdxFile(folder, imagesName);
        IdxFile labelFile = new IdxFile(folder, labelsName);
        ImageSet images = imageFile.images();
        byte[] labels = labelFile.labels();
        if (labels.length != images.size()) {
            throw labelFile.unusable("holds " + labels.length + " labels for the " + images.size()
                    + " images of " + imageFile);
        }
        for (int i = 0; i < labels.length; i++) {
            int label = labels[i] & 0xFF;
            if (label >= ImageData.CLASSES) {
                throw labelFile.unusable("holds label " + label + " at position " + i
                        + ", allowed are 0 to " + (ImageData.CLASSES - 1));
            }
        }
        return images.with(labels);
    }
}
