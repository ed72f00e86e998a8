package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.ClassTable;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.CheckpointSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code powergrad evaluate}: what a checkpoint makes of the test images. */
@Command(
        name = "evaluate",
        description = "Measures a checkpoint on the test images (val/ of --data, or the bundled ones): top-1, top-5,"
                + " cross-entropy and the mean norm of the logits; with --out also a table of the classes.",
        mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--checkpoint", paramLabel = "FILE", required = true,
            description = "a checkpoint of 'powergrad train'; load only files that you trust")
    private Path file;

    @Mixin
    private ImageOptions imageOptions;

    @Option(names = "--out", paramLabel = "FILE", description = "CSV file for class, images, top-1 and top-5 of each class")
    private Path table;

    @Override
    public Integer call() throws IOException {
        imageOptions.check();
        Checkpoint checkpoint = Checkpoint.open(file);
        CheckpointSettings settings = checkpoint.settings();
        Path folder = table == null ? null : folderOf(table);
        ComputeDevice.ready();
        try (ImageSource images = imageOptions.open(
                settings.imageSize(), settings.plan().augmentation(), 0, settings.plan().classes(), settings.plan().seed(), null)) {
            settings.requireFitting(images, checkpoint.toString());
            if (folder != null) {
                OutputFolder.makeWritable(folder);
            }
            LogitMeasures measures = Evaluator.evaluate(checkpoint.network(), images);
            PrintWriter out = spec.commandLine().getOut();
            out.printf(Locale.ROOT, "%s, epoch %d, %s%n", settings.plan().model(), settings.epoch(), images.description());
            out.printf(Locale.ROOT, "images         %,d%n", measures.images());
            out.printf(Locale.ROOT, "top-1          %.2f%%%n", measures.top1());
            out.printf(Locale.ROOT, "top-5          %.2f%%%n", measures.top5());
            out.printf(Locale.ROOT, "cross-entropy  %.4f%n", measures.crossEntropy());
            out.printf(Locale.ROOT, "logit norm     %.2f%n", measures.logitNorm());
            if (table != null) {
                ClassTable.write(table, settings.classNames(), measures);
                out.println("written to " + table);
            }
            out.flush();
            return 0;
        }
    }

    private Path folderOf(Path csv) throws IOException {
        if (Files.isDirectory(csv)) {
            throw new IOException("--out must be a file for the table of the classes, " + csv + " is a folder");
        }
        return csv.toAbsolutePath().getParent();
    }
}
