package io.github.powergrad.examples.data.folder;

/** Makes of a file what the network gets; called from several threads at once. */
interface ImagePreparation {

    /**
     * Prepares an image.
     *
     * @param image its number
     * @param target gets three planes, red, green, blue
     * @param offset where the first plane starts
     * @throws BrokenImageException if the file is not a whole image
     */
    void put(int image, float[] target, int offset) throws BrokenImageException;
}
