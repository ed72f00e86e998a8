package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.folder.ClassSelection;
import io.github.powergrad.examples.data.folder.SkipLimit;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code powergrad spark-prepare}: makes an image folder ready for {@code powergrad spark}. */
@Command(
        name = "spark-prepare",
        description = {
            "Prepares a folder with train/<class>/... and val/<class>/... (JPEG, PNG, BMP) for 'powergrad spark':"
                    + " its images in shuffled order, many in one file, so that workers read few large files. The"
                    + " images stay as they are; their size is chosen, and crops are drawn, when they are trained on.",
            "",
            "Started again after a stop, however sudden, it goes on. Folders are paths that all workers share, or"
                    + " URIs such as hdfs://host:port/path.",
            ""
        },
        mixinStandardHelpOptions = true)
final class SparkPrepareCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "the folder of images")
    private String data;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "folder for the prepared images")
    private String out;

    @Mixin
    private MasterOption masterOption;

    @Option(names = "--classes", paramLabel = "N|NAMES", defaultValue = "",
            description = "the first N classes, or the classes of these names, separated by commas")
    private String classes;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "decides the order (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--images-per-file", paramLabel = "N", defaultValue = "128",
            description = "images per file (default: ${DEFAULT-VALUE})")
    private int imagesPerFile;

    @Option(names = "--max-skipped", paramLabel = "P%", defaultValue = "1%",
            description = "share of broken images above which nothing is prepared (default: ${DEFAULT-VALUE})")
    private String maxSkipped;

    @Override
    public Integer call() throws IOException {
        SkipLimit limit;
        ClassSelection selection;
        Path from;
        Path to;
        try {
            limit = SkipLimit.parse(maxSkipped);
            selection = classes.isEmpty() ? ClassSelection.all() : ClassSelection.parse(classes);
            from = new Path(data);
            to = new Path(out);
            if (imagesPerFile < 1 || imagesPerFile > 100_000) {
                throw new IllegalArgumentException("--images-per-file must be in [1, 100000], got " + imagesPerFile);
            }
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
        PrintWriter stderr = spec.commandLine().getErr();
        try (Cluster cluster = masterOption.connect()) {
            Preparation preparation = new Preparation(cluster.context(), imagesPerFile, limit, stderr);
            Manifest manifest = preparation.run(from, to, selection, seed);
            preparation.skipped().forEach(image -> stderr.println("skipped " + image));
            PrintWriter stdout = spec.commandLine().getOut();
            stdout.printf(Locale.ROOT, "prepared %,d images to train and %,d to test of %,d classes in %s%n",
                    Manifest.images(manifest.training()), Manifest.images(manifest.test()),
                    manifest.classNames().size(), out);
            return 0;
        }
    }
}
