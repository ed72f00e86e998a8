package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An image folder as ImageNet's is commonly laid out: {@code train/<class>/…} and {@code val/<class>/…} with JPEG, PNG
 * and BMP files. A class is the path below train or val of a folder that holds images, such as {@code n01440764} or
 * {@code animals/cats}; class indices follow the sorted names. Links to folders and files are followed.
 */
final class ImageFolder {

    private static final String TRAINING = "train";
    private static final String TEST = "val";

    private ImageFolder() {}

    /**
     * Looks through a folder; no image is opened yet.
     *
     * @param folder the folder that holds train and val
     * @param options how to read it
     * @throws DataException if the folder, train or val is missing, holds no images or cannot be read, if a class is
     *     empty or missing in one of train and val, or if the options name an unknown class
     */
    static ColourImages open(Path folder, ImageFolderOptions options) throws DataException {
        if (!Files.isDirectory(folder)) {
            throw new DataException("image folder " + PathText.of(folder)
                    + (Files.exists(folder) ? " is not a folder" : " does not exist")
                    + "; give the folder that holds train/<class>/ and val/<class>/");
        }
        ClassFolders training = ClassFolders.in(part(folder, TRAINING));
        ClassFolders test = ClassFolders.in(part(folder, TEST));
        Set<String> all = new TreeSet<>(training.names());
        all.addAll(test.names());
        List<String> classes = options.classes.of(all, PathText.of(folder));
        refuseEmpty(training, classes);
        refuseEmpty(test, classes);
        String lacks = Stream.of(lacks(TRAINING, training, classes), lacks(TEST, test, classes))
                .filter(text -> !text.isEmpty()).collect(Collectors.joining("; "));
        if (!lacks.isEmpty()) {
            throw new DataException("classes of " + PathText.of(folder) + " differ: " + lacks
                    + "; give both the same class folders, or choose classes that both have");
        }
        FolderImages trainingImages = training.images(classes);
        FolderImages testImages = test.images(classes);
        // The same for every image, so that which ones are kept does not depend on their order.
        long keptBytes = options.keptBytes / (trainingImages.size() + testImages.size());
        trainingImages.keep(keptBytes);
        testImages.keep(keptBytes);
        return new ColourImages(PathText.last(folder.toAbsolutePath().normalize(), 1), options, classes, trainingImages,
                testImages);
    }

    private static Path part(Path folder, String part) throws DataException {
        Path path = folder.resolve(part);
        if (!Files.isDirectory(path)) {
            throw new DataException("image folder " + PathText.of(folder) + " holds no folder " + part
                    + "; put the images into " + PathText.of(path) + "/<class>/");
        }
        return path;
    }

    private static void refuseEmpty(ClassFolders folders, List<String> classes) throws DataException {
        List<String> empty = folders.empty(classes);
        if (!empty.isEmpty()) {
            throw new DataException("no JPEG, PNG or BMP images in " + folders + " for class " + ClassSelection.firstFew(empty)
                    + "; add images, or remove the folder in both " + TRAINING + " and " + TEST);
        }
    }

    /** Returns "val lacks cat, dog"; nothing if no class is missing. */
    private static String lacks(String part, ClassFolders folders, List<String> classes) {
        List<String> missing = classes.stream()
                .filter(name -> !folders.names().contains(name)).collect(Collectors.toList());
        return missing.isEmpty() ? "" : part + " lacks " + ClassSelection.firstFew(missing);
    }
}
