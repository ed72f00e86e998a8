package io.github.powergrad.examples.study;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.compare.ComparedTraining;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.ProgressDisplay;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Trains runs, several side by side, each on one thread. */
final class RunQueue {

    /** The test images on which a filter must give 0 to be silent. */
    private static final int SEEN_BY_FILTERS = 500;

    private final StudyPlan plan;
    private final FashionMnistSource images;
    private final ProgressDisplay progress;

    RunQueue(StudyPlan plan, FashionMnistSource images, ProgressDisplay progress) {
        this.plan = plan;
        this.images = images;
        this.progress = progress;
    }

    /**
     * Trains runs and keeps each as soon as it has ended.
     *
     * @throws IOException if a result cannot be kept; runs that have not ended are then given up
     */
    void run(List<RunSpec> specs, int jobs, RunTable table, OutputFolder output) throws IOException {
        ExecutorService threads = CpuBackend.trainingThreads(jobs);
        try {
            ExecutorCompletionService<FinishedRun> ended = new ExecutorCompletionService<>(threads);
            specs.forEach(spec -> ended.submit(() -> run(spec)));
            for (int i = 0; i < specs.size(); i++) {
                table.add(ended.take().get(), output);
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

    private FinishedRun run(RunSpec spec) throws IOException {
        if (!spec.isTwin()) {
            Recorder recorder = train(spec, new ComparedTraining(spec.plan(), images));
            return new FinishedRun(spec, recorder.epochs, spec.keepsFilters() ? recorder.norms : List.of(), null,
                    spec.keepsCalibrations() && !recorder.result.diverged()
                            ? List.of(recorder.result.onTest().plain(), recorder.result.onTest().folded()) : List.of());
        }
        ComparedTraining twin = new Twin(spec.twinOf().plan()).training(images);
        Recorder transform = train(spec.twinOf(), new ComparedTraining(spec.twinOf().plan(), images));
        return new FinishedRun(spec, train(spec, twin).epochs, List.of(),
                Twin.Gap.between(transform.network, spec.alpha(), twin.network(), images), List.of());
    }

    private Recorder train(RunSpec spec, ComparedTraining training) throws IOException {
        Recorder recorder = new Recorder(spec, training.network());
        // Measuring the training images takes time, and only the longer runs show them epoch by epoch.
        recorder.result = training.run(
                recorder, epoch -> epoch == spec.epochs() || spec.epochs() == plan.curveEpochs());
        return recorder;
    }

    /** Keeps the epochs of one run. */
    private final class Recorder implements TrainingObserver {

        private final RunSpec spec;
        private final ComputationGraph network;
        private final List<EpochResult> epochs = new ArrayList<>();
        private final List<double[]> norms = new ArrayList<>();
        private RunResult result;

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
            double[] now = ConvolutionFilters.norms(network);
            norms.add(now);
            epochs.add(spec.batchNorm() || !result.isFinite() ? result : result
                    .with(Metric.ZEROED_FILTERS, ConvolutionFilters.zeroed(now, norms.get(0)))
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
