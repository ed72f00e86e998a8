package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.data.folder.Augmentation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.dataset.DataSet;

/** A folder that {@link Preparation} has written. */
final class PreparedImages implements ImageSource {

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
        return new PreparedBatches(folder, manifest, augmentation, imageSize, seed);
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
