package io.github.powergrad;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BroadcastOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.IndexAccumulation;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.impl.summarystats.Variance;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** Takes the place of ND4J's executioner until it is closed, and keeps the name and the result of every op. */
final class RecordedOps extends NativeOpExecutioner implements AutoCloseable {

    private final OpExecutioner usual = Nd4j.getExecutioner();
    private final ExecutionerType type;
    final List<String> names = new ArrayList<>();
    /** What could be read by the host in one go: results of one element, and of reductions over everything. */
    final List<String> scalars = new ArrayList<>();

    /** @param type what {@link #type()} answers: CUDA makes the code under test take the path for GPUs */
    RecordedOps(ExecutionerType type) {
        this.type = type;
        replace(this);
    }

    @Override
    public ExecutionerType type() {
        return type;
    }

    @Override
    public void close() {
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

    private INDArray record(String name, INDArray result) {
        names.add(name);
        if (result.length() == 1) {
            scalars.add(name);
        }
        return result;
    }

    @Override
    public INDArray exec(Op op) {
        return record(op.opName(), super.exec(op));
    }

    @Override
    public INDArray exec(ReduceOp op) {
        return record(op.opName(), super.exec(op));
    }

    @Override
    public INDArray exec(Variance op) {
        return record(op.opName(), super.exec(op));
    }

    @Override
    public INDArray exec(IndexAccumulation op) {
        return record(op.opName(), super.exec(op));
    }

    @Override
    public INDArray exec(ScalarOp op) {
        return record(op.opName(), super.exec(op));
    }

    @Override
    public INDArray exec(BroadcastOp op) {
        return record(op.opName(), super.exec(op));
    }

    @Override
    public INDArray[] exec(CustomOp op, OpContext context) {
        INDArray[] results = super.exec(op, context);
        for (INDArray result : results) {
            record(op.opName(), result);
        }
        return results;
    }
}
