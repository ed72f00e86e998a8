package io.github.powergrad.examples.cli;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.check.DeviceCheck;
import io.github.powergrad.examples.check.Report;
import io.github.powergrad.examples.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code powergrad check}: whether the loss computes on this device what it should. */
@Command(name = "check", mixinStandardHelpOptions = true)
final class CheckCommand extends PowerGradCommand {

    static final String FILE = "powergrad-check.txt";

    @Option(names = "--out", paramLabel = "FILE|DIR", defaultValue = FILE)
    private Path out;

    @Option(names = "--quick")
    private boolean quick;

    private final UnaryOperator<LossPowerGrad> losses;

    CheckCommand() {
        this(UnaryOperator.identity());
    }

    /** @param losses see {@link DeviceCheck} */
    CheckCommand(UnaryOperator<LossPowerGrad> losses) {
        this.losses = losses;
    }

    @Override
    public Integer call() throws IOException {
        Path file = Files.isDirectory(out) ? out.resolve(FILE) : out;
        requireFile(file, "--out", "the text");
        makeFolder(file);
        Report report = new DeviceCheck(losses, quick).run(out()::println);
        WholeFile.write(file, stream -> stream.write(report.text().getBytes(StandardCharsets.UTF_8)));
        out().println("written to " + file);
        return report.passed() ? 0 : 1;
    }
}
