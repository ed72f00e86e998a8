package io.github.powergrad.examples.report;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The folder that results are written to. Each file appears whole or not at all: it is written under a
 * temporary name and then moved, so that a kill at any moment leaves the last whole one.
 */
public final class OutputFolder {

    private final Path folder;

    private OutputFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Creates the folder if needed, makes sure that it can be written to, and takes away the results of an
     * earlier run, so that files of two runs never stand side by side.
     *
     * @param folder the folder
     * @param results names of the files that will be written
     * @throws IOException saying what is wrong with the folder
     */
    public static OutputFolder prepare(Path folder, List<String> results) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException file) {
            throw new IOException("output folder " + folder + " cannot be made: " + file.getFile()
                    + " is a file; choose another folder with --out", file);
        } catch (IOException failure) {
            throw cannotWrite(folder, failure);
        }
        OutputFolder output = new OutputFolder(folder);
        for (String result : results) {
            if (Files.isDirectory(folder.resolve(result))) {
                throw new IOException("output file " + folder.resolve(result)
                        + " is a folder; move it away or choose another folder with --out");
            }
        }
        try {
            Path probe = output.temporary("probe");
            Files.write(probe, new byte[1]);
            Files.delete(probe);
            for (String result : results) {
                Files.deleteIfExists(folder.resolve(result));
            }
        } catch (IOException failure) {
            throw cannotWrite(folder, failure);
        }
        return output;
    }

    /** Returns the folder. */
    public Path path() {
        return folder;
    }

    /**
     * Writes a file, replacing what was there.
     *
     * @throws IOException saying which file could not be written
     */
    public void write(String file, byte[] content) throws IOException {
        Path temporary = temporary(file);
        try {
            Files.write(temporary, content);
            move(temporary, folder.resolve(file));
        } catch (IOException failure) {
            Files.deleteIfExists(temporary);
            throw new IOException("cannot write " + folder.resolve(file) + " (" + reason(failure)
                    + "); free space or choose another folder with --out", failure);
        }
    }

    private Path temporary(String file) {
        return folder.resolve("." + file + "." + ProcessHandle.current().pid() + ".part");
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException unsupported) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static IOException cannotWrite(Path folder, IOException failure) {
        return new IOException("cannot write to output folder " + folder + " (" + reason(failure)
                + "); choose another folder with --out", failure);
    }

    private static String reason(IOException failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
