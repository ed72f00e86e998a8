package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.files.OutputFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files for results, as options name them. */
final class ResultFile {

    private ResultFile() {}

    /**
     * Makes sure, before the work begins, that a file can be written as a file.
     *
     * @param file null if the option is not given
     * @param option the option that names it
     * @param content what goes into it
     * @throws IOException if it is a folder
     */
    static void check(Path file, String option, String content) throws IOException {
        if (file != null && Files.isDirectory(file)) {
            throw new IOException(option + " must be a file for " + content + ", " + file + " is a folder");
        }
    }

    /**
     * Makes the folder of a file if needed, and makes sure that it can be written to.
     *
     * @param file null if the option is not given
     * @throws IOException saying what is wrong with the folder
     */
    static void makeFolder(Path file) throws IOException {
        if (file != null) {
            OutputFolder.makeWritable(file.toAbsolutePath().getParent());
        }
    }
}
