package io.github.powergrad.examples.data.folder;

/** Says why a file cannot be used as an image; the message follows "the file": "is empty". */
public final class BrokenImageException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason what is wrong with the file */
    public BrokenImageException(String reason) {
        super(reason);
    }
}
