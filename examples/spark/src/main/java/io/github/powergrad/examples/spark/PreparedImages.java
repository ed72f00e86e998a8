package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.ImageOrder;
import io.github.powergrad.examples.data.LabelledImages;
import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.data.folder.EpochRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A folder that {@link Preparation} has written. Workers read, decode and augment its images. The order of an epoch is
 * one of files, and one of the images in each.
 */
final class PreparedImages implements LabelledImages, RemoteBatches {

    static final int CHANNELS = 3;

    private final Path folder;
    private final Manifest manifest;
    private final Augmentation augmentation;
    private final int imageSize;
    private final long seed;

    private PreparedImages(Path folder, Manifest manifest, Augmentation augmentation, int imageSize, long seed) {
        this.folder = folder;
        this.manifest = manifest;
        this.augmentation = augmentation;
        this.imageSize = imageSize;
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
    public String description() {
        return String.format(Locale.ROOT, "%s (prepared, %,d + %,d images)",
                folder.getName(), trainingImages(), testImages());
    }

    @Override
    public List<String> classNames() {
        return manifest.classNames();
    }

    @Override
    public int channels() {
        return CHANNELS;
    }

    @Override
    public int imageSize() {
        return imageSize;
    }

    @Override
    public int trainingImages() {
        return Manifest.images(manifest.training());
    }

    @Override
    public int testImages() {
        return Manifest.images(manifest.test());
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
        List<PreparedBatch.Rows> pass = new ArrayList<>();
        for (int file : new EpochRandom(seed, epoch).order(firstNumbers.length)) {
            // Another order for each file, also for two of the same size.
            int[] rows = new EpochRandom(seed + 31L * (file + 1), epoch).order(files.get(file).images());
            pass.add(new PreparedBatch.Rows(path("train", files.get(file)), rows, firstNumbers[file]));
        }
        return minibatches(pass, batch, epoch);
    }

    @Override
    public Iterator<Batch> test(int batch) {
        List<PreparedBatch.Rows> pass = new ArrayList<>();
        for (PreparedFile file : manifest.test()) {
            pass.add(new PreparedBatch.Rows(path("val", file), ImageOrder.inOrder(file.images()), 0));
        }
        return minibatches(pass, batch, PreparedBatch.TEST);
    }

    private String path(String part, PreparedFile file) {
        return new Path(folder, part + "/" + file.name()).toString();
    }

    /** Cuts the images of files into minibatches of one size, the last of which may be smaller. */
    private Iterator<Batch> minibatches(List<PreparedBatch.Rows> pass, int size, int epoch) {
        List<Batch> minibatches = new ArrayList<>();
        List<PreparedBatch.Rows> next = new ArrayList<>();
        int missing = size;
        for (PreparedBatch.Rows file : pass) {
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

    private Batch minibatch(List<PreparedBatch.Rows> files, int epoch) {
        return new PreparedBatch(files, augmentation, imageSize, manifest.classNames().size(), seed, epoch);
    }
}
