package io.github.powergrad.examples.data.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The images in class folders, sorted by class and name. Each file is kept as its name and the
 * number of its folder: whole paths of ImageNet's 1.3 million images would take twice the memory.
 */
final class FolderImages implements ImageList {

    private final List<Path> folders = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private final List<Path> names = new ArrayList<>();
    private int[] folderOfImage = new int[16];

    /** Adds the images of one folder. */
    void add(Path folder, List<Path> fileNames, int label) {
        int needed = names.size() + fileNames.size();
        if (needed > folderOfImage.length) {
            folderOfImage = Arrays.copyOf(folderOfImage, Math.max(needed, 2 * folderOfImage.length));
        }
        Arrays.fill(folderOfImage, names.size(), needed, folders.size());
        folders.add(folder);
        labels.add(label);
        names.addAll(fileNames);
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public Path file(int image) {
        return folders.get(folderOfImage[image]).resolve(names.get(image));
    }

    @Override
    public int namesHash() {
        int hash = 1;
        for (int image = 0; image < size(); image++) {
            hash = 31 * (31 * hash + label(image)) + PathText.last(names.get(image), 1).hashCode();
        }
        return hash;
    }

    @Override
    public int label(int image) {
        return labels.get(folderOfImage[image]);
    }

    @Override
    public Mat decode(int image, View view) throws BrokenImageException {
        return ImageFile.decode(ImageFile.bytes(file(image)), view);
    }
}
