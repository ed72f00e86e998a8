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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The classes below one folder, train or val. Every folder that holds images is a class, named by its path below that
 * folder; so is a folder that holds nothing at all, since its images have gone missing. Names that start with a dot
 * and files that are not called .jpg, .jpeg, .png or .bmp are passed over. Links are followed, unless they lead back
 * to a folder they lie in.
 */
final class ClassFolders {

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
     * Looks through a folder.
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
