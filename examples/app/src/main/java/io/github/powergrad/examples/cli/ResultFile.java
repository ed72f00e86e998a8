package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.files.OutputFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files for results, as options name them. */
final class ResultFile {

    private ResultFile() {}

    /** Refuses a folder in place of a file, before the work begins; the file is null if the option is not given. */
    static void check(Path file, String option, String content) throws IOException {
        if (file != null && Files.isDirectory(file)) {
            throw new IOException(option + " must be a file for " + content + ", " + file + " is a folder");
        }
    }

    /** Makes the folder of a file if needed, and makes sure that it can be written to. */
    static void makeFolder(Path file) throws IOException {
        if (file != null) {
            OutputFolder.makeWritable(file.toAbsolutePath().getParent());
        }
    }
}
