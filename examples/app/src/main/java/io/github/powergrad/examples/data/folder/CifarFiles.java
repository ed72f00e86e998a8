package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.Fault;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * CIFAR-10 or CIFAR-100 in its binary version: its files in a folder, in the folder inside it that the archive unpacks
 * to, or the archive itself. All of it is read into memory, 185 MB.
 *
 * <p>Class indices follow the sorted names. Images are sorted by class, and in each class they come as in the files: in
 * the order of an image folder whose file names sort that way.
 */
final class CifarFiles {

    private static final int SIZE = 32;
    private static final int PLANE = SIZE * SIZE;

    /** The bytes of an image's pixels. */
    private static final int BYTES = 3 * PLANE;

    /** CIFAR-100's training images have 154 MB; what is much larger is something else. */
    private static final int LARGEST_FILE = 200_000_000;

    private static final List<String> CIFAR_10_CLASSES = List.of(
            "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private enum DataSet {

        CIFAR_10("CIFAR-10", "cifar-10-batches-bin", "cifar-10-binary.tar.gz", 10, 10_000, "batches.meta.txt",
                "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
                "test_batch.bin"),
        CIFAR_100("CIFAR-100", "cifar-100-binary", "cifar-100-binary.tar.gz", 100, 50_000, "fine_label_names.txt",
                "train.bin", "test.bin");

        final String title;
        final String folder;
        final String archive;
        final int classes;
        /** The images in each training file, as published. */
        final int trainingImages;
        final String namesFile;
        /** The last of them is that of the test images. */
        final List<String> imageFiles;

        DataSet(String title, String folder, String archive, int classes, int trainingImages, String namesFile,
                String... imageFiles) {
            this.title = title;
            this.folder = folder;
            this.archive = archive;
            this.classes = classes;
            this.trainingImages = trainingImages;
            this.namesFile = namesFile;
            this.imageFiles = List.of(imageFiles);
        }

        /** CIFAR-100's images have two labels, of which the second is that of the 100 classes. */
        int labelBytes() {
            return this == CIFAR_100 ? 2 : 1;
        }

        /** The bytes of a label or two and an image. */
        int record() {
            return labelBytes() + BYTES;
        }

        /** Returns how many images the published file has. */
        int publishedImages(String file) {
            return file.equals(imageFiles.get(imageFiles.size() - 1)) ? 10_000 : trainingImages;
        }

        String remedy() {
            return "unpack " + archive + " again, or give the archive itself";
        }
    }

    private final DataSet set;
    private final Path place;
    private final Map<String, byte[]> contents;

    private CifarFiles(DataSet set, Path place, Map<String, byte[]> contents) {
        this.set = set;
        this.place = place;
        this.contents = contents;
    }

    /** Returns whether this is an archive, or a folder with one of CIFAR's files. */
    static boolean areIn(Path data) {
        return Files.isRegularFile(data)
                ? data.toString().endsWith(".gz") || data.toString().endsWith(".tgz")
                : Stream.of(DataSet.values()).anyMatch(set -> folder(data, set) != null);
    }

    private static Path folder(Path data, DataSet set) {
        return Stream.of(data, data.resolve(set.folder))
                .filter(folder -> set.imageFiles.stream().anyMatch(file -> Files.exists(folder.resolve(file))))
                .findFirst().orElse(null);
    }

    /**
     * Reads the images.
     *
     * @param data the folder or the archive
     * @param options which classes, and how images are prepared
     * @throws DataException naming the file that is missing, truncated or wrong
     */
    static ColourImages open(Path data, ImageFolderOptions options) throws DataException {
        CifarFiles files = Files.isDirectory(data) ? inFolder(data) : inArchive(data);
        files.requireAll();
        files.requireWhole();
        List<String> names = files.names();
        List<String> classes = options.classes.of(new TreeSet<>(names), PathText.of(data));
        int last = files.set.imageFiles.size() - 1;
        return new ColourImages(files.set.title, options, classes,
                files.images(files.set.imageFiles.subList(0, last), names, classes),
                files.images(files.set.imageFiles.subList(last, last + 1), names, classes));
    }

