package io.github.powergrad.examples.spark;

import java.io.Serializable;
import java.util.Arrays;

/** Some images of a file of prepared images, in an order. Immutable. */
final class Part implements Serializable {

    private static final long serialVersionUID = 1L;

    final String file;
    final int[] rows;
    final int firstNumber;

    /**
     * @param file where they are
     * @param rows which of its images
     * @param firstNumber the number of the file's first image among all images
     */
    Part(String file, int[] rows, int firstNumber) {
        this.file = file;
        this.rows = rows;
        this.firstNumber = firstNumber;
    }

    /** Returns a piece of it. */
    Part piece(int from, int to) {
        return new Part(file, Arrays.copyOfRange(rows, from, to), firstNumber);
    }
}
