package io.github.powergrad.examples.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What is known of a file of prepared images. Immutable. */
final class PreparedFile implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final int images;
    private final ArrayList<String> skipped;

    /**
     * @param name its name in its folder
     * @param images the number of images in it
     * @param skipped the files that were left out and why, a line each
     */
    PreparedFile(String name, int images, List<String> skipped) {
        this.name = name;
        this.images = images;
        this.skipped = new ArrayList<>(skipped);
    }

    String name() {
        return name;
    }

    int images() {
        return images;
    }

    List<String> skipped() {
        return List.copyOf(skipped);
    }
}