    private static CifarFiles inFolder(Path data) throws DataException {
        DataSet set = folder(data, DataSet.CIFAR_10) != null ? DataSet.CIFAR_10 : DataSet.CIFAR_100;
        CifarFiles files = new CifarFiles(set, folder(data, set), new HashMap<>());
        for (String name : allNames(set).collect(Collectors.toList())) {
            Path file = files.place.resolve(name);
            if (Files.exists(file)) {
                try {
                    files.contents.put(name, Files.readAllBytes(file));
                } catch (IOException failure) {
                    throw files.unusable(name, "cannot be read (" + Fault.of(failure) + ")");
                }
            }
        }
        return files;
    }

    private static CifarFiles inArchive(Path archive) throws DataException {
        Map<String, byte[]> contents = new HashMap<>();
        try (InputStream unzipped = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive)));
                TarArchiveInputStream entries = new TarArchiveInputStream(unzipped)) {
            for (TarArchiveEntry entry = entries.getNextTarEntry(); entry != null; entry = entries.getNextTarEntry()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                if (entry.isFile() && Stream.of(DataSet.values()).flatMap(CifarFiles::allNames).anyMatch(name::equals)) {
                    contents.put(name, read(entries, entry));
                }
            }
            // The checksum stands at the end, behind what a tar reader reads.
            unzipped.transferTo(OutputStream.nullOutputStream());
        } catch (EOFException end) {
            throw new DataException("archive " + PathText.of(archive) + " is truncated; download it again");
        } catch (IOException | RuntimeException damaged) {
            throw new DataException("archive " + PathText.of(archive) + " cannot be read (" + damaged.getMessage()
                    + "); download it again");
        }
        for (DataSet set : DataSet.values()) {
            if (set.imageFiles.stream().anyMatch(contents::containsKey)) {
                return new CifarFiles(set, archive, contents);
            }
        }
        throw new DataException("archive " + PathText.of(archive) + " holds none of CIFAR's binary files; give "
                + DataSet.CIFAR_10.archive + " or " + DataSet.CIFAR_100.archive);
    }

    private static byte[] read(InputStream entries, TarArchiveEntry entry) throws IOException {
        if (entry.getSize() > LARGEST_FILE) {
            throw new IOException(entry.getName() + " has " + entry.getSize() + " bytes");
        }
        byte[] content = entries.readNBytes((int) entry.getSize());
        if (content.length < entry.getSize()) {
            throw new EOFException(entry.getName() + " ends after " + content.length + " of " + entry.getSize() + " bytes");
        }
        return content;
    }

    private static Stream<String> allNames(DataSet set) {
        return Stream.concat(set.imageFiles.stream(), Stream.of(set.namesFile));
    }

    private void requireAll() throws DataException {
        // CIFAR-10's classes are known without the file of their names.
        List<String> missing = allNames(set).filter(name -> !contents.containsKey(name))
                .filter(name -> set != DataSet.CIFAR_10 || !name.equals(set.namesFile)).collect(Collectors.toList());
        if (!missing.isEmpty()) {
            throw new DataException(PathText.of(place) + " lacks " + ClassSelection.firstFew(missing) + " of " + set.title
                    + "; " + set.remedy());
        }
    }

    /** Half a file can be 5,000 whole images. So where one file is as long as the published one, all have to be. */
    private void requireWhole() throws DataException {
        for (String fileName : set.imageFiles) {
            int length = contents.get(fileName).length;
            if (length == 0 || length % set.record() != 0) {
                throw unusable(fileName, "has " + length + " bytes, which is no multiple of the " + set.record()
                        + " of an image: it is truncated, or something else");
            }
        }
        boolean published = set.imageFiles.stream().anyMatch(file -> countIn(file) == set.publishedImages(file));
        for (String fileName : set.imageFiles) {
            if (published && countIn(fileName) != set.publishedImages(fileName)) {
                throw unusable(fileName, "has " + countIn(fileName) + " images, that of " + set.title + " has "
                        + set.publishedImages(fileName) + ": it is truncated, or something else");
            }
        }
    }

    private int countIn(String file) {
        return contents.get(file).length / set.record();
    }

    /** Returns the names of the classes in the order of their labels. */
    private List<String> names() throws DataException {
        byte[] content = contents.get(set.namesFile);
        if (content == null) {
            return CIFAR_10_CLASSES;
        }
        List<String> names = new String(content, StandardCharsets.UTF_8).lines().map(String::strip)
                .filter(line -> !line.isEmpty()).collect(Collectors.toList());
        if (new TreeSet<>(names).size() != set.classes || names.size() != set.classes) {
            throw unusable(set.namesFile, "must hold the names of " + set.classes + " classes, one per line");
        }
        return names;
    }

    /** Returns the images in some files that are of these classes. */
    private Images images(List<String> fileNames, List<String> names, List<String> classes) throws DataException {
        int labelBytes = set.labelBytes();
        int record = set.record();
        List<Image> records = new ArrayList<>();
        for (String fileName : fileNames) {
            byte[] content = contents.get(fileName);
            for (int at = 0; at < content.length; at += record) {
                int label = content[at + labelBytes - 1] & 0xFF;
                if (label >= set.classes) {
                    throw unusable(fileName, "has label " + label + " at image " + at / record + ", allowed are 0 to "
                            + (set.classes - 1));
                }
                int index = classes.indexOf(names.get(label));
                if (index >= 0) {
                    records.add(new Image(place.resolve(fileName), content, at + labelBytes, index));
                }
            }
        }
        if (records.isEmpty()) {
            throw unusable(fileNames.get(0), "holds no image of the chosen classes");
        }
        // Those of a class stay in the order of the files.
        records.sort(Comparator.comparingInt(image -> image.label));
        return new Images(records);
    }

    private DataException unusable(String file, String fault) {
        return new DataException(PathText.of(place.resolve(file)) + " " + fault + "; " + set.remedy());
    }

    /** Images in memory as the files have them: a red, a green and a blue plane. */
    private static final class Images implements ImageList {

        private final List<Image> images;

        /** @param images sorted by class */
        Images(List<Image> images) {
            this.images = images;
        }

        @Override
        public Mat decode(int number, View view) {
            Image image = images.get(number);
            byte[] bgr = new byte[BYTES];
            for (int pixel = 0, from = image.start; pixel < PLANE; pixel++, from++) {
                bgr[3 * pixel] = image.content[from + 2 * PLANE];
                bgr[3 * pixel + 1] = image.content[from + PLANE];
                bgr[3 * pixel + 2] = image.content[from];
            }
            return ImageFile.mat(SIZE, SIZE, bgr);
        }

        @Override
        public int size() {
            return images.size();
        }

        @Override
        public int label(int image) {
            return images.get(image).label;
        }

        @Override
        public Path file(int image) {
            return images.get(image).file;
        }

        /** The images have no names; their pixels tell whether they are the same. */
        @Override
        public int namesHash() {
            int hash = 1;
            for (Image image : images) {
                hash = 31 * hash + image.label;
                for (int at = image.start; at < image.start + BYTES; at++) {
                    hash = 31 * hash + image.content[at];
                }
            }
            return hash;
        }
    }

    /** Where an image lies. */
    private static final class Image {

        final Path file;
        /** All of the file. */
        final byte[] content;
        /** Where the planes start in it. */
        final int start;
        final int label;

        Image(Path file, byte[] content, int start, int label) {
            this.file = file;
            this.content = content;
            this.start = start;
            this.label = label;
        }
    }
}
