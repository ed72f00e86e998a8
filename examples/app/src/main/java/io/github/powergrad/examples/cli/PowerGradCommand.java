package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.files.OutputFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands have in common: where they print, how they refuse an option, and what they ask of result files. */
public abstract class PowerGradCommand implements Callable<Integer> {

    /** The command as it was called. */
    @Spec
    protected CommandSpec spec;

    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Returns what to throw if an option has a value that is not allowed. */
    protected final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Refuses a folder in place of a file, before the work begins; the file is null if the option is not given. */
    static void requireFile(Path file, String option, String content) throws IOException {
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
