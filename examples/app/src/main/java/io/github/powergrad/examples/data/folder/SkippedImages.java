package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    private final SortedMap<Path, String> skipped = new TreeMap<>();
    private int writtenAt;

    /** @param listFile where to list them, or null */
    SkippedImages(SkipLimit limit, int images, Path listFile) {
        this.limit = limit;
        this.images = images;
        this.listFile = listFile;
    }

    /** Returns what is wrong with each, sorted by path: "is empty". */
    public synchronized SortedMap<Path, String> reasons() {
        return new TreeMap<>(skipped);
    }

    /**
     * Adds an image.
     *
     * @throws UncheckedIOException of a {@link DataException} when these are too many; when the list cannot be written
     */
    synchronized void add(Path file, String reason) {
        skipped.putIfAbsent(file, reason);
        if (limit.isExceededBy(skipped.size(), images)) {
            write();
            throw new UncheckedIOException(new DataException(tooMany()));
        }
        // Each time that it has grown by a tenth: all writings together take a few times as long as the last.
        if (skipped.size() > writtenAt + writtenAt / 10) {
            write();
        }
    }

    /**
     * Writes the list, one line of path, tab and reason per image, if images have been added since it was written. The
     * file appears whole or not at all.
     */
    synchronized void write() {
        if (listFile == null || skipped.size() == writtenAt) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        skipped.forEach((file, reason) ->
                lines.append(PathText.of(file)).append('\t').append(reason).append('\n'));
        try {
            WholeFile.write(listFile, stream -> stream.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        writtenAt = skipped.size();
    }

    private String tooMany() {
        Path first = skipped.firstKey();
        return String.format("%,d of %,d images cannot be used, more than the %s that may be skipped: %s %s%s; repair or"
                        + " delete them, or allow a larger share to be skipped",
                skipped.size(), images, limit, PathText.of(first), skipped.get(first),
                listFile == null || skipped.size() == 1 ? "" : ", all of them in " + PathText.of(listFile));
    }
}
