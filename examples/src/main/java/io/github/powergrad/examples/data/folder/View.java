package io.github.powergrad.examples.data.folder;

import org.bytedeco.opencv.opencv_core.Mat;

/** What the network gets to see of an image. */
interface View {

    /**
     * Cuts and resizes an image to the square that the network gets, and scales its values.
     *
     * @param image the decoded image
     * @param number the number of the image among those of its set
     * @param target gets three planes, red, green, blue
     * @param offset where the first plane starts
     */
    void put(Mat image, int number, float[] target, int offset);
}
