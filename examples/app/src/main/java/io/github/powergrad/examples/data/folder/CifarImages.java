package io.github.powergrad.examples.data.folder;

import java.nio.file.Path;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/** Images of CIFAR's binary files, which lie in memory as the files have them: a red, a green and a blue plane. */
final class CifarImages implements ImageList {

    private static final int SIZE = 32;
    private static final int PLANE = SIZE * SIZE;

    /** The bytes of an image. */
    static final int BYTES = 3 * PLANE;

    private final List<Record> records;

    /** Where an image lies. */
    static final class Record {

        private final Path file;
        /** All of the file. */
        private final byte[] content;
        /** Where the planes start in it. */
        private final int start;
        private final int label;

        Record(Path file, byte[] content, int start, int label) {
            this.file = file;
            this.content = content;
            this.start = start;
            this.label = label;
        }

        int label() {
            return label;
        }
    }

    /** @param records sorted by class */
    CifarImages(List<Record> records) {
        this.records = records;
    }

    @Override
    public Mat decode(int image, View view) {
        Record record = records.get(image);
        byte[] bgr = new byte[BYTES];
        for (int pixel = 0, from = record.start; pixel < PLANE; pixel++, from++) {
            bgr[3 * pixel] = record.content[from + 2 * PLANE];
            bgr[3 * pixel + 1] = record.content[from + PLANE];
            bgr[3 * pixel + 2] = record.content[from];
        }
        return ImageFile.mat(SIZE, SIZE, bgr);
    }

    @Override
    public int size() {
        return records.size();
    }

    @Override
    public int label(int image) {
        return records.get(image).label;
    }

    @Override
    public Path file(int image) {
        return records.get(image).file;
    }

    /** The images have no names; their pixels tell whether they are the same. */
    @Override
    public int namesHash() {
        int hash = 1;
        for (Record record : records) {
            hash = 31 * hash + record.label;
            for (int at = record.start; at < record.start + BYTES; at++) {
                hash = 31 * hash + record.content[at];
            }
        }
        return hash;
    }
}
