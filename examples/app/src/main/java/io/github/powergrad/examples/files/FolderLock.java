package io.github.powergrad.examples.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second process out of a folder. The operating system holds the lock and takes it back when the process ends,
 * however it ends, so a lock is never stale.
 *
 * <p>The file that is locked, {@value #FILE}, stays. If it were deleted, one process could hold a lock on the deleted file
 * and another on a new one.
 */
final class FolderLock implements AutoCloseable {

    static final String FILE = ".powergrad.lock";

    /** Far behind the content, which others must be able to read on Windows too. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private final FileChannel channel;
    private final boolean held;

    private FolderLock(FileChannel channel, boolean held) {
        this.channel = channel;
        this.held = held;
    }

    /**
     * Locks a folder. On a file system that has no locks nothing is held.
     *
     * @throws IOException if another process has it, or its file cannot be written
     */
    static FolderLock of(Path folder) throws IOException {
        FileChannel channel = FileChannel.open(folder.resolve(FILE),
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            boolean held = lock(channel, folder);
            channel.truncate(0).write(ByteBuffer.wrap(
                    Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)), 0);
            return new FolderLock(channel, held);
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** Returns whether the file system has locks. */
    private static boolean lock(FileChannel channel, Path folder) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException byThisProcess) {
            lock = null;
        } catch (IOException noLocksHere) {
            return false;
        }
        if (lock == null) {
            throw new FolderInUseException("output folder " + folder + " is being written to by another powergrad"
                    + owner(channel) + "; wait until it ends, or choose another folder for the results");
        }
        return true;
    }

    /** Returns whether other processes are kept out; not so where the file system has no locks. */
    boolean isHeld() {
        return held;
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(20);
        channel.read(content, 0);
        String pid = new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII);
        return pid.matches("\\d+") ? " (process " + pid + ")" : "";
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Says who has the folder. */
    static final class FolderInUseException extends IOException {

        private static final long serialVersionUID = 1L;

        FolderInUseException(String message) {
            super(message);
        }
    }
}
