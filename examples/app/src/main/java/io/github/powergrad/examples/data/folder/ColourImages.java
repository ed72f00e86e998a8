package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.ImageOrder;
import io.github.powergrad.examples.data.ImageSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Colour images to train on and to test with. How they are varied, cut to the image size and normalized is said by their
 * {@link Augmentation}; channels are red, green, blue.
 *
 * <p>Several threads prepare them ahead of the training. Small images are read once and kept in memory.
 *
 * <p>A file that is not a whole image is skipped: its batch is smaller by one. Which files are skipped is known only
 * when they are decoded, so {@link #trainingImages} and {@link #testImages} count them too. When too many are broken,
 * {@code next} of the batches throws an {@link java.io.UncheckedIOException} of a {@link DataException}.
 */
public final class ColourImages extends ImageSource {

    private final ImageFolderOptions options;
    private final ImageList training;
    private final ImageList test;
    private final SkippedImages skipped;
    private final List<DecodedBatches> streams = new ArrayList<>();

    ColourImages(
            String name, ImageFolderOptions options, List<String> classNames, ImageList training, ImageList test) {
        super(String.format("%s (%,d + %,d images, %,d classes)", name, training.size(), test.size(), classNames.size()),
                classNames, Normalization.CHANNELS, options.imageSize(), training.size(), test.size());
        this.options = options;
        this.training = training;
        this.test = test;
        this.skipped = new SkippedImages(options.maxSkipped, training.size() + test.size(), options.skippedList);
    }

    /**
     * Opens the images of a folder, or of CIFAR's files. Those of a folder are looked for, and not read yet.
     *
     * @param data the folder that holds train and val, or CIFAR's files, or the archive of those
     * @param options how to read them
     * @throws DataException if something is missing, damaged or cannot be read, or if the options name an unknown class
     */
    public static ColourImages open(Path data, ImageFolderOptions options) throws DataException {
        return areCifar(data) ? CifarFiles.open(data, options) : ClassFolders.open(data, options);
    }

    /** Returns whether this is a folder with CIFAR's binary files, or an archive. */
    public static boolean areCifar(Path data) {
        return CifarFiles.areIn(data);
    }

    @Override
    public int namesHash() {
        return 31 * training.namesHash() + test.namesHash();
    }

    /** Returns the images that were skipped so far. */
    public SkippedImages skipped() {
        return skipped;
    }

    @Override
    public BatchStream training(int epoch, int batch) {
        EpochRandom random = new EpochRandom(options.seed, epoch);
        View view = options.augmentation.training(imageSize(), random);
        return stream(training, view, random.order(training.size()), batch);
    }

    @Override
    public BatchStream test(int batch) {
        return stream(test, options.augmentation.evaluation(imageSize()), ImageOrder.inOrder(test.size()), batch);
    }

    @Override
    public synchronized void close() {
        streams.forEach(DecodedBatches::close);
        streams.clear();
        skipped.write();
    }

    private synchronized BatchStream stream(ImageList list, View view, int[] order, int batch) {
        int most = (Integer.MAX_VALUE - 8) / (Normalization.CHANNELS * imageSize() * imageSize());
        if (batch < 1 || batch > most) {
            throw new IllegalArgumentException(
                    "batch size must be in [1, " + most + "] at image size " + imageSize() + ", got " + batch);
        }
        DecodedBatches stream = new DecodedBatches(
                new DecodedBatches.Pass(order, batch, imageSize(), classNames().size()), new Listed(list, view),
                options.workers);
        streams.removeIf(DecodedBatches::isClosed);
        streams.add(stream);
        return stream;
    }

    /** The images of a list, seen in one way. */
    private final class Listed implements DecodedBatches.Images {

        private final ImageList list;
        private final View view;

        Listed(ImageList list, View view) {
            this.list = list;
            this.view = view;
        }

        @Override
        public float[] prepare(int image) throws BrokenImageException {
            try (Mat decoded = list.decode(image, view)) {
                return view.of(decoded, image);
            }
        }

        @Override
        public int label(int image) {
            return list.label(image);
        }

        @Override
        public void skipped(int image, String reason) {
            skipped.add(list.file(image), reason);
        }

        @Override
        public void passEnded() {
            skipped.write();
        }
    }
}
