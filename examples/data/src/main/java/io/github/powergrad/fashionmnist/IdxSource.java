package io.github.powergrad.fashionmnist;

import java.io.IOException;
import java.io.InputStream;

/** Somewhere an IDX file can be read from; {@code toString} is what error messages call it. */
interface IdxSource {

    InputStream open() throws IOException;

    /** Says what the reader can do when this source cannot be used. */
    String remedy();
}
