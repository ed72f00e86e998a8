package io.github.powergrad.examples.model;

/** What goes into a network and what comes out: channels and size of the images, number of classes. */
public final class NetworkShape {

    public final int channels;
    public final int height;
    public final int width;
    public final int classes;

    /**
     * The shape for square images.
     *
     * @param channels colour channels, 1 or 3
     * @param imageSize height and width of an image
     * @param classes number of classes, at least 2
     */
    public NetworkShape(int channels, int imageSize, int classes) {
        this(channels, imageSize, imageSize, classes);
    }

    /**
     * @param channels colour channels, 1 or 3
     * @param height height of an image
     * @param width width of an image
     * @param classes number of classes, at least 2
     */
    public NetworkShape(int channels, int height, int width, int classes) {
        if (channels < 1 || height < 1 || width < 1 || classes < 2) {
            throw new IllegalArgumentException("a network needs at least 1 channel, images of 1x1 and 2 classes, got "
                    + channels + " channels, " + height + "x" + width + ", " + classes + " classes");
        }
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.classes = classes;
    }
}
