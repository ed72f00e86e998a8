package io.github.powergrad.examples.spark;

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
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A minibatch that a worker reads from files of prepared images. Immutable. */
final class PreparedBatch implements RemoteBatches.Batch {

    /** The epoch of test images, which are not augmented. */
    static final int TEST = -1;

    private static final long serialVersionUID = 1L;

    private final ArrayList<Rows> files;
    private final Augmentation augmentation;
    private final int imageSize;
    private final int classes;
    private final long seed;
    private final int epoch;

    /** Some images of one file, in an order. */
    static final class Rows implements Serializable {

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

    /**
     * @param files its images
     * @param augmentation how they are varied, cut and normalized
     * @param imageSize height and width that they get
     * @param classes the number of classes
     * @param seed decides, with the epoch, the augmentation
     * @param epoch counted from 0, or {@link #TEST}
     */
    PreparedBatch(List<Rows> files, Augmentation augmentation, int imageSize, int classes, long seed, int epoch) {
        this.files = new ArrayList<>(files);
        this.augmentation = augmentation;
        this.imageSize = imageSize;
        this.classes = classes;
        this.seed = seed;
        this.epoch = epoch;
    }

    @Override
    public DataSet load() throws IOException {
        View view = epoch == TEST ? augmentation.evaluation(imageSize)
                : augmentation.training(imageSize, new EpochRandom(seed, epoch));
        int images = files.stream().mapToInt(Rows::size).sum();
        int values = PreparedImages.CHANNELS * imageSize * imageSize;
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
        return new DataSet(
                Nd4j.create(features, new long[] {images, PreparedImages.CHANNELS, imageSize, imageSize}, 'c'),
                OneHot.labels(labels, classes));
    }
}
