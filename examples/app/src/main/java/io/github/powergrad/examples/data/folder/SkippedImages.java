package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The images that were skipped so far, each once however often it was met. Batches report them in their order, so that
 * after a given batch the list is the same whatever the number of threads.
 */
public final class SkippedImages {

    private final SkipLimit limit;
    private final int images;
    private final Path listFile;
    private final SortedMap<Path, SkippedImage> skipped = new TreeMap<>();
    private int writtenAt;

    /**
     * @param limit the share of the images that may be skipped
     * @param images how many images there are
     * @param listFile where to list them, or null
     */
    SkippedImages(SkipLimit limit, int images, Path listFile) {
        this.limit = limit;
        this.images = images;
        this.listFile = listFile;
    }

    /** Returns how many there are. */
    public synchronized int count() {
        return skipped.size();
    }

    /** Returns them sorted by path. */
    public synchronized List<SkippedImage> all() {
        return List.copyOf(skipped.values());
    }

    /**
     * Adds an image.
     *
     * @throws UncheckedIOException of a {@link DataException} when these are too many; when the list cannot be written
     */
    synchronized void add(Path file, String reason) {
        skipped.putIfAbsent(file, new SkippedImage(file, reason));
        if (limit.isExceededBy(skipped.size(), images)) {
            write();
            throw new UncheckedIOException(new DataException(tooMany()));
        }
        // A file that grows by a tenth between writings costs no more, all in all, than a few writings of the whole.
        if (skipped.size() > writtenAt + writtenAt / 10) {
            write();
        }
    }

    /** Writes the list if images have been added since it was written; the file appears whole or not at all. */
    synchronized void write() {
        if (listFile == null || skipped.size() == writtenAt) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        skipped.values().forEach(image -> lines.append(image).append('\n'));
        try {
            WholeFile.write(listFile, stream -> stream.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        writtenAt = skipped.size();
    }

    private String tooMany() {
        SkippedImage first = skipped.get(skipped.firstKey());
        return String.format("%,d of %,d images cannot be used, more than the %s that may be skipped: %s %s%s; repair or"
                        + " delete them, or allow more with --max-skipped",
                skipped.size(), images, limit, PathText.of(first.file()), first.reason(),
                listFile == null ? "" : skipped.size() == 1 ? "" : ", all of them in " + PathText.of(listFile));
    }
}
