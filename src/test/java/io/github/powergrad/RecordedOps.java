package io.github.powergrad;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Stands before ND4J's executioner until it is closed, and keeps the name of every op and every read of an array by
 * Java. A proxy, as each backend has an executioner of its own class, and each version of ND4J another list of methods.
 */
final class RecordedOps implements AutoCloseable {

    private final OpExecutioner usual = Nd4j.getExecutioner();
    private final ExecutionerType type;
    final List<String> names = new ArrayList<>();
    /** By which methods Java has read numbers out of an array, but for those that an op reads itself. */
    final List<String> reads = new ArrayList<>();

    /** @param type what the executioner says it is: CUDA makes the code under test take the path for GPUs */
    RecordedOps(ExecutionerType type) {
        this.type = type;
        replace((OpExecutioner) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {OpExecutioner.class}, (proxy, method, arguments) -> call(method, arguments)));
        HostReads.recordIn(reads);
    }

    @Override
    public void close() {
        HostReads.recordIn(null);
        replace(usual);
    }

    private static void replace(OpExecutioner executioner) {
        try {
            Field instance = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE"); // ND4J has no setter for it
            instance.setAccessible(true);
            instance.set(null, executioner);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("type")) {
            return type;
        }
        if (method.getName().startsWith("exec")) {
            names.add(nameOf(arguments[0]));
        }
        HostReads.recordIn(null);
        try {
            return method.invoke(usual, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        } finally {
            HostReads.recordIn(reads);
        }
    }

    private static String nameOf(Object op) {
        return op instanceof CustomOp ? ((CustomOp) op).opName() : ((Op) op).opName();
    }
}
