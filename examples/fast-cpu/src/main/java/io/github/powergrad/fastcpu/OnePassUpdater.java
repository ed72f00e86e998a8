package io.github.powergrad.fastcpu;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.Solver;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.StochasticGradientDescent;
import org.deeplearning4j.optimize.stepfunctions.NegativeGradientStepFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Lets a network update its parameters in one pass over memory. Deeplearning4j makes a pass for each of these: division
 * by the size of the minibatch, L1 and L2, updater, weight decay, subtraction.
 *
 * <p>Only the optimizer is exchanged, which no file holds. Updater, state, parameters, configuration and listeners stay
 * as they are. The optimizer is in fields without a setter. This class can go when Deeplearning4j updates in one pass.
 */
final class OnePassUpdater {

    static final String DONE = "updated in one pass";

    private OnePassUpdater() {}

    /**
     * Exchanges the optimizer of a network, unless it has been exchanged already.
     *
     * @param network also one that is training, from a listener
     * @return {@link #DONE}, and what Deeplearning4j updates all the same, if anything; or "left as it is" and why
     */
    static String in(Model network) {
        if (!(network instanceof MultiLayerNetwork || network instanceof ComputationGraph)) {
            return left(network.getClass().getSimpleName() + " is not a network of Deeplearning4j");
        }
        if (Nd4j.getExecutioner().type() != OpExecutioner.ExecutionerType.NATIVE_CPU) {
            return left("ND4J does not compute on the processor");
        }
        if (network.params() == null || network.numParams() == 0) {
            return left("it has no parameters yet");
        }
        if (network.params().dataType() != DataType.FLOAT) {
            return left("its parameters are " + network.params().dataType() + ", not FLOAT");
        }
        if (!OnePassStretch.fits(network.params())) {
            return left("it has more than " + Integer.MAX_VALUE / Float.BYTES + " parameters");
        }
        Set<String> known = new TreeSet<>();
        Set<String> unknown = new TreeSet<>();
        for (Trainable layer : layers(network)) {
            for (String name : parameters(layer)) {
                IUpdater updater = layer.getConfig().getUpdaterByParam(name);
                List<Regularization> regularizations = layer.getConfig().getRegularizationByParam(name);
                if (!(updater instanceof NoOp)) { // frozen layers, and the statistics of batch normalization
                    (OnePassUpdate.isFor(updater, regularizations) ? known : unknown)
                            .add(described(updater, regularizations));
                }
            }
        }
        if (known.isEmpty()) {
            return left(unknown.isEmpty()
                    ? "it has nothing to update"
                    : "there is no faster " + String.join(", ", unknown));
        }
        try {
            String otherwise = exchange(network);
            return otherwise != null ? left(otherwise) : unknown.isEmpty() ? DONE
                    : DONE + ", but by Deeplearning4j where the updater is " + String.join(", ", unknown);
        } catch (ReflectiveOperationException otherVersion) {
            return left("this version of Deeplearning4j differs from 1.0.0-M2.1: " + otherVersion);
        }
    }

    /** Returns what stands against it, or null if the optimizer is, or was before, exchanged. */
    private static String exchange(Model network) throws ReflectiveOperationException {
        Field ofNetwork = field(network instanceof ComputationGraph ? ComputationGraph.class : MultiLayerNetwork.class,
                "solver");
        Field ofSolver = field(Solver.class, "optimizer");
        Solver solver = (Solver) ofNetwork.get(network);
        if (solver == null) { // after clear(): Deeplearning4j would make the same one
            solver = new Solver.Builder()
                    .configure(network.conf()).listeners(listeners(network)).model(network).build();
            ofNetwork.set(network, solver);
        }
        ConvexOptimizer optimizer = solver.getOptimizer();
        if (optimizer.getClass() == OnePassDescent.class) {
            return null;
        }
        if (optimizer.getClass() != StochasticGradientDescent.class) {
            return "its optimizer is " + optimizer.getClass().getSimpleName();
        }
        if (optimizer.getStepFunction().getClass() != NegativeGradientStepFunction.class) {
            return "its steps are those of " + optimizer.getStepFunction().getClass().getSimpleName();
        }
        ofSolver.set(solver, new OnePassDescent(optimizer, network, listeners(network)));
        return null;
    }

    private static Trainable[] layers(Model network) {
        return network instanceof ComputationGraph
                ? ((ComputationGraph) network).getVertices()
                : ((MultiLayerNetwork) network).getLayers();
    }

    private static Collection<TrainingListener> listeners(Model network) {
        return network instanceof ComputationGraph
                ? ((ComputationGraph) network).getListeners()
                : ((MultiLayerNetwork) network).getListeners();
    }

    private static Set<String> parameters(Trainable layer) {
        Map<String, INDArray> table = layer.numParams() == 0 ? null : layer.paramTable(false);
        return table == null ? Set.of() : table.keySet();
    }

    private static String described(IUpdater updater, List<Regularization> regularizations) {
        StringBuilder text = new StringBuilder(updater.getClass().getSimpleName());
        if (regularizations != null) {
            regularizations.forEach(each -> text.append(" with ").append(each.getClass().getSimpleName()));
        }
        return text.toString();
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static String left(String why) {
        return "left as it is: " + why;
    }
}
