package io.github.powergrad.examples.data.folder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * The images in class folders, sorted by class and name. Each file is kept as its name and its folder: whole paths of
 * ImageNet's 1.3 million images would take twice the memory. The pixels of small images are kept too, so that their
 * files are read once and not in each epoch.
 */
final class FolderImages implements ImageList {

    private final List<Path> names = new ArrayList<>();
    private final List<Folder> folders = new ArrayList<>();
    private final Map<Integer, Pixels> kept = new ConcurrentHashMap<>();
    private long mostKept;

    /** The folder of an image. */
    private static final class Folder {

        final Path path;
        final int label;

        Folder(Path path, int label) {
            this.path = path;
            this.label = label;
        }
    }

    /** The pixels of an image, row after row. */
    private static final class Pixels {

        final int height;
        final int width;
        final byte[] bgr;

        Pixels(Mat image) {
            height = image.rows();
            width = image.cols();
            bgr = Normalization.bytes(image);
        }
    }

    /** Adds the images of one folder. */
    void add(Path folder, List<Path> fileNames, int label) {
        names.addAll(fileNames);
        folders.addAll(Collections.nCopies(fileNames.size(), new Folder(folder, label)));
    }

    /** Keeps the pixels of images that take no more than so many bytes; before the first is read. */
    void keep(long bytesOfAnImage) {
        mostKept = bytesOfAnImage;
    }

    @Override
    public int size() {
        return names.size();
    }

    @Override
    public Path file(int image) {
        return folders.get(image).path.resolve(names.get(image));
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
        return folders.get(image).label;
    }

    @Override
    public Mat decode(int image, View view) throws BrokenImageException {
        Pixels pixels = kept.get(image);
        if (pixels != null) {
            return ImageFile.mat(pixels.height, pixels.width, pixels.bgr);
        }
        Mat decoded = ImageFile.decode(ImageFile.bytes(file(image)), view);
        if (decoded.total() * Normalization.CHANNELS <= mostKept) {
            kept.put(image, new Pixels(decoded));
        }
        return decoded;
    }
}
