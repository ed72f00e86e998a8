package io.github.powergrad.fashionmnist;

import java.io.IOException;
import java.nio.file.AccessDeniedException;

/** Says which file cannot be used, why, and what to do about it. */
final class IdxException extends IOException {

    private static final long serialVersionUID = 1L;

    IdxException(String message) {
        super(message);
    }

    IdxException(IdxSource source, String fault) {
        this(source + " " + fault + "; " + source.remedy());
    }

    IdxException(IdxSource source, IOException failure) {
        this(source, "cannot be read ("
                + (failure instanceof AccessDeniedException ? "permission denied" : failure.getMessage()) + ")");
    }
}
