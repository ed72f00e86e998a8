package io.github.powergrad.examples.spark;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;

/** Tells what stopped a cluster in one line. */
final class ClusterFailure {

    /** What Spark wraps the exception of a worker into: task, host, then the exception. */
    private static final Pattern WORKER = Pattern.compile(
            "(?:.*?[Mm]ost recent failure: )?Lost task [^(]*\\((?:TID \\d+\\) \\()?([^)]*)\\): (.*)");
    private static final Pattern EXPECTED = Pattern.compile("(?:[\\w.]+\\.)?(?:IOException|DataException): (.*)");

    private ClusterFailure() {}

    /** Returns an exception whose message is fit for a user, or the same if it is none of Spark's. */
    static Exception explained(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SparkException && cause.getMessage() != null) {
                return new IOException(message(cause.getMessage().lines().findFirst().orElse("")), failure);
            }
        }
        if (failure instanceof IllegalStateException
                && String.valueOf(failure.getMessage()).contains("stopped SparkContext")) {
            return new IOException("Spark has stopped the application: its master is gone, or its workers could not"
                    + " start an executor; their logs tell why", failure);
        }
        return failure;
    }

    private static String message(String spark) {
        Matcher worker = WORKER.matcher(spark);
        if (!worker.matches()) {
            return "Spark gave up: " + spark;
        }
        Matcher expected = EXPECTED.matcher(worker.group(2));
        return expected.matches()
                ? expected.group(1)
                : "Spark gave up, a worker (" + worker.group(1) + ") failed: " + worker.group(2);
    }
}
