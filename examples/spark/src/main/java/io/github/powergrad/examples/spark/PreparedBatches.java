package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.data.ImageOrder;
import io.github.powergrad.examples.data.folder.EpochRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * The passes over a folder of prepared images, in minibatches that workers read, decode and augment. The order of an
 * epoch is one of files, and one of the images in each.
 */
final class PreparedBatches implements RemoteBatches {

    private final Path folder;
    private final Manifest manifest;
    private final Augmentation augmentation;
    private final int imageSize;
    private final long seed;

    /**
     * @param folder where the files are
     * @param manifest which files there are
     * @param augmentation how images are varied, cut and normalized
     * @param imageSize height and width of the images
     * @param seed decides order and augmentation
     */
    PreparedBatches(Path folder, Manifest manifest, Augmentation augmentation, int imageSize, long seed) {
        this.folder = folder;
        this.manifest = manifest;
        this.augmentation = augmentation;
        this.imageSize = imageSize;
        this.seed = seed;
    }

    @Override
    public Iterator<RemoteBatch> training(int epoch, int batch) {
        List<PreparedFile> files = manifest.training();
        int[] firstNumbers = new int[files.size()];
        for (int file = 1; file < firstNumbers.length; file++) {
            firstNumbers[file] = firstNumbers[file - 1] + files.get(file - 1).images();
        }
        Minibatches minibatches = new Minibatches(batch, epoch);
        for (int file : new EpochRandom(seed, epoch).order(firstNumbers.length)) {
            // Another order for each file, also for two of the same size.
            int[] rows = new EpochRandom(seed + 31L * (file + 1), epoch).order(files.get(file).images());
            minibatches.add(new Path(folder, "train/" + files.get(file).name()), rows, firstNumbers[file]);
        }
        return minibatches.all();
    }

    @Override
    public Iterator<RemoteBatch> test(int batch) {
        Minibatches minibatches = new Minibatches(batch, PreparedBatch.TEST);
        for (PreparedFile file : manifest.test()) {
            minibatches.add(new Path(folder, "val/" + file.name()), ImageOrder.inOrder(file.images()), 0);
        }
        return minibatches.all();
    }

    /** Cuts the images of files into minibatches of one size, the last of which may be smaller. */
    private final class Minibatches {

        private final int size;
        private final int epoch;
        private final List<RemoteBatch> cut = new ArrayList<>();
        private List<PreparedBatch.Rows> next = new ArrayList<>();
        private int missing;

        Minibatches(int size, int epoch) {
            this.size = size;
            this.epoch = epoch;
            this.missing = size;
        }

        void add(Path file, int[] rows, int firstNumber) {
            int to;
            for (int from = 0; from < rows.length; from = to) {
                to = Math.min(rows.length, from + missing);
                next.add(new PreparedBatch.Rows(file, Arrays.copyOfRange(rows, from, to), firstNumber));
                missing -= to - from;
                if (missing == 0) {
                    end();
                }
            }
        }

        private void end() {
            cut.add(new PreparedBatch(
                    next, size - missing, augmentation, imageSize, manifest.classNames().size(), seed, epoch));
            next = new ArrayList<>();
            missing = size;
        }

        Iterator<RemoteBatch> all() {
            if (!next.isEmpty()) {
                end();
            }
            return cut.iterator();
        }
    }
}
