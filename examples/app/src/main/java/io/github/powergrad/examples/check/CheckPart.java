package io.github.powergrad.examples.check;

/** A part of the check: a few rows of the table. */
interface CheckPart {

    /** Returns the name that stands before its rows. */
    String name();

    /** Adds the rows; whatever is thrown becomes a failed row. */
    void check(Report report) throws Exception;
}
