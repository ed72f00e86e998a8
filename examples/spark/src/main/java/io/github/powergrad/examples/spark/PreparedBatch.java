package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.folder.EncodedImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A minibatch that a worker reads from files of prepared images. */
final class PreparedBatch implements RemoteBatch {

    private static final long serialVersionUID = 1L;

    private static final int CHANNELS = 3;

    private final ArrayList<Part> parts;
    private final int images;
    private final Reading reading;

    PreparedBatch(List<Part> parts, int images, Reading reading) {
        this.parts = new ArrayList<>(parts);
        this.images = images;
        this.reading = reading;
    }

    @Override
    public DataSet load() throws IOException {
        int values = CHANNELS * reading.imageSize * reading.imageSize;
        float[] features = new float[images * values];
        float[] labels = new float[images * reading.classes];
        EncodedImages decoder = reading.decoder();
        int image = 0;
        for (Part part : parts) {
            ImageRecords records = ImageRecords.read(new Path(part.file));
            for (int row : part.rows) {
                try {
                    float[] planes = decoder.decode(records.image(row), part.firstNumber + row);
                    System.arraycopy(planes, 0, features, image * values, values);
                } catch (DataException | IndexOutOfBoundsException damaged) {
                    throw new IOException(part.file + " is damaged (image " + row + ": " + damaged.getMessage()
                            + "); remove it and prepared.json, and prepare again", damaged);
                }
                labels[image * reading.classes + records.label(row)] = 1;
                image++;
            }
        }
        return new DataSet(
                Nd4j.create(features, new long[] {images, CHANNELS, reading.imageSize, reading.imageSize}, 'c'),
                Nd4j.create(labels, new long[] {images, reading.classes}, 'c'));
    }

    @Override
    public int images() {
        return images;
    }
}
