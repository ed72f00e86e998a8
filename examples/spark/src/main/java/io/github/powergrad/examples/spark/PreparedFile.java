package io.github.powergrad.examples.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What is known of a file of prepared images. Immutable. */
final class PreparedFile implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Pattern NAME = Pattern.compile("part-\\d{6,}");

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

    /** Returns the name of the file with a number, counted from 0, in its folder. */
    static String name(int number) {
        return String.format(Locale.ROOT, "part-%06d", number);
    }

    /** Whether a name is that of some number; it then leads to no other folder. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
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
