package io.github.powergrad.examples.data.folder;

import org.bytedeco.opencv.opencv_core.Mat;

/** What the network gets to see of an image. */
interface View {

    /**
     * Returns how many times more pixels a side an image may have than this view can make use of; a decoder that is
     * faster at a half, a quarter or an eighth of the size may then give that instead.
     *
     * @param width columns of the image, or its rows if it lies on its side
     * @param height rows of the image, or its columns
     */
    double excess(int width, int height);

    /**
     * Cuts and resizes an image to the square that the network gets, and scales its values.
     *
     * @param image the decoded image
     * @param number the number of the image among those of its set
     * @return three planes, red, green, blue
     */
    float[] of(Mat image, int number);
}
