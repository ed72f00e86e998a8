package io.github.powergrad.examples.compare;

import io.github.powergrad.examples.backend.CpuBackend;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingObserver;
import io.github.powergrad.examples.train.TrainingPlan;
import io.github.powergrad.fashionmnist.ImageData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Trains a network with several losses under equal conditions: for each seed the same initial weights, the same batches in
 * the same order, the same schedule. The trainings of a seed run side by side, each on one thread. That uses two cores
 * better than one training on two threads, and gives the same numbers each time.
 */
public final class Comparison {

    private final List<TrainingPlan> plans;
    private final FashionMnistSource images;

    /**
     * @param plans one per loss, equal but for it
     * @param data the images to train and test on
     */
    public Comparison(List<TrainingPlan> plans, ImageData data) {
        plans.forEach(plan -> plan.requireImages(data.training().size()));
        this.plans = plans;
        this.images = FashionMnistSource.of(data);
    }

    /** Returns the number of images that are trained on with a number of seeds, if no training ends early. */
    public long plannedImages(int seeds) {
        return plans.stream().mapToLong(TrainingPlan::epochs).sum() * seeds * images.trainingImages();
    }

    /**
     * Trains with all losses and all seeds.
     *
     * @return the results, seed by seed in the order of the losses
     * @throws IOException if the observer cannot keep a result
     */
    public List<RunResult> run(List<Long> seeds, TrainingObserver observer) throws IOException {
        ExecutorService threads = CpuBackend.trainingThreads(plans.size());
        try {
            List<RunResult> results = new ArrayList<>();
            for (long seed : seeds) {
                List<Callable<RunResult>> trainings = new ArrayList<>();
                for (TrainingPlan plan : plans) {
                    trainings.add(() -> new ComparedTraining(plan.with(Map.of("seed", seed)), images)
                            .run(observer, epoch -> true));
                }
                for (Future<RunResult> training : threads.invokeAll(trainings)) {
                    results.add(training.get());
                }
            }
            return results;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("training was interrupted", interrupted);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof IOException) {
                throw (IOException) failure.getCause();
            }
            throw new IllegalStateException(failure.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
