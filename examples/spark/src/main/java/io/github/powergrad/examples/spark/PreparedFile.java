package io.github.powergrad.examples.spark;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What is known of a file of prepared images. Immutable. */
final class PreparedFile implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Pattern NAME = Pattern.compile("part-\\d{6,}");

    @JsonProperty("file")
    private final String name;
    @JsonProperty("images")
    private final int images;
    private final ArrayList<String> skipped;

    @JsonCreator
    private PreparedFile(@JsonProperty("file") String name, @JsonProperty("images") int images) {
        this(name, images, List.of());
    }

    /** @param skipped the files that were left out and why, one line per file */
    PreparedFile(String name, int images, List<String> skipped) {
        this.name = name;
        this.images = images;
        this.skipped = new ArrayList<>(skipped);
    }

    /** Returns the name of the file with a number, counted from 0, in its folder. */
    static String name(int number) {
        return String.format(Locale.ROOT, "part-%06d", number);
    }

    /** Returns whether the name is that of some number; it then leads to no other folder. */
    boolean hasProperName() {
        return name != null && NAME.matcher(name).matches();
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
