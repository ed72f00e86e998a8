package io.github.powergrad.benchmarks;

import io.github.powergrad.LossPowerGrad;
import java.util.Random;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A loss and a minibatch to call it with, inside a workspace as training does: outside one, allocation costs more. */
@State(Scope.Benchmark)
public class Call {

    static final String PEER = "LossMCXENT";
    static final String OURS = "LossPowerGrad 0.3";

    private static final WorkspaceConfiguration WORKSPACE = WorkspaceConfiguration.builder()
            .initialSize(512L << 20).policyLearning(LearningPolicy.NONE).build();

    @Param({"32x10", "128x10", "256x1000", "1024x1000", "64x21841"})
    String shape;

    @Param({"FLOAT", "DOUBLE", "HALF"})
    String type;

    @Param({PEER, OURS})
    String loss;

    private final IActivation softmax = new ActivationSoftmax();
    private LossMCXENT function;
    private INDArray labels;
    private INDArray logits;

    /** Makes normal logits of deviation 3 and one-hot labels, the same for every loss. */
    @Setup
    public void makeMinibatch() {
        int examples = Integer.parseInt(shape.split("x")[0]);
        int classes = Integer.parseInt(shape.split("x")[1]);
        Random random = new Random(1);
        float[][] z = new float[examples][classes];
        float[][] q = new float[examples][classes];
        for (int n = 0; n < examples; n++) {
            for (int c = 0; c < classes; c++) {
                z[n][c] = (float) (3 * random.nextGaussian());
            }
            q[n][random.nextInt(classes)] = 1;
        }
        logits = Nd4j.createFromArray(z).castTo(DataType.valueOf(type));
        labels = Nd4j.createFromArray(q).castTo(DataType.valueOf(type));
        function = loss(loss);
    }

    long outputs() {
        return labels.length();
    }

    /** Returns the loss of a name in the tables, such as "LossPowerGrad 0.3". */
    static LossMCXENT loss(String name) {
        return name.equals(PEER) ? new LossMCXENT() : new LossPowerGrad(Double.parseDouble(name.split(" ")[1]));
    }

    Object gradient() {
        try (MemoryWorkspace workspace = open()) {
            return finished(function.computeGradient(labels, logits, softmax, null));
        }
    }

    double score() {
        try (MemoryWorkspace workspace = open()) {
            return function.computeScore(labels, logits, softmax, null, true);
        }
    }

    Object gradientAndScore() {
        try (MemoryWorkspace workspace = open()) {
            return finished(function.computeGradientAndScore(labels, logits, softmax, null, true));
        }
    }

    /** A GPU computes on after the call returns; on the processor there is nothing to wait for. */
    private static Object finished(Object result) {
        Nd4j.getExecutioner().commit();
        return result;
    }

    /** Bytes that a call takes from the workspace, its result included. */
    long gradientBytes() {
        try (MemoryWorkspace workspace = open()) {
            function.computeGradient(labels, logits, softmax, null);
            return workspace.getPrimaryOffset();
        }
    }

    private static MemoryWorkspace open() {
        return Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE, "benchmark");
    }
}
