package io.github.powergrad.examples.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.BytesWritable;
import org.apache.hadoop.io.IntWritable;
import org.apache.hadoop.io.SequenceFile;
import org.apache.hadoop.io.Text;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * A file of prepared images: Hadoop's sequence file of labels and image files as they were, JPEG, PNG or BMP. Not of
 * pixels, which take five times the room and would be cropped alike in each epoch.
 */
final class ImageRecords {

    private static final Text SKIPPED = new Text("skipped");
    private static final Text IMAGES = new Text("images");

    private final List<byte[]> images = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();

    /** Returns Hadoop's settings as the application was given them, on driver and workers. */
    static Configuration configuration() {
        return SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
    }

    /** Adds an image. */
    void add(byte[] image, int label) {
        images.add(image);
        labels.add(label);
    }

    /** Returns the bytes of an image. */
    byte[] image(int row) {
        return images.get(row);
    }

    /** Returns the label of an image. */
    int label(int row) {
        return labels.get(row);
    }

    /** Returns the number of images. */
    int size() {
        return images.size();
    }

    /**
     * Writes the file as a whole or not at all.
     *
     * @param skipped what was left out, one line per image
     * @throws IOException if it cannot be written
     */
    void write(Path file, List<String> skipped) throws IOException {
        Configuration configuration = configuration();
        FileSystem system = file.getFileSystem(configuration);
        // Two workers may write the same file, when one of them is taken for lost.
        Path temporary = new Path(file.getParent(),
                "." + file.getName() + "." + Long.toHexString(System.nanoTime()) + ".part");
        SequenceFile.Metadata metadata = new SequenceFile.Metadata();
        metadata.set(SKIPPED, new Text(String.join("\n", skipped)));
        metadata.set(IMAGES, new Text(Integer.toString(size())));
        try (SequenceFile.Writer writer = SequenceFile.createWriter(configuration,
                SequenceFile.Writer.file(temporary), SequenceFile.Writer.keyClass(IntWritable.class),
                SequenceFile.Writer.valueClass(BytesWritable.class), SequenceFile.Writer.metadata(metadata),
                SequenceFile.Writer.compression(SequenceFile.CompressionType.NONE))) {
            for (int row = 0; row < size(); row++) {
                writer.append(new IntWritable(label(row)), new BytesWritable(image(row)));
            }
            writer.hsync();
        }
        if (!system.rename(temporary, file) && !system.exists(file)) {
            throw new IOException("cannot rename " + temporary + " to " + file);
        }
        system.delete(temporary, false);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     */
    static ImageRecords read(Path file) throws IOException {
        ImageRecords records = new ImageRecords();
        IntWritable label = new IntWritable();
        BytesWritable image = new BytesWritable();
        try (SequenceFile.Reader reader = new SequenceFile.Reader(configuration(), SequenceFile.Reader.file(file))) {
            while (reader.next(label, image)) {
                records.add(image.copyBytes(), label.get());
            }
        }
        return records;
    }

    /**
     * Reads what a file says of itself.
     *
     * @throws IOException if it cannot be read
     */
    static PreparedFile describe(Path file) throws IOException {
        try (SequenceFile.Reader reader = new SequenceFile.Reader(configuration(), SequenceFile.Reader.file(file))) {
            String skipped = reader.getMetadata().get(SKIPPED).toString();
            return new PreparedFile(file.getName(), Integer.parseInt(reader.getMetadata().get(IMAGES).toString()),
                    skipped.isEmpty() ? List.of() : List.of(skipped.split("\n")));
        }
    }
}
