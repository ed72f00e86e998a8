package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.compare.ReliabilityFigure;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.files.WholeFile;
import io.github.powergrad.examples.train.Calibration;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.LogitMeasures;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.CheckpointSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code powergrad evaluate}: what a checkpoint makes of the test images. */
@Command(name = "evaluate", mixinStandardHelpOptions = true)
final class EvaluateCommand extends PowerGradCommand {

    @Option(names = "--checkpoint", paramLabel = "FILE", required = true)
    private Path file;

    @Mixin
    private ImageOptions imageOptions;

    @Option(names = "--out", paramLabel = "FILE")
    private Path table;

    @Option(names = "--diagram", paramLabel = "FILE")
    private Path diagram;

    @Override
    public Integer call() throws IOException {
        imageOptions.check();
        Checkpoint checkpoint = Checkpoint.open(file);
        CheckpointSettings settings = checkpoint.settings();
        requireFile(table, "--out", "the table of the classes");
        requireFile(diagram, "--diagram", "the reliability diagram");
        ComputeDevice.ready();
        try (ImageSource images = imageOptions.open(
                settings.imageSize(), settings.plan().augmentation(), 0, settings.plan().classes(), settings.plan().seed(), null)) {
            settings.requireFitting(images, checkpoint.toString());
            makeFolder(table);
            makeFolder(diagram);
            double alpha = settings.plan().alphaAfter(settings.epoch());
            LogitMeasures measures = Evaluator.evaluate(checkpoint.network(), images, alpha);
            out().printf(Locale.ROOT, "%s, epoch %d, %s%n", settings.plan().model(), settings.epoch(), images.description());
            out().printf(Locale.ROOT, "images         %,d%n", measures.images());
            out().printf(Locale.ROOT, "top-1          %.2f%%%n", measures.top1());
            out().printf(Locale.ROOT, "top-5          %.2f%%%n", measures.top5());
            out().printf(Locale.ROOT, "cross-entropy  %s%n", both(measures, Calibration::crossEntropy));
            out().printf(Locale.ROOT, "calibration    %s%n", both(measures, Calibration::error));
            out().printf(Locale.ROOT, "logit norm     %.2f%n", measures.logitNorm());
            out().println(alpha == 1 ? "p' = p, as alpha is 1" : "p' = softmax(" + NumberText.plain(alpha) + " z)");
            if (table != null) {
                WholeFile.write(table, stream -> stream.write(
                        measures.ofClasses(settings.classNames()).getBytes(StandardCharsets.UTF_8)));
                out().println("written to " + table);
            }
            if (diagram != null) {
                ReliabilityFigure.write(diagram, settings.plan().model() + ", " + images.description(),
                        settings.plan().lossText(), measures);
                out().println("written to " + diagram);
            }
            return 0;
        }
    }

    private static String both(LogitMeasures measures, ToDoubleFunction<Calibration> value) {
        String plain = String.format(Locale.ROOT, "%.4f", value.applyAsDouble(measures.plain()));
        return measures.folded() == measures.plain() ? plain
                : plain + String.format(Locale.ROOT, " of p, %.4f of p'", value.applyAsDouble(measures.folded()));
    }
}
