package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which classes of a folder are used: all, the first so many in sorted order, or those named. */
public final class ClassSelection {

    private static final int FEW = 5;
    private static final ClassSelection ALL = new ClassSelection(0, List.of());

    private final int first;
    private final List<String> names;

    private ClassSelection(int first, List<String> names) {
        this.first = first;
        this.names = names;
    }

    /** Returns the selection of every class. */
    public static ClassSelection all() {
        return ALL;
    }

    /**
     * Returns the selection of the first classes in sorted order.
     *
     * @param count how many, at least 1
     */
    public static ClassSelection first(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("the number of classes must be at least 1, got " + count);
        }
        return new ClassSelection(count, List.of());
    }

    /**
     * Returns the selection of the named classes. Their order does not matter: class indices follow the sorted names.
     *
     * @param names paths of class folders below train and val, such as "animals/cats"
     */
    public static ClassSelection named(Collection<String> names) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("at least one class must be named");
        }
        return new ClassSelection(0, names.stream().map(PathText::composed).collect(Collectors.toUnmodifiableList()));
    }

    /**
     * Reads a selection as it is written on a command line: {@code 10} for the first ten classes, or names separated
     * by commas. A comma at the end makes a number a name: {@code 7,} is the class "7".
     *
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static ClassSelection parse(String text) {
        if (text.matches("[+-]?\\d{1,9}")) {
            return first(Integer.parseInt(text));
        }
        List<String> names = new ArrayList<>();
        for (String name : text.split(",")) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "classes must be a number, or names separated by commas, got '" + text + "'");
        }
        return named(names);
    }

    /**
     * Returns the selected names, sorted.
     *
     * @param available the names of all classes, sorted
     * @param folder where they were found, for the message
     * @throws DataException if more are wanted than there are
     */
    public List<String> of(Collection<String> available, String folder) throws DataException {
        if (this == ALL) {
            return List.copyOf(available);
        }
        if (first > 0) {
            if (first > available.size()) {
                throw new DataException("the first " + first + " classes are asked for, but " + folder + " holds "
                        + available.size() + "; ask for at most " + available.size());
            }
            return new ArrayList<>(available).subList(0, first);
        }
        TreeSet<String> unknown = new TreeSet<>(names);
        unknown.removeAll(available);
        if (!unknown.isEmpty()) {
            throw new DataException("no class " + firstFew(unknown) + " in " + folder + "; its classes are "
                    + firstFew(available));
        }
        return List.copyOf(new TreeSet<>(names));
    }

    /** Returns names for a message of one line: the first few, and how many more there are. */
    static String firstFew(Collection<String> names) {
        String few = names.stream().limit(FEW).collect(Collectors.joining(", "));
        return names.size() > FEW ? few + " and " + (names.size() - FEW) + " more" : few;
    }
}
