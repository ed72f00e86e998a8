package io.github.powergrad.examples.spark;

import io.github.powergrad.examples.cli.PlanOptions;
import io.github.powergrad.examples.cli.TrainingOptions;
import io.github.powergrad.examples.cli.TrainingTask;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.data.LabelledImages;
import io.github.powergrad.examples.train.Recipe;
import io.github.powergrad.examples.train.RunResult;
import io.github.powergrad.examples.train.TrainingLoop;
import io.github.powergrad.examples.train.TrainingPlan;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code powergrad spark}: what {@code powergrad train} does, on Apache Spark. */
@Command(name = "spark", modelTransformer = PlanOptions.class, mixinStandardHelpOptions = true)
final class SparkCommand extends ClusterCommand {

    /** How workers train one network. */
    enum Method {
        /** Parameters and momentum are averaged. */
        AVERAGING,
        /** Each update goes to all workers, compressed. Refused: see examples/SCALING.md. */
        SHARING
    }

    /** What a plan allows. */
    private static final int MOST_WORKERS = 64;

    @Option(names = "--workers", paramLabel = "N")
    private Integer workers;

    @Option(names = "--method", paramLabel = "averaging", defaultValue = "averaging")
    private Method method;

    @Option(names = "--data", paramLabel = "DIR")
    private String data;

    @Mixin
    private TrainingOptions trainingOptions;

    private Cluster cluster;

    @Override
    public Integer call() throws IOException {
        checkOptions();
        try {
            TrainingTask task = trainingOptions.task(
                    data == null, data == null ? Recipe.QUICK : TrainingOptions.FOLDER_RECIPE, this::workersFor);
            TrainingPlan plan = task.plan();
            if (workers != null && workers != plan.devices()) {
                throw usage("--workers must be " + plan.devices() + ", as in the training that --resume goes on"
                        + " with, got " + workers);
            }
            if (data != null && !plan.classes().isEmpty()) {
                throw usage("--classes is for the bundled images; with --data give it to 'powergrad spark-prepare'");
            }
            task.requireFolder(true);
            RemoteBatches batches = open(plan);
            try (LabelledImages images = batches.images()) {
                task.describe(images, cluster(), spec.commandLine());
                return task.run(images, (network, observer) -> trained(new TrainingLoop(plan, images, network,
                        new ClusterTraining(cluster().context, plan, batches, network), observer)),
                        spec.commandLine());
            }
        } finally {
            if (cluster != null) {
                cluster.close();
            }
        }
    }

    private void checkOptions() {
        if (method == Method.SHARING) {
            throw usage("--method sharing is not available: Deeplearning4j's gradient sharing on Spark (1.0.0-M2,"
                    + " the last) forgets the schedules' counters, and updates too where workers share a machine; use"
                    + " averaging (see examples/SCALING.md)");
        }
        if (workers != null && (workers < 1 || workers > MOST_WORKERS)) {
            throw usage("--workers must be in [1, " + MOST_WORKERS + "], got " + workers);
        }
        for (String option : List.of("--devices", "--parallel")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw usage(option + " is for 'powergrad train'; on Spark use --workers and --method");
            }
        }
    }

    private int workersFor(int batch) throws IOException {
        if (workers == null) {
            return Math.min(MOST_WORKERS, cluster().workersFor(batch));
        }
        if (batch % workers != 0) {
            throw usage("--workers must divide --batch, " + batch + ", evenly, got " + workers);
        }
        return workers;
    }

    /** Not before everything else is known to be right. */
    private Cluster cluster() throws IOException {
        if (cluster == null) {
            cluster = Cluster.connect(master);
        }
        return cluster;
    }

    private static RunResult trained(TrainingLoop loop) throws IOException {
        try {
            return loop.run();
        } catch (Exception failure) {
            // Spark throws checked exceptions where none are declared.
            Exception explained = ClusterFailure.explained(failure);
            if (explained instanceof IOException) {
                throw (IOException) explained;
            }
            throw failure;
        }
    }

    private RemoteBatches open(TrainingPlan plan) throws IOException {
        return data == null
                ? RemoteBatches.sentWhole(
                        FashionMnistSource.bundled(plan.imageSize(), plan.images(), plan.classes(), plan.seed()))
                : PreparedImages.open(
                        new Path(data), cluster().context.hadoopConfiguration(), plan.augmentation(),
                        plan.imageSize(), plan.seed());
    }
}
