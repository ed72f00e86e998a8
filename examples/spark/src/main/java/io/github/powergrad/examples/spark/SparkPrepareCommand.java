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
@Command(name = "spark-prepare", mixinStandardHelpOptions = true)
final class SparkPrepareCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", required = true)
    private String data;

    @Option(names = "--out", paramLabel = "DIR", required = true)
    private String out;

    @Mixin
    private MasterOption masterOption;

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
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
        PrintWriter stderr = spec.commandLine().getErr();
        try (Cluster cluster = masterOption.connect()) {
            Preparation preparation = new Preparation(cluster.context, imagesPerFile, limit, stderr);
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
