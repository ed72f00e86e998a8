package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.data.folder.EncodedImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A folder that {@link Preparation} has written. Workers read, decode and augment the images of their minibatches; the
 * order of an epoch is one of files, and one of the images in each.
 */
final class PreparedImages implements ImageSource {

    private static final int CHANNELS = 3;
    private static final int COMMON_SIZE = 224;

    private final Path folder;
    private final Manifest manifest;
    private final int imageSize;
    private final long seed;

    private PreparedImages(Path folder, Manifest manifest, int imageSize, long seed) {
        this.folder = folder;
        this.manifest = manifest;
        this.imageSize = imageSize;
        this.seed = seed;
    }

    /**
     * Opens a folder.
     *
     * @param imageSize height and width of the images, 0 for what is common
     * @param seed decides order and augmentation
     * @throws IOException if it is not a folder of prepared images
     */
    static PreparedImages open(Path folder, Configuration configuration, int imageSize, long seed) throws IOException {
        return new PreparedImages(folder.getFileSystem(configuration).makeQualified(folder),
                Manifest.read(folder, configuration), imageSize == 0 ? COMMON_SIZE : imageSize, seed);
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
        return manifest.hashCode();
    }

    @Override
    public BatchStream training(int epoch, int batch) {
        return loaded(remote().training(epoch, batch));
    }

    @Override
    public BatchStream test(int batch) {
        return loaded(remote().test(batch));
    }

    @Override
    public void close() {
        // Nothing stays open.
    }

    /** Returns the same passes, for workers. */
    RemoteBatches remote() {
        return new RemoteBatches() {
            @Override
            public Iterator<RemoteBatch> training(int epoch, int batch) {
                List<Part> parts = new ArrayList<>();
                int[] firstNumbers = firstNumbers();
                for (int file : EncodedImages.order(manifest.training().size(), seed, epoch)) {
                    PreparedFile prepared = manifest.training().get(file);
                    // Another order for each file, also for two of the same size.
                    parts.add(new Part(new Path(new Path(folder, "train"), prepared.name()).toString(),
                            EncodedImages.order(prepared.images(), seed + 31L * (file + 1), epoch),
                            firstNumbers[file]));
                }
                return new Cut(parts, batch, new Reading(imageSize, classNames().size(), seed, epoch));
            }

            @Override
            public Iterator<RemoteBatch> test(int batch) {
                List<Part> parts = new ArrayList<>();
                for (PreparedFile prepared : manifest.test()) {
                    int[] rows = new int[prepared.images()];
                    for (int row = 0; row < rows.length; row++) {
                        rows[row] = row;
                    }
                    parts.add(new Part(new Path(new Path(folder, "val"), prepared.name()).toString(), rows, 0));
                }
                return new Cut(parts, batch, new Reading(imageSize, classNames().size(), seed, Reading.TEST));
            }
        };
    }

    private int[] firstNumbers() {
        int[] numbers = new int[manifest.training().size()];
        for (int file = 1; file < numbers.length; file++) {
            numbers[file] = numbers[file - 1] + manifest.training().get(file - 1).images();
        }
        return numbers;
    }

    private static BatchStream loaded(Iterator<RemoteBatch> batches) {
        return new BatchStream() {
            @Override
            public boolean hasNext() {
                return batches.hasNext();
            }

            @Override
            public DataSet next() {
                try {
                    return batches.next().load();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            }

            @Override
            public void close() {
                // Nothing is read ahead.
            }
        };
    }
}
