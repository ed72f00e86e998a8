package io.github.powergrad.examples.data.folder;

/** Makes of a file what the network gets; called from several threads at once. */
interface ImagePreparation {

    /**
     * Prepares an image.
     *
     * @param image its number
     * @return three planes, red, green, blue
     * @throws BrokenImageException if the file is not a whole image
     */
    float[] prepare(int image) throws BrokenImageException;
}
