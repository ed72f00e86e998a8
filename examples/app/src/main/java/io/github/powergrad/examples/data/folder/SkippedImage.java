package io.github.powergrad.examples.data.folder;

import java.nio.file.Path;

/** A file that was left out because it is not a whole image. */
public final class SkippedImage {

    private final Path file;
    private final String reason;

    SkippedImage(Path file, String reason) {
        this.file = file;
        this.reason = reason;
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    /** Returns what is wrong with it: "is empty". */
    public String reason() {
        return reason;
    }

    /** Returns one line of {@code skipped.txt}: the path, a tab, the reason. */
    @Override
    public String toString() {
        return PathText.of(file) + "\t" + reason;
    }
}
