package io.github.powergrad.examples.data.folder;

import java.math.BigDecimal;

/** The share of the images of a folder that may be broken before a run stops. */
public final class SkipLimit {

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final BigDecimal percent;

    private SkipLimit(BigDecimal percent) {
        this.percent = percent;
    }

    /**
     * Reads a limit as it is written on a command line.
     *
     * @param text a number from 0 to 100 and a percent sign: {@code 1%}, {@code 0.5%}
     * @throws IllegalArgumentException saying what is wrong with the text
     */
    public static SkipLimit parse(String text) {
        if (text.matches("\\d{1,3}(\\.\\d{1,9})?%")) {
            BigDecimal percent = new BigDecimal(text.substring(0, text.length() - 1));
            if (percent.compareTo(HUNDRED) <= 0) {
                return new SkipLimit(percent);
            }
        }
        throw new IllegalArgumentException(
                "the share of images that may be skipped must be a percentage from 0% to 100%, such as 1% or 0.5%, got '" + text + "'");
    }

    /** Returns whether so many broken images are too many of all images. */
    public boolean isExceededBy(int skipped, int images) {
        return BigDecimal.valueOf(skipped).multiply(HUNDRED).compareTo(percent.multiply(BigDecimal.valueOf(images))) > 0;
    }

    @Override
    public String toString() {
        return percent.toPlainString() + "%";
    }
}
