package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.Fault;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes below train or val of an image folder as ImageNet's is commonly laid out: {@code train/<class>/…} and
 * {@code val/<class>/…} with JPEG, PNG and BMP files. Every folder that holds images is a class, named by its path below
 * train or val, such as {@code n01440764} or {@code animals/cats}; so is a folder that holds nothing at all, since its
 * images have gone missing. Class indices follow the sorted names. Names that start with a dot and files that are not
 * called .jpg, .jpeg, .png or .bmp are passed over. Links are followed, unless they lead back to a folder they lie in.
 */
final class ClassFolders {

    private static final String TRAINING = "train";
    private static final String TEST = "val";
    private static final String OR_CIFAR = ", or give CIFAR's binary files, such as cifar-10-binary.tar.gz";

    private final Path root;
    private final SortedMap<String, List<Folder>> classes = new TreeMap<>();

    /** A folder and the names of its images. */
    private static final class Folder {
        final Path path;
        final List<Path> images;

        Folder(Path path, List<Path> images) {
            this.path = path;
            this.images = images;
        }
    }

    private ClassFolders(Path root) {
        this.root = root;
    }

    /**
     * Looks through train and val; no image is opened yet.
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
                    + "; give the folder that holds train/<class>/ and val/<class>/" + OR_CIFAR);
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
                    + "; put the images into " + PathText.of(path) + "/<class>/" + OR_CIFAR);
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

    /**
     * Looks through one of them.
     *
     * @throws DataException if something in it cannot be read, or it holds no classes
     */
    static ClassFolders in(Path root) throws DataException {
        ClassFolders found = new ClassFolders(root);
        found.visit(root, 0, new ArrayDeque<>());
        if (found.classes.values().stream().flatMap(List::stream).allMatch(folder -> folder.images.isEmpty())) {
            throw new DataException(found + " holds no images; put JPEG, PNG or BMP files into " + found + "/<class>/");
        }
        return found;
    }

    /** Returns the names of the classes, sorted. */
    Collection<String> names() {
        return classes.keySet();
    }

    /** Returns those of the classes that are here and hold no image. */
    List<String> empty(Collection<String> names) {
        return names.stream().filter(classes::containsKey)
                .filter(name -> classes.get(name).stream().allMatch(folder -> folder.images.isEmpty()))
                .collect(Collectors.toList());
    }

    /** Returns the images of these classes; the label of an image is the index of its class in the list. */
    FolderImages images(List<String> names) {
        FolderImages images = new FolderImages();
        for (int label = 0; label < names.size(); label++) {
            for (Folder folder : classes.get(names.get(label))) {
                images.add(folder.path, folder.images, label);
            }
        }
        return images;
    }

    /** Returns the folder as messages name it. */
    @Override
    public String toString() {
        return PathText.of(root);
    }

    private void visit(Path folder, int depth, Deque<Path> within) throws DataException {
        List<Path> images = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        try {
            Path real = folder.toRealPath();
            if (within.stream().anyMatch(outer -> outer.startsWith(real))) {
                return;
            }
            within.push(real);
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    sort(entry, images, folders);
                }
            }
        } catch (DataException known) {
            throw known;
        } catch (DirectoryIteratorException failure) {
            throw unreadable("folder", folder, failure.getCause());
        } catch (IOException failure) {
            throw unreadable("folder", folder, failure);
        }
        folders.sort(null);
        for (Path inner : folders) {
            visit(inner, depth + 1, within);
        }
        within.pop();
        boolean holdsNothing = images.isEmpty() && folders.isEmpty();
        if (depth == 0 && !images.isEmpty()) {
            throw new DataException("image " + PathText.of(folder.resolve(images.get(0)))
                    + " lies in no class folder; move it to " + this + "/<class>/");
        }
        if (depth > 0 && (!images.isEmpty() || holdsNothing)) {
            images.sort(null);
            classes.computeIfAbsent(PathText.last(folder, depth), name -> new ArrayList<>())
                    .add(new Folder(folder, images));
        }
    }

    private static void sort(Path entry, List<Path> images, List<Path> folders) throws DataException {
        Path name = entry.getFileName();
        String text = name.toString();
        if (text.startsWith(".")) {
            return;
        }
        boolean calledImage = ImageFile.isCalledImage(text);
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(entry, BasicFileAttributes.class);
        } catch (AccessDeniedException denied) {
            throw unreadable("file", entry, denied);
        } catch (IOException brokenLink) {
            // A link to nowhere in place of an image is a broken image, skipped and counted when its turn comes.
            if (calledImage) {
                images.add(name);
            }
            return;
        }
        if (attributes.isDirectory()) {
            folders.add(entry);
        } else if (calledImage && attributes.isRegularFile()) {
            if (!Files.isReadable(entry)) {
                throw unreadable("image", entry, new AccessDeniedException(entry.toString()));
            }
            images.add(name);
        }
    }

    private static DataException unreadable(String what, Path path, IOException failure) {
        return new DataException(what + " " + PathText.of(path) + " cannot be read (" + Fault.of(failure)
                + "); change its permissions or move it away");
    }
}
