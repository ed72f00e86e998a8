package io.github.powergrad.examples.train;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.model.ThreeConvolutionNetwork;
import io.github.powergrad.fashionmnist.ImageData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a network with several losses under equal conditions: for each seed the same initial weights, the
 * same batches in the same order, the same schedule. The runs of a seed go side by side, each on one thread,
 * which uses two cores better than one run on two threads and gives the same numbers each time.
 */
public final class Comparison {

    private final ThreeConvolutionNetwork model;
    private final TrainingSettings settings;
    private final TrainingImages images;

    /**
     * @param model the network to train
     * @param settings learning rate, epochs and batch size
     * @param data the images to train and test on
     */
    public Comparison(ThreeConvolutionNetwork model, TrainingSettings settings, ImageData data) {
        this.model = model;
        this.settings = settings;
        this.images = new TrainingImages(data, settings.batchSize());
    }

    /** Returns the number of images that a number of runs trains on, if none ends early. */
    public long plannedImages(int runs) {
        return (long) runs * settings.epochs() * images.training().images();
    }

    /**
     * Trains all losses with all seeds.
     *
     * @return the results, seed by seed in the order of the losses
     * @throws IOException if the observer cannot keep a result
     */
    public List<RunResult> run(List<ComparedLoss> losses, List<Long> seeds, TrainingObserver observer)
            throws IOException {
        ExecutorService threads = CpuBackend.trainingThreads(losses.size());
        try {
            List<RunResult> results = new ArrayList<>();
            for (long seed : seeds) {
                results.addAll(sideBySide(threads, runs(losses, seed, observer)));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Returns one run a loss, all with the weights that the first was initialized with. */
    List<TrainingRun> runs(List<ComparedLoss> losses, long seed, TrainingObserver observer) {
        List<TrainingRun> runs = new ArrayList<>();
        INDArray initial = null;
        for (ComparedLoss loss : losses) {
            TrainingRun run = TrainingRun.of(images, model, settings, loss, seed, observer);
            if (initial == null) {
                initial = run.network().params().dup();
            } else {
                run.network().setParams(initial);
            }
            runs.add(run);
        }
        return runs;
    }

    private static List<RunResult> sideBySide(ExecutorService threads, List<TrainingRun> runs) throws IOException {
        List<Future<RunResult>> futures = new ArrayList<>();
        for (TrainingRun run : runs) {
            futures.add(threads.submit(run::run));
        }
        List<RunResult> results = new ArrayList<>();
        for (Future<RunResult> future : futures) {
            results.add(result(future));
        }
        return results;
    }

    private static RunResult result(Future<RunResult> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("training was interrupted", interrupted);
        } catch (ExecutionException failure) {
            Throwable cause = failure.getCause();
            if (cause instanceof IOException) {
                throw (IOException) cause;
            }
            throw new IllegalStateException(cause);
        }
    }
}
