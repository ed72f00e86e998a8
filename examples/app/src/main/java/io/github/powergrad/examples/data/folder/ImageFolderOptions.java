package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.InvalidSettingException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * How colour images are read. Immutable; each {@code with} method returns a copy with one setting changed.
 *
 * <p>Defaults: ImageNet's augmentation, the image size that is usual for the augmentation, seed 0, one thread per
 * processor core, at most 1% of the images skipped, all classes, no list of skipped images written, a quarter of the heap
 * for images that are kept.
 */
public final class ImageFolderOptions {

    /** Keeps the memory of one image, a few times its size, far below that of the machine. */
    private static final int LARGEST_IMAGE_SIZE = 4096;

    // Not final, because copies are changed before they are handed out.
    Augmentation augmentation = Augmentation.IMAGENET;
    private int imageSize;
    long seed;
    int workers = Runtime.getRuntime().availableProcessors();
    SkipLimit maxSkipped = SkipLimit.parse("1%");
    ClassSelection classes = ClassSelection.all();
    Path skippedList;
    long keptBytes = Runtime.getRuntime().maxMemory() / 4;

    private ImageFolderOptions() {}

    /** Returns the defaults. */
    public static ImageFolderOptions defaults() {
        return new ImageFolderOptions();
    }

    private ImageFolderOptions with(Consumer<ImageFolderOptions> change) {
        ImageFolderOptions copy = new ImageFolderOptions();
        copy.augmentation = augmentation;
        copy.imageSize = imageSize;
        copy.seed = seed;
        copy.workers = workers;
        copy.maxSkipped = maxSkipped;
        copy.classes = classes;
        copy.skippedList = skippedList;
        copy.keptBytes = keptBytes;
        change.accept(copy);
        return copy;
    }

    /** @param chosen how images are varied, cut and normalized */
    public ImageFolderOptions withAugmentation(Augmentation chosen) {
        return with(copy -> copy.augmentation = chosen);
    }

    /** @param size height and width of the images that the network gets, at least 1 */
    public ImageFolderOptions withImageSize(int size) {
        if (size < 1 || size > LARGEST_IMAGE_SIZE) {
            throw new IllegalArgumentException(
                    "image size must be in [1, " + LARGEST_IMAGE_SIZE + "], got " + size);
        }
        return with(copy -> copy.imageSize = size);
    }

    /** @param newSeed decides, with the epoch, the order and the augmentation of training images */
    public ImageFolderOptions withSeed(long newSeed) {
        return with(copy -> copy.seed = newSeed);
    }

    /** @param threads threads that decode, at least 1; they change the speed, never the batches */
    public ImageFolderOptions withWorkers(int threads) {
        if (threads < 1) {
            throw new InvalidSettingException("{workers} must be at least 1, got " + threads);
        }
        return with(copy -> copy.workers = threads);
    }

    /** @param limit the share of the images to train and to test with, together, that may be broken */
    public ImageFolderOptions withMaxSkipped(SkipLimit limit) {
        return with(copy -> copy.maxSkipped = limit);
    }

    /** @param selection the classes to use */
    public ImageFolderOptions withClasses(ClassSelection selection) {
        return with(copy -> copy.classes = selection);
    }

    /** @param file where to list the images that were skipped, written when there is one; null for nowhere */
    public ImageFolderOptions withSkippedList(Path file) {
        return with(copy -> copy.skippedList = file);
    }

    /** @param bytes of memory for decoded images, so that small ones are read once; 0 to read all in each epoch */
    ImageFolderOptions withKeptBytes(long bytes) {
        return with(copy -> copy.keptBytes = bytes);
    }

    /** Returns the height and width of the images that the network gets. */
    int imageSize() {
        return imageSize == 0 ? augmentation.usualSize() : imageSize;
    }
}
