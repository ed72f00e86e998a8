package io.github.powergrad.examples.data.folder;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How an image folder is read. Immutable; each {@code with} method returns a copy with one setting changed.
 *
 * <p>Defaults: images of 224x224, seed 0, a thread per processor core, at most 1% of the images skipped, all classes, no
 * list of skipped images written.
 */
public final class ImageFolderOptions {

    /** Keeps the memory of one image, a few times its size, far below that of the machine. */
    private static final int LARGEST_IMAGE_SIZE = 4096;

    private static final ImageFolderOptions DEFAULTS = new ImageFolderOptions(
            224, 0, Runtime.getRuntime().availableProcessors(), SkipLimit.parse("1%"), ClassSelection.all(), null);

    private final int imageSize;
    private final long seed;
    private final int workers;
    private final SkipLimit maxSkipped;
    private final ClassSelection classes;
    private final Path skippedList;

    private ImageFolderOptions(int imageSize, long seed, int workers, SkipLimit maxSkipped, ClassSelection classes,
            Path skippedList) {
        this.imageSize = imageSize;
        this.seed = seed;
        this.workers = workers;
        this.maxSkipped = maxSkipped;
        this.classes = classes;
        this.skippedList = skippedList;
    }

    /** Returns the defaults. */
    public static ImageFolderOptions defaults() {
        return DEFAULTS;
    }

    /** @param size height and width of the images that the network gets, at least 1 */
    public ImageFolderOptions withImageSize(int size) {
        if (size < 1 || size > LARGEST_IMAGE_SIZE) {
            throw new IllegalArgumentException(
                    "image size must be in [1, " + LARGEST_IMAGE_SIZE + "], got " + size);
        }
        return new ImageFolderOptions(size, seed, workers, maxSkipped, classes, skippedList);
    }

    /** @param newSeed decides, with the epoch, the order and the augmentation of training images */
    public ImageFolderOptions withSeed(long newSeed) {
        return new ImageFolderOptions(imageSize, newSeed, workers, maxSkipped, classes, skippedList);
    }

    /** @param threads threads that decode, at least 1; they change the speed, never the batches */
    public ImageFolderOptions withWorkers(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("workers must be at least 1, got " + threads);
        }
        return new ImageFolderOptions(imageSize, seed, threads, maxSkipped, classes, skippedList);
    }

    /** @param limit the share of the images in train and val together that may be broken */
    public ImageFolderOptions withMaxSkipped(SkipLimit limit) {
        return new ImageFolderOptions(imageSize, seed, workers, limit, classes, skippedList);
    }

    /** @param selection the classes to use */
    public ImageFolderOptions withClasses(ClassSelection selection) {
        return new ImageFolderOptions(imageSize, seed, workers, maxSkipped, selection, skippedList);
    }

    /** @param file where to list the images that were skipped; it is written when there is one */
    public ImageFolderOptions withSkippedList(Path file) {
        return new ImageFolderOptions(imageSize, seed, workers, maxSkipped, classes, file);
    }

    /** Returns the height and width of the images that the network gets. */
    public int imageSize() {
        return imageSize;
    }

    /** Returns what decides order and augmentation. */
    public long seed() {
        return seed;
    }

    /** Returns the number of threads that decode. */
    public int workers() {
        return workers;
    }

    /** Returns the share of the images that may be broken. */
    public SkipLimit maxSkipped() {
        return maxSkipped;
    }

    /** Returns the classes to use. */
    public ClassSelection classes() {
        return classes;
    }

    /** Returns where the images that were skipped are listed. */
    public Optional<Path> skippedList() {
        return Optional.ofNullable(skippedList);
    }
}
