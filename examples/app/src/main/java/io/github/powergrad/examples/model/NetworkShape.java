package io.github.powergrad.examples.model;

/** What goes into a network and what comes out: channels and size of the square images, number of classes. */
public final class NetworkShape {

    private final int channels;
    private final int imageSize;
    private final int classes;

    /**
     * @param channels colour channels, 1 or 3
     * @param imageSize height and width of an image
     * @param classes number of classes, at least 2
     */
    public NetworkShape(int channels, int imageSize, int classes) {
        if (channels < 1 || imageSize < 1 || classes < 2) {
            throw new IllegalArgumentException("a network needs at least 1 channel, images of 1x1 and 2 classes, got "
                    + channels + " channels, " + imageSize + "x" + imageSize + ", " + classes + " classes");
        }
        this.channels = channels;
        this.imageSize = imageSize;
        this.classes = classes;
    }

    /** Returns the number of colour channels. */
    public int channels() {
        return channels;
    }

    /** Returns height and width of an image. */
    public int imageSize() {
        return imageSize;
    }

    /** Returns the number of classes. */
    public int classes() {
        return classes;
    }
}
