package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
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
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whether computeGradient waits for the device. On a GPU, ND4J knows where each array is up to date: an array that only
 * ops of the GPU have written, and that nobody has read, is up to date on the GPU alone. After computeGradient this must
 * hold for its arguments, its result and the result of every op in between. On the processor ND4J does not keep such
 * notes. There the loss is told that it is on a GPU, and no op may give a single number, which Java could wait for.
 */
final class ReadBacks {

    private static final int EXAMPLES = 64;
    private static final int CLASSES = 100;

    private ReadBacks() {}

    static void check(Report report, UnaryOperator<LossPowerGrad> losses) {
        boolean gpu = Nd4j.getExecutioner().type() == ExecutionerType.CUDA;
        String fault = gpu ? blindness() : null;
        // On a GPU one example too, which ND4J computes in another way. On the processor that would look like a read.
        for (int examples : gpu ? new int[] {1, EXAMPLES} : new int[] {EXAMPLES}) {
            for (DataType type : LossCase.TYPES) {
                for (double alpha : new double[] {0, 0.3, 1}) {
                    fault = first(fault, fault(losses, gpu, examples, type, alpha),
                            " with " + examples + " examples in " + type + ", alpha " + alpha);
                }
            }
        }
        report.seen("computeGradient", gpu ? "where ND4J keeps its arrays" : "ops of the way for GPUs", fault);
    }

    private static String fault(
            UnaryOperator<LossPowerGrad> losses, boolean gpu, int examples, DataType type, double alpha) {
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

    /** Stands before ND4J's executioner until it is closed, and keeps the results of every op. For one thread. */
    private static final class ExecutedOps implements AutoCloseable {

        private final OpExecutioner usual = Nd4j.getExecutioner();
        private final List<INDArray> results = new ArrayList<>();

        /** @param type what the executioner answers to the question what it is */
        ExecutedOps(ExecutionerType type) {
            replace((OpExecutioner) Proxy.newProxyInstance(OpExecutioner.class.getClassLoader(),
                    new Class<?>[] {OpExecutioner.class}, (proxy, method, arguments) ->
                            "type".equals(method.getName()) ? type : keep(call(method, arguments))));
        }

        List<INDArray> results() {
            return results;
        }

        @Override
        public void close() {
            replace(usual);
        }

        private Object call(Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(usual, arguments);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }

        private Object keep(Object result) {
            if (result instanceof INDArray) {
                results.add((INDArray) result);
            } else if (result instanceof INDArray[]) {
                results.addAll(Arrays.asList((INDArray[]) result));
            }
            return result;
        }

        private static void replace(OpExecutioner executioner) {
            try {
                Field instance = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE"); // ND4J has no setter for it
                instance.setAccessible(true);
                instance.set(null, executioner);
            } catch (ReflectiveOperationException otherVersion) {
                throw new IllegalStateException("ops of this ND4J cannot be watched: " + otherVersion, otherVersion);
            }
        }
    }
}
