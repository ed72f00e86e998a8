package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.InvalidSettingException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Answers a wrong command line with the fault, the usage line and where to read more, exit code 2; and a failed command
 * with one line, exit code 1. POWERGRAD_STACKTRACE=1 adds the stack trace.
 */
public final class FailureHandler {

    private static final String STACK_TRACE = "POWERGRAD_STACKTRACE";

    private FailureHandler() {}

    /** Reports what stopped a command, and returns its exit code. */
    public static int report(Throwable failure, CommandLine command) {
        if (failure instanceof InvalidSettingException) {
            String message = ((InvalidSettingException) failure).message(setting -> "--" + setting);
            return reportUsage(new ParameterException(command, message, failure));
        }
        PrintWriter err = command.getErr();
        err.println(message(failure));
        if (System.getenv(STACK_TRACE) != null) {
            failure.printStackTrace(err);
        }
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    static int reportUsage(ParameterException fault) {
        CommandLine command = fault.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("error: " + fault.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(fault, err);
        err.print("usage: " + command.getHelp().synopsis("usage: ".length()));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for more.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String message(Throwable failure) {
        if (failure instanceof IOException && failure.getMessage() != null) {
            return "error: " + failure.getMessage();
        }
        if (failure instanceof UncheckedIOException) {
            // From where no IOException may be thrown, such as an iterator over images.
            return message(failure.getCause());
        }
        if (failure instanceof OutOfMemoryError) {
            // JavaCPP throws one too: for native memory, which may be as large as the heap, and with it twice as large.
            return "error: not enough memory (" + failure.getMessage() + "); lower --batch or --image-size, or allow more,"
                    + " for example by JAVA_TOOL_OPTIONS=-Xmx" + twiceTheHeap() + "g";
        }
        // Nothing a user is expected to cause: say what it was, and how to see where.
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return "error: unexpected " + cause.toString().lines().findFirst().orElse("failure")
                + " (set " + STACK_TRACE + "=1 to see where)";
    }

    private static long twiceTheHeap() {
        return Math.max(1, Runtime.getRuntime().maxMemory() >> 29);
    }
}
