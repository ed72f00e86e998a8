package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.data.folder.ClassSelection;
import io.github.powergrad.examples.data.folder.SkipLimit;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code powergrad spark-prepare}: makes an image folder ready for {@code powergrad spark}. */
@Command(name = "spark-prepare", mixinStandardHelpOptions = true)
final class SparkPrepareCommand extends ClusterCommand {

    @Option(names = "--data", paramLabel = "DIR", required = true)
    private String data;

    @Option(names = "--out", paramLabel = "DIR", required = true)
    private String out;

    @Option(names = "--classes", paramLabel = "N|NAMES", defaultValue = "")
    private String classes;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1")
    private long seed;

    @Option(names = "--images-per-file", paramLabel = "N", defaultValue = "128")
    private int imagesPerFile;

    @Option(names = "--max-skipped", paramLabel = "P%", defaultValue = "1%")
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
            throw usage(wrong.getMessage());
        }
        PrintWriter stderr = err();
        try (Cluster cluster = Cluster.connect(master)) {
            Preparation preparation = new Preparation(cluster.context, imagesPerFile, limit, stderr);
            Manifest manifest = preparation.run(from, to, selection, seed);
            preparation.skipped.forEach(image -> stderr.println("skipped " + image));
            PrintWriter stdout = out();
            stdout.printf(Locale.ROOT, "prepared %,d images to train and %,d to test of %,d classes in %s%n",
                    Manifest.images(manifest.training()), Manifest.images(manifest.test()),
                    manifest.classNames().size(), out);
            return 0;
        }
    }
}
