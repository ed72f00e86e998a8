package io.github.powergrad.examples.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder that results are written to. Each file appears whole or not at all: it is written under a
 * temporary name and then moved, so that a kill at any moment leaves the last whole one.
 */
public final class OutputFolder {

    private static final int BUFFER = 1 << 20;
    private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.(\\d{1,18})\\.part");

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
            output.deleteLeftovers();
            for (String result : results) {
                Files.deleteIfExists(folder.resolve(result));
            }
        } catch (IOException failure) {
            throw cannotWrite(folder, failure);
        }
        return output;
    }

    /**
     * Returns a folder that results of an earlier run are kept in and added to.
     *
     * @throws IOException if it is not there or cannot be written to
     */
    public static OutputFolder reopen(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("folder " + folder + " to resume from does not exist; give the --out folder of a training");
        }
        return prepare(folder, List.of());
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
        write(file, (Content) stream -> stream.write(content));
    }

    /** Writes the bytes of a file. */
    public interface Content {

        /** Writes all bytes; the stream need not be closed. */
        void writeTo(OutputStream stream) throws IOException;
    }

    /**
     * Writes a file of any size, replacing what was there; it has reached the disk before it takes the place of the old
     * one, so that not even a power failure leaves half a file.
     *
     * @throws IOException saying which file could not be written
     */
    public void write(String file, Content content) throws IOException {
        Path temporary = temporary(file);
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
                    OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
                content.writeTo(stream);
                stream.flush();
                channel.force(true);
            }
            move(temporary, folder.resolve(file));
        } catch (IOException failure) {
            Files.deleteIfExists(temporary);
            throw new IOException("cannot write " + folder.resolve(file) + " (" + reason(failure)
                    + "); free space or choose another folder with --out", failure);
        }
    }

    /**
     * Gives a file a second name, or copies it where the file system has no links, replacing what had that name.
     *
     * @throws IOException saying which file could not be written
     */
    public void alias(String file, String alias) throws IOException {
        Path temporary = temporary(alias);
        try {
            Files.deleteIfExists(temporary);
            try {
                Files.createLink(temporary, folder.resolve(file));
            } catch (UnsupportedOperationException | IOException noLinks) {
                Files.copy(folder.resolve(file), temporary, StandardCopyOption.REPLACE_EXISTING);
            }
            move(temporary, folder.resolve(alias));
            // Moving one name of a file onto another of the same file does nothing, and leaves both.
            Files.deleteIfExists(temporary);
        } catch (IOException failure) {
            Files.deleteIfExists(temporary);
            throw new IOException("cannot write " + folder.resolve(alias) + " (" + reason(failure)
                    + "); free space or choose another folder with --out", failure);
        }
    }

    /** Takes away what processes that were killed have not written to the end. */
    private void deleteLeftovers() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.part")) {
            for (Path file : files) {
                Matcher name = TEMPORARY.matcher(file.getFileName().toString());
                if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    Files.deleteIfExists(file);
                }
            }
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
