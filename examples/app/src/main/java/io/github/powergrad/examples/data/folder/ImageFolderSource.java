package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.ImageSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An image folder as ImageNet's is commonly laid out: {@code train/<class>/…} and {@code val/<class>/…} with JPEG, PNG
 * and BMP files. A class is the path below train or val of a folder that holds images, such as {@code n01440764} or
 * {@code animals/cats}; class indices follow the sorted names. Links to folders and files are followed.
 *
 * <p>Training images are cropped at random (8 to 100% of the area, width to height between 3:4 and 4:3), resized, and
 * mirrored every other time; test images are resized to 256/224 of the image size on their shorter side and cut to
 * the middle. Values are scaled by ImageNet's mean and deviation, channels are red, green, blue.
 *
 * <p>A file that is not a whole image is skipped: its batch is smaller by one. Which files are skipped is known only
 * when they are decoded, so {@link #trainingImages} and {@link #testImages} count them too. When too many are broken,
 * {@code next} of the batches throws an {@link java.io.UncheckedIOException} of a {@link DataException}.
 */
public final class ImageFolderSource implements ImageSource {

    private static final String TRAINING = "train";
    private static final String TEST = "val";

    private final String name;
    private final ImageFolderOptions options;
    private final List<String> classNames;
    private final ImageList training;
    private final ImageList test;
    private final SkippedImages skipped;
    private final List<DecodedBatches> streams = new ArrayList<>();

    private ImageFolderSource(String name, ImageFolderOptions options, List<String> classNames, ImageList training,
            ImageList test) {
        this.name = name;
        this.options = options;
        this.classNames = classNames;
        this.training = training;
        this.test = test;
        this.skipped = new SkippedImages(options.maxSkipped(), training.size() + test.size(),
                options.skippedList().orElse(null));
    }

    /**
     * Looks through a folder; no image is opened yet.
     *
     * @param folder the folder that holds train and val
     * @param options how to read it
     * @throws DataException if the folder, train or val is missing, holds no images or cannot be read, if a class is
     *     empty or missing in one of train and val, or if the options name an unknown class
     */
    public static ImageFolderSource open(Path folder, ImageFolderOptions options) throws DataException {
        if (!Files.isDirectory(folder)) {
            throw new DataException("image folder " + PathText.of(folder)
                    + (Files.exists(folder) ? " is not a folder" : " does not exist")
                    + "; give the folder that holds train/<class>/ and val/<class>/");
        }
        ClassFolders training = ClassFolders.in(part(folder, TRAINING));
        ClassFolders test = ClassFolders.in(part(folder, TEST));
        Set<String> all = new TreeSet<>(training.names());
        all.addAll(test.names());
        List<String> classes = options.classes().of(all, PathText.of(folder));
        refuseEmpty(training, classes);
        refuseEmpty(test, classes);
        refuseDifferent(folder, missing(classes, training), missing(classes, test));
        return new ImageFolderSource(PathText.last(folder.toAbsolutePath().normalize(), 1), options, classes,
                training.images(classes), test.images(classes));
    }

    private static Path part(Path folder, String part) throws DataException {
        Path path = folder.resolve(part);
        if (!Files.isDirectory(path)) {
            throw new DataException("image folder " + PathText.of(folder) + " holds no folder " + part
                    + "; put the images into " + PathText.of(path) + "/<class>/");
        }
        return path;
    }

    private static void refuseEmpty(ClassFolders folders, List<String> classes) throws DataException {
        Collection<String> empty = folders.empty(classes);
        if (!empty.isEmpty()) {
            throw new DataException("no JPEG, PNG or BMP images in " + folders + " for class " + ClassSelection.firstFew(empty)
                    + "; add images, or remove the folder in both " + TRAINING + " and " + TEST);
        }
    }

    private static Collection<String> missing(List<String> classes, ClassFolders folders) {
        Set<String> missing = new TreeSet<>(classes);
        missing.removeAll(folders.names());
        return missing;
    }

    private static void refuseDifferent(Path folder, Collection<String> notInTraining, Collection<String> notInTest)
            throws DataException {
        if (notInTraining.isEmpty() && notInTest.isEmpty()) {
            return;
        }
        List<String> lacks = new ArrayList<>();
        if (!notInTraining.isEmpty()) {
            lacks.add(TRAINING + " lacks " + ClassSelection.firstFew(notInTraining));
        }
        if (!notInTest.isEmpty()) {
            lacks.add(TEST + " lacks " + ClassSelection.firstFew(notInTest));
        }
        throw new DataException("classes of " + PathText.of(folder) + " differ: " + String.join("; ", lacks)
                + "; give both the same class folders, or choose classes that both have");
    }

    @Override
    public String description() {
        return String.format("%s (%,d + %,d images, %,d classes)", name, training.size(), test.size(),
                classNames.size());
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int channels() {
        return Normalization.CHANNELS;
    }

    @Override
    public int imageSize() {
        return options.imageSize();
    }

    @Override
    public int trainingImages() {
        return training.size();
    }

    @Override
    public int testImages() {
        return test.size();
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
        EpochRandom random = new EpochRandom(options.seed(), epoch);
        return stream(training, View.training(imageSize(), random), random.order(training.size()), batch);
    }

    @Override
    public BatchStream test(int batch) {
        return stream(test, View.evaluation(imageSize()), EpochRandom.inOrder(test.size()), batch);
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
                new DecodedBatches.Pass(order, batch, imageSize(), classNames.size()), new Listed(list, view),
                options.workers());
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
            return ImageFile.planes(ImageFile.bytes(list.file(image)), view, image);
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
