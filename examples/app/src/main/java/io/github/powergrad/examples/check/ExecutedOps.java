package io.github.powergrad.examples.check;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** Stands before ND4J's executioner until it is closed, and keeps the results of every op. Of one thread alone. */
final class ExecutedOps implements AutoCloseable {

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
