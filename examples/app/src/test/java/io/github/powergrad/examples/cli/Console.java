package io.github.powergrad.examples.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs commands in this process and keeps what the last one printed. */
final class Console {

    private String stdout;
    private String stderr;

    /** Runs a command; returns its exit code. */
    int powergrad(String... arguments) {
        StringWriter outWriter = new StringWriter();
        StringWriter errWriter = new StringWriter();
        CommandLine commandLine = PowerGrad.commandLine()
                .setOut(new PrintWriter(outWriter, true))
                .setErr(new PrintWriter(errWriter, true));
        int exitCode = PowerGrad.execute(commandLine, arguments);
        stdout = outWriter.toString();
        stderr = errWriter.toString();
        return exitCode;
    }

    /** Returns what the last command wrote to standard output. */
    String stdout() {
        return stdout;
    }

    /** Returns what the last command wrote to standard error. */
    String stderr() {
        return stderr;
    }
}
