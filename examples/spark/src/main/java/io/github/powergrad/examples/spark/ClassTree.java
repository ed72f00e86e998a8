package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.folder.ImageFile;
import io.github.powergrad.examples.data.folder.PathText;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The image files below train or val of an ImageNet-style folder on any file system of Hadoop, by class: the path of
 * their folder below train or val. The same files and classes as {@code powergrad train} finds on a local disk.
 */
final class ClassTree {

    private final Path root;
    private final SortedMap<String, List<String>> files = new TreeMap<>();

    /** An image file and its label. */
    static final class Image implements Serializable {

        private static final long serialVersionUID = 1L;

        final String file;
        final int label;

        Image(String file, int label) {
            this.file = file;
            this.label = label;
        }
    }

    private ClassTree(Path root) {
        this.root = root;
    }

    /**
     * Looks through train or val.
     *
     * @throws IOException if it is missing, holds no images, or cannot be read
     */
    static ClassTree in(FileSystem system, Path folder, String part) throws IOException {
        ClassTree tree = new ClassTree(system.makeQualified(new Path(folder, part)));
        try {
            RemoteIterator<LocatedFileStatus> found = system.listFiles(tree.root, true);
            while (found.hasNext()) {
                tree.add(found.next().getPath());
            }
        } catch (FileNotFoundException missing) {
            throw new DataException("image folder " + folder + " holds no folder " + part
                    + "; give the folder that holds train/<class>/ and val/<class>/");
        }
        if (tree.files.isEmpty()) {
            throw new DataException(tree.root + " holds no images; put JPEG, PNG or BMP files into"
                    + " " + tree.root + "/<class>/");
        }
        tree.files.values().forEach(names -> names.sort(null));
        return tree;
    }

    private void add(Path file) throws DataException {
        String below = root.toUri().relativize(file.toUri()).getPath();
        boolean hidden = below.startsWith(".") || below.contains("/.");
        if (hidden || !ImageFile.isCalledImage(file.getName())) {
            return;
        }
        int end = below.lastIndexOf('/');
        if (end < 0) {
            throw new DataException("image " + file + " lies in no class folder; move it to " + root + "/<class>/");
        }
        files.computeIfAbsent(PathText.className(below.substring(0, end)), name -> new ArrayList<>())
                .add(file.toString());
    }

    /** Returns the names of the classes, sorted. */
    Collection<String> names() {
        return files.keySet();
    }

    /**
     * Returns the images of these classes; a label is the index of its class in the list.
     *
     * @throws DataException if one of the classes is missing
     */
    List<Image> images(List<String> classes) throws DataException {
        TreeSet<String> missing = new TreeSet<>(classes);
        missing.removeAll(files.keySet());
        if (!missing.isEmpty()) {
            throw new DataException(root + " holds no images of class " + missing.first()
                    + (missing.size() > 1 ? " and " + (missing.size() - 1) + " more" : "")
                    + "; train and val must have the same classes");
        }
        List<Image> images = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            for (String file : files.get(classes.get(label))) {
                images.add(new Image(file, label));
            }
        }
        return images;
    }
}
