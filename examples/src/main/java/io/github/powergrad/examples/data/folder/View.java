package io.github.powergrad.examples.data.folder;

import org.bytedeco.opencv.opencv_core.Mat;

/** What the network gets to see of an image. */
interface View {

    /**
     * Cuts and resizes an image to the square that the network gets, and scales its values.
     *
     * @param image the decoded image
     * @param number the number of the image among those of its set
     * @return three planes, red, green, blue
     */
    float[] of(Mat image, int number);
}
