package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whether computeGradient waits for the device. On a GPU, ND4J knows of each array where it is up to date: what only
 * ops of the GPU have written and nobody has read is there alone. After the gradient that must hold of its arguments, of
 * itself and of the result of every op in between. The processor has no such places; there the loss is told that it is
 * on a GPU, and no op may give a single number, which is what Java could wait for.
 */
final class ReadBacks extends DeviceCheck.Part {

    private static final int EXAMPLES = 64;
    private static final int CLASSES = 100;

    private final UnaryOperator<LossPowerGrad> losses;

    ReadBacks(UnaryOperator<LossPowerGrad> losses) {
        super("read-back");
        this.losses = losses;
    }

    @Override
    void check(Report report) {
        boolean gpu = Nd4j.getExecutioner().type() == ExecutionerType.CUDA;
        String fault = gpu ? blindness() : null;
        // One example, too: for a column of one number ND4J has another way. On the processor that looks like a read.
        for (int examples : gpu ? new int[] {1, EXAMPLES} : new int[] {EXAMPLES}) {
            for (DataType type : LossCase.TYPES) {
                for (double alpha : new double[] {0, 0.3, 1}) {
                    fault = first(fault, fault(gpu, examples, type, alpha),
                            " with " + examples + " examples in " + type + ", alpha " + alpha);
                }
            }
        }
        report.seen("computeGradient", gpu
                ? "where ND4J keeps its arrays" : "ops of the way for GPUs", fault);
    }

    private String fault(boolean gpu, int examples, DataType type, double alpha) {
        LossPowerGrad.Builder builder = LossPowerGrad.builder().alpha(alpha);
        LossPowerGrad plain = losses.apply(builder.build());
        LossPowerGrad full = losses.apply(builder.labelSmoothing(0.1)
                .weights(written(DataType.FLOAT, 1, CLASSES)).build());
        INDArray p = Nd4j.nn.softmax(written(type, examples, CLASSES));
        INDArray mask = written(DataType.FLOAT, examples, 1);
        String fault = fault(gpu, plain, new ActivationSoftmax(), written(type, examples, CLASSES), null);
        fault = first(fault, fault(gpu, full, new ActivationSoftmax(), written(type, examples, CLASSES), mask),
                ", weights, smoothing and mask");
        return first(fault, fault(gpu, full, new ActivationIdentity(), p, mask), ", identity");
    }

    private static String first(String earlier, String fault, String where) {
        return earlier != null || fault == null ? earlier : fault + where;
    }

    /** An array that an op of the device has written last. */
    private static INDArray written(DataType type, int rows, int columns) {
        return Nd4j.linspace(DataType.DOUBLE, -3, 7.0 / (rows * columns), (long) rows * columns)
                .reshape(rows, columns).castTo(type).mul(1);
    }

    /** What is wrong with a gradient, or null. */
    private static String fault(
            boolean gpu, LossPowerGrad loss, IActivation activation, INDArray outputs, INDArray mask) {
        INDArray labels = written(outputs.dataType(), outputs.rows(), CLASSES);
        List<INDArray> watched = new ArrayList<>(List.of(outputs, labels));
        if (mask != null) {
            watched.add(mask);
        }
        String before = gpu ? elsewhere(watched) : null;
        if (before != null) {
            return "cannot tell, an argument of the gradient " + before;
        }
        INDArray gradient;
        List<INDArray> results;
        try (ExecutedOps ops = new ExecutedOps(ExecutionerType.CUDA)) {
            gradient = loss.computeGradient(labels, outputs, activation, mask);
            results = ops.results();
        }
        if (results.isEmpty()) {
            return "cannot tell, no op was seen";
        }
        watched.addAll(results);
        watched.add(gradient);
        if (gpu) {
            String after = elsewhere(watched);
            return after == null ? null : "after the gradient an array " + after;
        }
        return results.stream().anyMatch(result -> result.length() == 1) ? "an op gave a single number" : null;
    }

    private static String elsewhere(List<INDArray> arrays) {
        for (INDArray array : arrays) {
            Location location = Nd4j.getAffinityManager().getActiveLocation(array);
            if (location != Location.DEVICE) {
                return "of shape " + Arrays.toString(array.shape()) + " was not on the device alone, but " + location;
            }
        }
        return null;
    }

    /** Whether a read-back would be noticed at all. */
    private static String blindness() {
        INDArray array = written(DataType.FLOAT, 2, CLASSES);
        array.getDouble(0);
        return Nd4j.getAffinityManager().getActiveLocation(array) == Location.DEVICE
                ? "cannot tell, ND4J does not note that the host reads an array" : null;
    }
}
