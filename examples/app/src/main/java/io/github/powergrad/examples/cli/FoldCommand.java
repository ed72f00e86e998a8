package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.CheckpointSettings;
import io.github.powergrad.examples.train.checkpoint.FoldedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code powergrad fold}: a network file with calibrated probabilities, which needs nothing of this project. */
@Command(name = "fold", mixinStandardHelpOptions = true)
final class FoldCommand extends PowerGradCommand {

    @Option(names = "--checkpoint", paramLabel = "FILE", required = true)
    private Path file;

    @Option(names = "--out", paramLabel = "FILE", required = true)
    private Path out;

    @Override
    public Integer call() throws IOException {
        Checkpoint checkpoint = Checkpoint.open(file);
        requireFile(out, "--out", "the network");
        if (Files.exists(out) && Files.isSameFile(out, file)) {
            throw new IOException("--out " + out + " is the checkpoint itself, which would be lost; choose another file");
        }
        ComputeDevice.ready();
        FoldedNetwork folded = new FoldedNetwork(checkpoint);
        makeFolder(out);
        folded.write(out);

        CheckpointSettings settings = checkpoint.settings();
        out().println(settings.plan().model() + ", epoch " + settings.epoch() + ": alpha "
                + NumberText.plain(folded.alpha) + " is folded into the last layer, so it predicts softmax(alpha z)");
        out().println("LossMCXENT in place of LossPowerGrad, learning rate " + folded.learningRate
                + " in place of the schedule, no state of the updater");
        out().println("written to " + out);
        return 0;
    }
}
