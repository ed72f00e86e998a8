package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.data.OneHot;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** How long the loss takes beside LossMCXENT, and how many images per second are trained. For information alone. */
final class Speeds {

    private static final int CLASSES = 1000;
    private static final int BATCH = 64;
    private static final int SIZE = 32;
    private static final int COLOURS = 3;

    private final boolean quick;

    Speeds(boolean quick) {
        this.quick = quick;
    }

    void check(Report report) {
        report.line("");
        report.line("Times, for information; FLOAT, medians inside a workspace, the device waited for:");
        for (int examples : quick ? new int[] {256} : new int[] {256, 1024}) {
            lossTimes(report, examples);
        }
        training(report, "resnet20", 10);
        if (!quick) {
            training(report, "resnet50", CLASSES);
        }
    }

    private void lossTimes(Report report, int examples) {
        INDArray z = Nd4j.randn(DataType.FLOAT, examples, CLASSES).muli(3);
        INDArray q = oneHot(examples, CLASSES);
        String shape = "[" + examples + "," + CLASSES + "]";
        lossTimes(report, "gradient", shape, loss -> loss.computeGradient(q, z, new ActivationSoftmax(), null));
        lossTimes(report, "score", shape, loss -> loss.computeScore(q, z, new ActivationSoftmax(), null, true));
    }

    private void lossTimes(Report report, String what, String shape, Consumer<ILossFunction> call) {
        ILossFunction stock = new LossMCXENT();
        ILossFunction ours = new LossPowerGrad();
        report.line(String.format(Locale.ROOT, "%-8s %-12s LossMCXENT %7.3f ms   LossPowerGrad %7.3f ms", what, shape,
                milliseconds(() -> call.accept(stock)), milliseconds(() -> call.accept(ours))));
    }

    private double milliseconds(Runnable call) {
        WorkspaceConfiguration configuration = WorkspaceConfiguration.builder().build();
        int times = quick ? 20 : 200;
        return 1e3 * medianSeconds(times / 2, times, () -> {
            try (MemoryWorkspace workspace =
                    Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "CHECK")) {
                call.run();
            }
        });
    }

    private void training(Report report, String model, int classes) {
        ComputationGraph network = new ComputationGraph(NetworkBuilder.configuration(Architecture.named(model),
                new NetworkShape(COLOURS, SIZE, classes), new NeuralNetConfiguration.Builder()
                        .updater(new Nesterovs(0.01, 0.9)).l2(5e-4), new LossPowerGrad(), false));
        network.init();
        FastLayers.installIn(network);
        INDArray[] images = {Nd4j.randn(DataType.FLOAT, BATCH, COLOURS, SIZE, SIZE)};
        INDArray[] labels = {oneHot(BATCH, classes)};
        double seconds = medianSeconds(quick ? 1 : 3, quick ? 3 : 7, () -> network.fit(images, labels));
        report.line(String.format(Locale.ROOT, "training %-12s %,.0f images/s at %dx%d, batch %d; %s",
                model, BATCH / seconds, SIZE, SIZE, BATCH, FastLayers.describe(network)));
    }

    /** Returns how long a call takes, the device waited for: the median after some calls to warm up. */
    private static double medianSeconds(int warmUp, int times, Runnable call) {
        double[] seconds = new double[times];
        for (int i = -warmUp; i < times; i++) {
            Nd4j.getExecutioner().commit();
            long start = System.nanoTime();
            call.run();
            Nd4j.getExecutioner().commit();
            if (i >= 0) {
                seconds[i] = (System.nanoTime() - start) / 1e9;
            }
        }
        return new Median().evaluate(seconds);
    }

    private static INDArray oneHot(int examples, int classes) {
        return OneHot.labels(IntStream.range(0, examples).map(n -> n % classes).toArray(), classes);
    }
}
