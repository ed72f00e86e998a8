package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.data.folder.BrokenImageException;
import io.github.powergrad.examples.data.folder.ClassSelection;
import io.github.powergrad.examples.data.folder.EpochRandom;
import io.github.powergrad.examples.data.folder.ImageFile;
import io.github.powergrad.examples.data.folder.SkipLimit;
import io.github.powergrad.examples.data.folder.View;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;

/**
 * Prepares an ImageNet-style folder for training on a cluster: its images in one shuffled order, some hundred per file,
 * in place of a million small files in order of their class. Each file is whole or not there, so a preparation that was
 * killed goes on by being started again.
 */
final class Preparation {

    private static final String TRAINING = "train";
    private static final String TEST = "val";
    private static final int FILES_PER_WORKER_AT_A_TIME = 4;

    private final JavaSparkContext context;
    private final int imagesPerFile;
    private final SkipLimit maxSkipped;
    private final PrintWriter progress;
    /** The files that were skipped and why, one line per file. */
    final List<String> skipped = new ArrayList<>();

    /** @param progress where it tells how far it has come */
    Preparation(JavaSparkContext context, int imagesPerFile, SkipLimit maxSkipped, PrintWriter progress) {
        this.context = context;
        this.imagesPerFile = imagesPerFile;
        this.maxSkipped = maxSkipped;
        this.progress = progress;
    }

    /**
     * Prepares a folder, or goes on with it.
     *
     * @param from the folder that holds train and val
     * @param to where the files go
     * @param selection which classes
     * @param seed decides the order
     * @return what has been prepared
     * @throws IOException if something is wrong with either folder
     */
    Manifest run(Path from, Path to, ClassSelection selection, long seed) throws IOException {
        Configuration configuration = context.hadoopConfiguration();
        FileSystem source = from.getFileSystem(configuration);
        if (!source.exists(from)) {
            throw new DataException("image folder " + from + " does not exist; give the folder that holds"
                    + " train/<class>/ and val/<class>/");
        }
        ClassTree training = ClassTree.in(source, from, TRAINING);
        ClassTree test = ClassTree.in(source, from, TEST);
        TreeSet<String> all = new TreeSet<>(training.names());
        all.addAll(test.names());
        List<String> classes = selection.of(all, from.toString());
        List<ClassTree.Image> trainingImages = training.images(classes);
        List<ClassTree.Image> testImages = test.images(classes);

        Manifest begun = new Manifest(
                source.makeQualified(from).toString(), classes, seed, imagesPerFile, trainingImages.size(),
                testImages.size());
        begun.begin(to, configuration);
        List<PreparedFile> trainingFiles = prepare(trainingImages, new Path(to, TRAINING), seed);
        List<PreparedFile> testFiles = prepare(testImages, new Path(to, TEST), seed);
        int images = trainingImages.size() + testImages.size();
        if (maxSkipped.isExceededBy(skipped.size(), images)) {
            throw new DataException(String.format(Locale.ROOT, "%,d of %,d images are broken, more than the %s that may"
                    + " be skipped, such as %s; repair or remove them",
                    skipped.size(), images, maxSkipped, skipped.get(0)));
        }
        Manifest whole = begun.with(trainingFiles, testFiles);
        whole.write(to, configuration);
        return whole;
    }

    private List<PreparedFile> prepare(List<ClassTree.Image> images, Path folder, long seed) throws IOException {
        FileSystem system = folder.getFileSystem(context.hadoopConfiguration());
        system.mkdirs(folder);
        for (FileStatus leftover : system.globStatus(new Path(folder, ".*.part"))) {
            system.delete(leftover.getPath(), false);
        }
        String where = system.makeQualified(folder).toString();
        int[] order = new EpochRandom(seed, 0).order(images.size());
        List<Tuple2<String, List<ClassTree.Image>>> contents = new ArrayList<>();
        for (int from = 0; from < order.length; from += imagesPerFile) {
            List<ClassTree.Image> content = new ArrayList<>();
            for (int place = from; place < Math.min(order.length, from + imagesPerFile); place++) {
                content.add(images.get(order[place]));
            }
            contents.add(new Tuple2<>(where + "/" + PreparedFile.name(contents.size()), content));
        }
        List<PreparedFile> files = new ArrayList<>();
        int some = context.defaultParallelism() * FILES_PER_WORKER_AT_A_TIME;
        for (int from = 0; from < contents.size(); from += some) {
            List<Tuple2<String, List<ClassTree.Image>>> now = contents.subList(from, Math.min(contents.size(), from + some));
            // A list of its own: a part of another cannot be sent.
            files.addAll(context.parallelize(new ArrayList<>(now), now.size())
                    .map(content -> prepared(content._1(), content._2())).collect());
            progress.printf(Locale.ROOT, "%3d%% of %s: %,d files%n",
                    100L * files.size() / contents.size(), folder.getName(), files.size());
        }
        files.forEach(file -> skipped.addAll(file.skipped()));
        return files;
    }

    /** Runs on a worker. */
    private static PreparedFile prepared(String name, List<ClassTree.Image> images) throws IOException {
        Path file = new Path(name);
        Configuration configuration = ImageRecords.configuration();
        if (file.getFileSystem(configuration).exists(file)) {
            return ImageRecords.describe(file);
        }
        // Whichever size: what is looked for is damage.
        View view = Augmentation.IMAGENET.evaluation(32);
        ImageRecords records = new ImageRecords();
        List<String> broken = new ArrayList<>();
        for (ClassTree.Image image : images) {
            try {
                byte[] bytes = read(new Path(image.file), configuration);
                ImageFile.planes(bytes, view, 0);
                records.add(bytes, image.label);
            } catch (BrokenImageException damaged) {
                broken.add(image.file + " " + damaged.getMessage());
            }
        }
        records.write(file, broken);
        return new PreparedFile(file.getName(), records.size(), broken);
    }

    private static byte[] read(Path image, Configuration configuration) throws IOException, BrokenImageException {
        try (InputStream stream = image.getFileSystem(configuration).open(image)) {
            return stream.readAllBytes();
        } catch (FileNotFoundException missing) {
            throw new BrokenImageException("is missing");
        }
    }
}
