package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.ComputeDevice;
import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.backend.CudaOption;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.train.EpochTraining;
import io.github.powergrad.examples.train.OneDeviceTraining;
import io.github.powergrad.examples.train.TrainingLoop;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.examples.train.devices.ParallelTraining;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code powergrad train}: one of the paper's networks, by one of its recipes, with checkpoints. */
@Command(name = "train", modelTransformer = PlanOptions.class, mixinStandardHelpOptions = true)
final class TrainCommand extends PowerGradCommand {

    @Mixin
    private ImageOptions imageOptions;

    @Mixin
    private TrainingOptions trainingOptions;

    @Option(names = "--dry-run")
    private boolean dryRun;

    @Option(names = "--ui")
    private boolean ui;

    @Override
    public Integer call() throws IOException {
        imageOptions.check();
        if (ui && CudaOption.bringsCudnn()) {
            throw new IOException("--ui shows trainings of Deeplearning4j 1.0.0-M2.1, but CUDA 11.2 runs 1.0.0-M1.1; leave --ui"
                    + " out, or give --cuda=11.6 if the GPU can run it");
        }
        TrainingTask task = trainingOptions.task(imageOptions.bundled(), imageOptions.usualRecipe(), null);
        TrainingPlan plan = task.plan();
        task.requireFolder(!dryRun);
        if (imageOptions.bundled()) {
            // A second thread makes networks for images this small hardly faster (73 against 80 images/s), and much
            // slower where other programs run, because it spins.
            CpuBackend.oneNativeThread();
        }
        String device = ComputeDevice.ready();
        ComputeDevice.require(plan.devices());
        Path skippedList = dryRun ? null : task.folder().resolve(TrainingTask.SKIPPED);
        try (ImageSource images = imageOptions.open(
                plan.imageSize(), plan.augmentation(), plan.images(), plan.classes(), plan.seed(), skippedList)) {
            task.describe(images, device, spec.commandLine());
            if (dryRun) {
                out().println("dry run: everything is in place, nothing was trained or written");
                return 0;
            }
            // The server comes first: where it cannot start, nothing has been written.
            try (TrainingUi browser = ui ? startUi() : null) {
                if (ui) {
                    err().println("ui       " + browser.address());
                    err().println("         " + browser.access());
                }
                return task.run(images, (network, observer) -> {
                    EpochTraining training = plan.devices() == 1
                            ? new OneDeviceTraining(plan, images, network) : new ParallelTraining(plan, images, network);
                    TrainingLoop loop = new TrainingLoop(plan, images, network, training, observer);
                    if (browser != null) {
                        browser.show(network);
                    }
                    return loop.run();
                }, spec.commandLine());
            }
        }
    }

    private static TrainingUi startUi() throws IOException {
        try {
            return TrainingUi.start().orElseThrow(() -> new IOException(
                    "--ui needs classes that are not on the class path; start the training by examples/powergrad, which"
                            + " fetches them"));
        } catch (IOException failure) {
            throw new IOException(failure.getMessage() + ", or leave --ui out", failure);
        }
    }
}
