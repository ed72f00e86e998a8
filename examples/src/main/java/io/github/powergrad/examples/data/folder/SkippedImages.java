package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
     * @throws UncheckedIOException of a {@link DataException} when these are too many, or the list cannot be written
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
        Path temporary = listFile.resolveSibling(
                "." + listFile.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.write(temporary, lines.toString().getBytes(StandardCharsets.UTF_8));
            move(temporary);
        } catch (IOException failure) {
            throw new UncheckedIOException(new DataException("cannot write " + PathText.of(listFile) + " ("
                    + failure.getClass().getSimpleName() + ": " + failure.getMessage()
                    + "); free space or choose another folder with --out"));
        }
        writtenAt = skipped.size();
    }

    private void move(Path temporary) throws IOException {
        try {
            Files.move(temporary, listFile, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException unsupported) {
            Files.move(temporary, listFile, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private String tooMany() {
        SkippedImage first = skipped.get(skipped.firstKey());
        return String.format("%,d of %,d images cannot be used, more than the %s that may be skipped: %s %s%s; repair or"
                        + " delete them, or allow more with --max-skipped",
                skipped.size(), images, limit, PathText.of(first.file()), first.reason(),
                listFile == null ? "" : skipped.size() == 1 ? "" : ", all of them in " + PathText.of(listFile));
    }
}
