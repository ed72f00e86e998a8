package io.github.powergrad.examples.files;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The folder that results are written to. Each file appears whole or not at all. When the process is told to stop
 * (Ctrl-C, SIGTERM), a file that is being written is finished, and no other is begun.
 */
public final class OutputFolder implements AutoCloseable {

    private static final long SECONDS_TO_FINISH_A_FILE = 10;

    private final Path folder;
    private final FolderLock lock;
    private final ReentrantLock writing = new ReentrantLock();
    private final Thread stop = new Thread(this::stop, "output-stop");
    private volatile Runnable stopped = () -> {};

    private OutputFolder(Path folder, FolderLock lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Makes a folder if needed, makes sure that it can be written to, and keeps other processes from claiming it until
     * it is closed or this process has ended. Whoever claims it to write results calls {@link #warnIfUnlocked} too.
     *
     * @throws IOException saying what is wrong with the folder
     */
    public static OutputFolder claim(Path folder) throws IOException {
        makeWritable(folder);
        FolderLock lock = null;
        try {
            lock = FolderLock.of(folder);
            WholeFile.deleteLeftovers(folder);
        } catch (FolderLock.FolderInUseException inUse) {
            throw inUse;
        } catch (IOException failure) {
            if (lock != null) {
                lock.close();
            }
            throw cannotWrite(folder, failure);
        }
        OutputFolder output = new OutputFolder(folder, lock);
        Runtime.getRuntime().addShutdownHook(output.stop);
        return output;
    }

    /**
     * Makes a folder if needed and makes sure that it can be written to.
     *
     * @throws IOException saying what is wrong with the folder
     */
    public static void makeWritable(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            Path probe = WholeFile.temporary(folder.resolve("probe"));
            Files.write(probe, new byte[1]);
            Files.delete(probe);
        } catch (FileAlreadyExistsException file) {
            throw new IOException("output folder " + folder + " cannot be made: " + file.getFile()
                    + " is a file; choose another folder for the results", file);
        } catch (IOException failure) {
            throw cannotWrite(folder, failure);
        }
    }

    /**
     * Takes away the results of an earlier run, so that files of two runs never stand side by side.
     *
     * @param results names of the files that will be written
     */
    public void clear(List<String> results) throws IOException {
        for (String result : results) {
            if (Files.isDirectory(folder.resolve(result))) {
                throw new IOException("output file " + folder.resolve(result)
                        + " is a folder; move it away or choose another folder for the results");
            }
        }
        try {
            for (String result : results) {
                Files.deleteIfExists(folder.resolve(result));
            }
        } catch (IOException failure) {
            throw cannotWrite(folder, failure);
        }
    }

    /** Says on the terminal if nothing keeps other processes out, because the file system has no locks. */
    public void warnIfUnlocked(PrintWriter terminal) {
        if (!lock.isHeld()) {
            terminal.println("note: the file system of " + folder + " cannot lock files; make sure that no other"
                    + " powergrad writes to this folder");
            terminal.flush();
        }
    }

    public Path path() {
        return folder;
    }

    /**
     * @param stopped is run when the process is told to stop, after the last file has been written; must not wait for a
     *     thread that writes
     */
    public void whenStopped(Runnable stopped) {
        this.stopped = stopped;
    }

    /**
     * Writes a file, replacing what was there.
     *
     * @throws IOException saying which file could not be written
     */
    public void write(String file, byte[] content) throws IOException {
        write(file, stream -> stream.write(content));
    }

    /**
     * Writes a file of any size, replacing what was there.
     *
     * @throws IOException saying which file could not be written
     */
    public void write(String file, WholeFile.Content content) throws IOException {
        change(() -> WholeFile.write(folder.resolve(file), content));
    }

    /**
     * Gives a file a second name, or copies it where the file system has no links, replacing what had that name.
     *
     * @throws IOException saying which file could not be written
     */
    public void alias(String file, String alias) throws IOException {
        change(() -> WholeFile.alias(folder.resolve(file), folder.resolve(alias)));
    }

    private void change(WholeFile.Step change) throws IOException {
        // Once the process has been told to stop, this waits for its end.
        writing.lock();
        try {
            change.run();
        } finally {
            writing.unlock();
        }
    }

    private void stop() {
        try {
            // Kept for good. A disk that hangs must not keep the process.
            writing.tryLock(SECONDS_TO_FINISH_A_FILE, TimeUnit.SECONDS);
            WholeFile.deleteLeftovers(folder);
        } catch (IOException | InterruptedException leftForTheNextRun) {
            // That takes it away.
        }
        stopped.run();
    }

    @Override
    public void close() throws IOException {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException stopping) {
            // The end of the process closes everything.
            return;
        }
        lock.close();
    }

    private static IOException cannotWrite(Path folder, IOException failure) {
        return new IOException("cannot write to output folder " + folder + " (" + Fault.of(failure)
                + "); make it writable, or choose another folder for the results", failure);
    }
}
