package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.checkpoint.Checkpoint;
import io.github.powergrad.examples.train.checkpoint.CheckpointSettings;
import io.github.powergrad.examples.train.checkpoint.FoldedNetwork;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code powergrad fold}: a network file with calibrated probabilities, which needs nothing of this project. */
@Command(name = "fold", mixinStandardHelpOptions = true)
final class FoldCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--checkpoint", paramLabel = "FILE", required = true)
    private Path file;

    @Option(names = "--out", paramLabel = "FILE", required = true)
    private Path out;

    @Override
    public Integer call() throws IOException {
        Checkpoint checkpoint = Checkpoint.open(file);
        ResultFile.check(out, "--out", "the network");
        if (Files.exists(out) && Files.isSameFile(out, file)) {
            throw new IOException("--out " + out + " is the checkpoint itself, which would be lost; choose another file");
        }
        ComputeDevice.ready();
        FoldedNetwork folded = new FoldedNetwork(checkpoint);
        ResultFile.makeFolder(out);
        folded.write(out);

        CheckpointSettings settings = checkpoint.settings();
        PrintWriter stdout = spec.commandLine().getOut();
        stdout.println(settings.plan().model() + ", epoch " + settings.epoch() + ": alpha "
                + NumberText.plain(folded.alpha) + " is folded into the last layer, so it predicts softmax(alpha z)");
        stdout.println("LossMCXENT in place of LossPowerGrad, learning rate " + folded.learningRate
                + " in place of the schedule, no state of the updater");
        stdout.println("written to " + out);
        return 0;
    }
}
