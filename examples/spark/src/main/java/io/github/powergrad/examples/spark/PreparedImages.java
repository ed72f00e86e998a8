package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.ImageOrder;
import io.github.powergrad.examples.data.LabelledImages;
import io.github.powergrad.examples.data.OneHot;
import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.data.folder.BrokenImageException;
import io.github.powergrad.examples.data.folder.EpochRandom;
import io.github.powergrad.examples.data.folder.ImageFile;
import io.github.powergrad.examples.data.folder.View;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A folder that {@link Preparation} has written. Workers read, decode and augment its images. The order of an epoch is
 * one of files, and one of the images in each.
 */
final class PreparedImages extends LabelledImages implements RemoteBatches {

    private static final int CHANNELS = 3;

    /** The epoch of test images, which are not augmented. */
    private static final int TEST = -1;

    private final Path folder;
    private final Manifest manifest;
    private final Augmentation augmentation;
    private final long seed;

    private PreparedImages(Path folder, Manifest manifest, Augmentation augmentation, int imageSize, long seed) {
        super(String.format(Locale.ROOT, "%s (prepared, %,d + %,d images)", folder.getName(),
                        Manifest.images(manifest.training()), Manifest.images(manifest.test())),
                manifest.classNames(), CHANNELS, imageSize, Manifest.images(manifest.training()),
                Manifest.images(manifest.test()));
        this.folder = folder;
        this.manifest = manifest;
        this.augmentation = augmentation;
        this.seed = seed;
    }

    /**
     * Opens a folder.
     *
     * @param augmentation how images are varied, cut and normalized
     * @param imageSize height and width of the images, 0 for what is usual
     * @param seed decides order and augmentation
     * @throws IOException if it is not a folder of prepared images
     */
    static PreparedImages open(
            Path folder, Configuration configuration, Augmentation augmentation, int imageSize, long seed)
            throws IOException {
        return new PreparedImages(folder.getFileSystem(configuration).makeQualified(folder),
                Manifest.read(folder, configuration), augmentation,
                imageSize == 0 ? augmentation.usualSize() : imageSize, seed);
    }

    @Override
    public int namesHash() {
        return manifest.namesHash();
    }

    @Override
    public void close() {
        // Nothing stays open.
    }

    @Override
    public LabelledImages images() {
        return this;
    }

    @Override
    public Iterator<Batch> training(int epoch, int batch) {
        List<PreparedFile> files = manifest.training();
        int[] firstNumbers = new int[files.size()];
        for (int file = 1; file < firstNumbers.length; file++) {
            firstNumbers[file] = firstNumbers[file - 1] + files.get(file - 1).images();
        }
        List<Rows> pass = new ArrayList<>();
        for (int file : new EpochRandom(seed, epoch).order(firstNumbers.length)) {
            // Another order for each file, also for two of the same size.
            int[] rows = new EpochRandom(seed + 31L * (file + 1), epoch).order(files.get(file).images());
            pass.add(new Rows(path("train", files.get(file)), rows, firstNumbers[file]));
        }
        return minibatches(pass, batch, epoch);
    }

    @Override
    public Iterator<Batch> test(int batch) {
        List<Rows> pass = new ArrayList<>();
        for (PreparedFile file : manifest.test()) {
            pass.add(new Rows(path("val", file), ImageOrder.inOrder(file.images()), 0));
        }
        return minibatches(pass, batch, TEST);
    }

    private String path(String part, PreparedFile file) {
        return new Path(folder, part + "/" + file.name()).toString();
    }

    /** Cuts the images of files into minibatches of one size, the last of which may be smaller. */
    private Iterator<Batch> minibatches(List<Rows> pass, int size, int epoch) {
        List<Batch> minibatches = new ArrayList<>();
        List<Rows> next = new ArrayList<>();
        int missing = size;
        for (Rows file : pass) {
            int to;
            for (int from = 0; from < file.size(); from = to) {
                to = Math.min(file.size(), from + missing);
                next.add(file.part(from, to));
                missing -= to - from;
                if (missing == 0) {
                    minibatches.add(minibatch(next, epoch));
                    next.clear();
                    missing = size;
                }
            }
        }
        if (!next.isEmpty()) {
            minibatches.add(minibatch(next, epoch));
        }
        return minibatches.iterator();
    }

    /** Returns a minibatch that a worker reads from the files. */
    private Batch minibatch(List<Rows> files, int epoch) {
        // Not the fields, which would send this object to the workers.
        List<Rows> content = new ArrayList<>(files);
        Augmentation how = augmentation;
        int size = imageSize();
        long decisive = seed;
        int classes = classNames().size();
        return () -> read(content, size, classes, epoch == TEST
                ? how.evaluation(size) : how.training(size, new EpochRandom(decisive, epoch)));
    }

    private static DataSet read(List<Rows> files, int imageSize, int classes, View view) throws IOException {
        int images = files.stream().mapToInt(Rows::size).sum();
        int values = CHANNELS * imageSize * imageSize;
        float[] features = new float[images * values];
        int[] labels = new int[images];
        int image = 0;
        for (Rows part : files) {
            ImageRecords records = ImageRecords.read(new Path(part.file));
            for (int row : part.rows) {
                try {
                    float[] planes = ImageFile.planes(records.image(row), view, part.firstNumber + row);
                    System.arraycopy(planes, 0, features, image * values, values);
                } catch (BrokenImageException | IndexOutOfBoundsException damaged) {
                    throw new IOException(part.file + " is damaged (image " + row + ": " + damaged.getMessage()
                            + "); remove it and prepared.json, and prepare again", damaged);
                }
                labels[image++] = records.label(row);
            }
        }
        return new DataSet(Nd4j.create(features, new long[] {images, CHANNELS, imageSize, imageSize}, 'c'),
                OneHot.labels(labels, classes));
    }

    /** Some images of one file, in an order. */
    private static final class Rows implements Serializable {

        private static final long serialVersionUID = 1L;

        private final String file;
        private final int[] rows;
        private final int firstNumber;

        /**
         * @param file where they are
         * @param rows which of its images
         * @param firstNumber the number of the file's first image among all images
         */
        Rows(String file, int[] rows, int firstNumber) {
            this.file = file;
            this.rows = rows;
            this.firstNumber = firstNumber;
        }

        int size() {
            return rows.length;
        }

        Rows part(int from, int to) {
            return new Rows(file, Arrays.copyOfRange(rows, from, to), firstNumber);
        }
    }
}
