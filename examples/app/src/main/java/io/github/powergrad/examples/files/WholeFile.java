package io.github.powergrad.examples.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that appear whole or not at all: written under a temporary name, brought to the disk, then moved, so that a
 * kill at any moment leaves the last whole one, and not even a power failure takes back what was reported as written.
 */
public final class WholeFile {

    private static final int BUFFER = 1 << 20;
    private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.(\\d{1,18})\\.part");

    private WholeFile() {}

    /** Writes the bytes of a file. */
    public interface Content {

        /** Writes all bytes; the stream need not be closed. */
        void writeTo(OutputStream stream) throws IOException;
    }

    /**
     * Writes a file of any size, replacing what was there.
     *
     * @throws IOException saying which file could not be written and why
     */
    public static void write(Path file, Content content) throws IOException {
        Path temporary = temporary(file);
        replace(file, temporary, () -> {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
                    OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
                content.writeTo(stream);
                stream.flush();
                channel.force(true);
            }
        });
    }

    /**
     * Gives a file a second name, or copies it where the file system has no links, replacing what had that name.
     *
     * @throws IOException saying which file could not be written and why
     */
    public static void alias(Path file, Path alias) throws IOException {
        Path temporary = temporary(alias);
        replace(alias, temporary, () -> {
            Files.deleteIfExists(temporary);
            try {
                Files.createLink(temporary, file);
            } catch (UnsupportedOperationException | IOException noLinks) {
                Files.copy(file, temporary, StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel copy = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    copy.force(true);
                }
            }
        });
    }

    /** Something that can fail. */
    interface Step {
        void run() throws IOException;
    }

    private static void replace(Path file, Path temporary, Step writing) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        try {
            writing.run();
            move(temporary, file);
            force(folder);
        } catch (IOException failure) {
            throw new IOException("cannot write " + file + (isFull(folder) ? ": the disk is full (" : " (")
                    + Fault.of(failure) + "); free space there, or choose another folder for the results", failure);
        } finally {
            // Still there after a failure; and after a link was moved onto its own file, which leaves both.
            delete(temporary);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException unsupported) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Brings a new name to the disk, where the system can: Windows cannot open a folder. */
    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException unsupported) {
            // The file itself is on the disk; its name follows when the system thinks fit.
        }
    }

    private static boolean isFull(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace() < BUFFER;
        } catch (IOException unknown) {
            return false;
        }
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException readOnlyByNow) {
            // The next run takes it away; what went wrong first is what the user must hear of.
        }
    }

    /**
     * Takes away what this process, an earlier one with its number, or processes that have ended did not write to the end.
     * Only to be called while this process writes nothing into the folder.
     */
    static void deleteLeftovers(Path folder) throws IOException {
        long own = ProcessHandle.current().pid();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*.part")) {
            for (Path file : files) {
                Matcher name = TEMPORARY.matcher(file.getFileName().toString());
                if (name.matches()) {
                    long writer = Long.parseLong(name.group(1));
                    if (writer == own || ProcessHandle.of(writer).isEmpty()) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    static Path temporary(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    }
}
