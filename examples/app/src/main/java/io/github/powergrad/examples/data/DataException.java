package io.github.powergrad.examples.data;

import java.io.IOException;

/** Says which data file cannot be used, why, and what to do about it. */
public final class DataException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param message what is wrong with which file or folder, and what to do */
    public DataException(String message) {
        super(message);
    }
}
