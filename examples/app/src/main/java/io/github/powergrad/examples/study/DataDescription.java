package io.github.powergrad.examples.study;

import io.github.powergrad.fashionmnist.ImageData;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The images of a study: what they are called, how many they are, and a checksum that tells them from others. */
final class DataDescription {

    private static final Pattern CELL = Pattern.compile("([^,]+) (\\d{1,9})\\+(\\d{1,9}) ([0-9a-f]{8})");

    private static final String BUNDLED = "Fashion-MNIST";

    private final String name;
    private final int training;
    private final int test;
    private final String checksum;

    private DataDescription(String name, int training, int test, String checksum) {
        this.name = name;
        this.training = training;
        this.test = test;
        this.checksum = checksum;
    }

    static DataDescription of(ImageData data) {
        return new DataDescription(data.name().replaceAll("[,\\s]+", "_"), data.training().size(), data.test().size(),
                String.format("%08x", data.checksum()));
    }

    /**
     * Reads what {@link #cell} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static DataDescription parse(String cell) {
        Matcher matcher = CELL.matcher(cell);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no images are described by " + cell);
        }
        return new DataDescription(
                matcher.group(1), Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)),
                matcher.group(4));
    }

    /** One cell of a CSV file. */
    String cell() {
        return name + " " + training + "+" + test + " " + checksum;
    }

    /** Whether these are the images that come with the examples, or the first of them. */
    boolean isBundled() {
        return name.equals(BUNDLED);
    }

    int training() {
        return training;
    }

    /** Equal pixels and labels are equal images, whatever their folder is called. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DataDescription && checksum.equals(((DataDescription) other).checksum);
    }

    @Override
    public int hashCode() {
        return checksum.hashCode();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%,d training and %,d test images)", name, training, test);
    }
}
