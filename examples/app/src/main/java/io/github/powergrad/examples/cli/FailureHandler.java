package io.github.powergrad.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Answers a failed command with one line; exit code 1. POWERGRAD_STACKTRACE=1 adds the stack trace. */
public final class FailureHandler implements IExecutionExceptionHandler {

    private static final String STACK_TRACE = "POWERGRAD_STACKTRACE";

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        return report(failure, command);
    }

    public static int report(Throwable failure, CommandLine command) {
        PrintWriter err = command.getErr();
        err.println(message(failure));
        if (System.getenv(STACK_TRACE) != null) {
            failure.printStackTrace(err);
        }
        err.flush();
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static String message(Throwable failure) {
        if (failure instanceof IOException && failure.getMessage() != null) {
            return "error: " + failure.getMessage();
        }
        if (failure instanceof UncheckedIOException) {
            // From where no IOException may be thrown, such as an iterator over images.
            return message(failure.getCause());
        }
        // Nothing a user is expected to cause: say what it was, and how to see where.
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return "error: unexpected " + cause.toString().lines().findFirst().orElse("failure")
                + " (set " + STACK_TRACE + "=1 to see where)";
    }
}
