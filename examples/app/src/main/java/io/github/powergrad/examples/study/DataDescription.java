package io.github.powergrad.examples.study;

import io.github.powergrad.fashionmnist.ImageData;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The images of a study: what they are called, how many they are, and a checksum that tells them from others. */
final class DataDescription {

    private static final Pattern CELL = Pattern.compile("([^,]+) (\\d{1,9})\\+(\\d{1,9}) ([0-9a-f]{8})");

    private final Matcher parts;

    /**
     * @param cell as {@link #cell} gives it
     * @throws IllegalArgumentException if it is something else
     */
    DataDescription(String cell) {
        parts = CELL.matcher(cell);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no images are described by " + cell);
        }
    }

    static DataDescription of(ImageData data) {
        return new DataDescription(String.format("%s %d+%d %08x", data.name().replaceAll("[,\\s]+", "_"),
                data.training().size(), data.test().size(), data.checksum()));
    }

    /** One cell of a CSV file. */
    String cell() {
        return parts.group();
    }

    /** Whether these are the images that come with the examples, or the first of them. */
    boolean isBundled() {
        return parts.group(1).equals("Fashion-MNIST");
    }

    int training() {
        return Integer.parseInt(parts.group(2));
    }

    /** Equal pixels and labels are equal images, whatever their folder is called. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DataDescription && parts.group(4).equals(((DataDescription) other).parts.group(4));
    }

    @Override
    public int hashCode() {
        return parts.group(4).hashCode();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%,d training and %,d test images)", parts.group(1), training(),
                Integer.parseInt(parts.group(3)));
    }
}
