package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.data.folder.ImageFile;
import io.github.powergrad.examples.train.Evaluator;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.CheckpointSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code powergrad predict}: the five likeliest classes of image files. */
@Command(name = "predict", mixinStandardHelpOptions = true)
final class PredictCommand extends PowerGradCommand {

    private static final int NAMED = 5;

    @Option(names = "--checkpoint", paramLabel = "FILE", required = true)
    private Path file;

    @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "image files")
    private List<Path> files;

    @Override
    public Integer call() throws IOException {
        Checkpoint checkpoint = Checkpoint.open(file);
        CheckpointSettings settings = checkpoint.settings();
        ComputeDevice.ready();
        // All are read before anything is printed, so that a broken one is told at once.
        List<INDArray> images = new ArrayList<>();
        if (settings.bundledImages()) {
            try (FashionMnistSource source = FashionMnistSource.bundled(
                    settings.imageSize(), 0, settings.plan().classes(), settings.plan().seed())) {
                for (Path image : files) {
                    images.add(source.prepare(ImageFile.readGrey(image, source.imageSize())));
                }
            }
        } else {
            for (Path image : files) {
                images.add(ImageFile.read(image, settings.imageSize(), settings.plan().augmentation()));
            }
        }
        ComputationGraph network = checkpoint.network();
        for (int number = 0; number < images.size(); number++) {
            print(files.get(number), network, images.get(number), settings.classNames());
        }
        return 0;
    }

    private void print(Path image, ComputationGraph network, INDArray pixels, List<String> classNames) {
        INDArray logits = Evaluator.logits(network, pixels).castTo(DataType.FLOAT);
        float[] probabilities = Nd4j.nn().softmax(logits, 1).reshape(logits.length()).toFloatVector();
        List<Integer> likeliest = IntStream.range(0, probabilities.length).boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -probabilities[i])).limit(NAMED)
                .collect(Collectors.toList());
        out().println(image);
        for (int number : likeliest) {
            out().printf(Locale.ROOT, "  %6.2f%%  %s%n", 100 * probabilities[number], classNames.get(number));
        }
    }
}
