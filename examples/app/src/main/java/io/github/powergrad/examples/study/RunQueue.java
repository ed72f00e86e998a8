package io.github.powergrad.examples.study;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.compare.ComparedTraining;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.ProgressDisplay;
import io.github.powergrad.examples.train.TrainingObserver;
import io.github.powergrad.fashionmnist.ImageData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Runs what has not been run yet, several side by side, each on one thread, and keeps each run when it has ended. */
final class RunQueue {

    /** The test images on which a filter must give 0 to be silent. */
    private static final int SEEN_BY_FILTERS = 500;

    private final StudySettings settings;
    private final FashionMnistSource images;
    private final RunTable table;
    private final OutputFolder output;
    private final ProgressDisplay progress;
    private final Supplier<List<RunSpec>> pending;
    private final Set<RunSpec> taken = new HashSet<>();
    private int running;

    /**
     * @param pending what has not ended yet, in the order to run it; asked for again before each run, since what has
     *     ended may call for more
     */
    RunQueue(StudySettings settings, ImageData data, RunTable table, OutputFolder output, ProgressDisplay progress,
            Supplier<List<RunSpec>> pending) {
        this.settings = settings;
        this.images = FashionMnistSource.of(data);
        this.table = table;
        this.output = output;
        this.progress = progress;
        this.pending = pending;
    }

    /**
     * Runs everything.
     *
     * @throws IOException if a result cannot be kept; runs that have not ended are then given up
     */
    void run(int jobs) throws IOException {
        ExecutorService threads = CpuBackend.trainingThreads(jobs);
        try {
            ExecutorCompletionService<Void> ended = new ExecutorCompletionService<>(threads);
            for (int job = 0; job < jobs; job++) {
                ended.submit(this::work);
            }
            for (int job = 0; job < jobs; job++) {
                ended.take().get();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("the study was interrupted; start it again to go on", interrupted);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof IOException) {
                throw (IOException) failure.getCause();
            }
            throw new IllegalStateException(failure.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private Void work() throws IOException, InterruptedException {
        for (RunSpec spec = next(); spec != null; spec = next()) {
            keep(run(spec));
        }
        return null;
    }

    /** The next run; null if none is left, and none is running that may call for more. */
    private synchronized RunSpec next() throws InterruptedException {
        while (true) {
            for (RunSpec spec : pending.get()) {
                if (taken.add(spec)) {
                    running++;
                    return spec;
                }
            }
            if (running == 0) {
                return null;
            }
            wait();
        }
    }

    private synchronized void keep(FinishedRun run) throws IOException {
        table.add(run, output);
        running--;
        notifyAll();
    }

    private FinishedRun run(RunSpec spec) throws IOException {
        if (!spec.isTwin()) {
            return run(spec, new ComparedTraining(spec.plan(), images));
        }
        ComparedTraining transform = new ComparedTraining(spec.twinOf().plan(), images);
        ComparedTraining twin = new Twin(spec.twinOf().plan()).training(images);
        run(spec.twinOf(), transform);
        return run(spec, twin)
                .with(TwinGap.between(transform.network(), spec.alpha(), twin.network(), images));
    }

    private FinishedRun run(RunSpec spec, ComparedTraining training) throws IOException {
        Recorder recorder = new Recorder(spec, training.network());
        // Measuring the training images takes time, and only the longer runs show them epoch by epoch.
        training.run(recorder, epoch -> epoch == spec.epochs() || spec.epochs() == settings.curveEpochs());
        return new FinishedRun(spec, recorder.epochs, spec.keepsFilters() ? recorder.norms : List.of());
    }

    /** Keeps the epochs of one run. */
    private final class Recorder implements TrainingObserver {

        private final RunSpec spec;
        private final ComputationGraph network;
        private final List<EpochResult> epochs = new ArrayList<>();
        private final List<double[]> norms = new ArrayList<>();

        Recorder(RunSpec spec, ComputationGraph network) {
            this.spec = spec;
            this.network = network;
            norms.add(ConvolutionFilters.norms(network));
        }

        @Override
        public void trained(int count) {
            progress.trained(count);
        }

        @Override
        public void epochEnded(EpochResult result) {
            norms.add(ConvolutionFilters.norms(network));
            epochs.add(spec.batchNorm() || !result.isFinite() ? result : result
                    .with(Metric.ZEROED_FILTERS, ConvolutionFilters.zeroed(norms.get(norms.size() - 1), norms.get(0)))
                    .with(Metric.SILENT_FILTERS, ConvolutionFilters.silent(
                            network, images.test(SEEN_BY_FILTERS).next().getFeatures())));
            if (result.epoch() == spec.epochs() || !result.isFinite()) {
                progress.epochEnded(result);
            }
        }

        @Override
        public void skipped(long count) {
            progress.skipped(count);
        }
    }
}
